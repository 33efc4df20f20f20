/** `npm run help`: all commands, or one in detail. */
import type { Language } from '#lab/verdict'
import type { CommandRow, Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { settingValues, UsageError } from '../options.ts'
import { suggest } from '../suggest.ts'
import { paint, print } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { helpTexts } from '../texts/help.ts'
import { optionTexts } from '../texts/options.ts'
import { commands, findCommand, usageOf } from './table.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const [name] = options.rest
  if (name === undefined) return printOverview(lang)
  const row = findCommand(name)
  if (row === undefined)
    throw new UsageError(
      optionTexts.unknownCommand(
        name,
        suggest(
          name,
          commands.map(({ name }) => name),
        ),
      ),
    )
  return printCommandHelp(row, lang)
}

/** One command: what it does, how it is typed, what its words mean, what its exit codes say. */
export function printCommandHelp(row: CommandRow, lang: Language): ExitCode {
  print(`${paint('bold', row.name)}  ${inLanguage(row.summary, lang)}`)
  print('', inLanguage(optionTexts.usage(usageOf(row)), lang), '')
  const explained = [
    ...row.words.map((word) => [word, helpTexts.words[word as keyof typeof helpTexts.words]] as const),
    ...row.settings.map((name) => [`${name}=${settingValues(name)}`, helpTexts.settings[name]] as const),
  ]
  const width = Math.max(0, ...explained.map(([word]) => word.length))
  for (const [word, text] of explained) {
    if (text !== undefined) print(`  ${word.padEnd(width)}  ${inLanguage(text, lang)}`)
  }
  print('', inLanguage(helpTexts.exitCodes, lang), inLanguage(helpTexts.flagForm, lang))
  print(inLanguage(cliTexts.next(`npm run ${row.name}${row.target === 'required' ? ' mq-01' : ''}`), lang))
  return exitCodes.done
}

function printOverview(lang: Language): ExitCode {
  print(`${paint('bold', 'mq-workbook')}  ${inLanguage(helpTexts.about, lang)}`, '')
  const width = Math.max(...commands.map((row) => row.name.length))
  for (const row of commands) {
    print(`  npm run ${row.name.padEnd(width)}  ${inLanguage(row.summary, lang)}`)
  }
  print('', inLanguage(helpTexts.everywhere, lang))
  print(inLanguage(cliTexts.next('npm run exercise'), lang))
  return exitCodes.done
}
