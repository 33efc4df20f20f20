/** The command line: finds the command, reads its words, picks the language, runs it, sets the exit code. */
import type { Language } from '#lab/verdict'
import type { CommandRow } from './command.ts'
import { loadCommand } from './commands/load.ts'
import { commands, findCommand, usageOf } from './commands/table.ts'
import { type ExitCode, exitCodes } from './exit.ts'
import { inLanguage, pickLanguage } from './language.ts'
import { type Options, parseOptions, UsageError } from './options.ts'
import { takeNotices } from './state/notices.ts'
import { readSettings, writeSettings } from './state/state.ts'
import { suggest } from './suggest.ts'
import { flushed, paint, printError } from './terminal.ts'
import { cliTexts } from './texts/cli.ts'
import { optionTexts } from './texts/options.ts'

/** Runs one command and ends the process. */
export async function main(args: readonly string[]): Promise<void> {
  const exitCode = await runCommand(args)
  await flushed()
  process.exit(exitCode)
}

async function runCommand(args: readonly string[]): Promise<ExitCode> {
  const remembered = readSettings()
  let lang = pickLanguage(undefined, remembered.lang, process.env)
  const [name = 'help', ...rest] = args
  const row = findCommand(name === '--help' || name === '-h' ? 'help' : name)
  if (row === undefined) return refuseCommand(name, lang)
  try {
    const options = parseOptions(row, rest)
    lang = pickLanguage(options.lang, remembered.lang, process.env)
    process.env.MQ_LANG = lang
    if (options.lang !== undefined && options.lang !== remembered.lang)
      writeSettings({ ...remembered, lang: options.lang })
    sayWhatWasSetAside(lang)
    return await dispatch(row, options, lang)
  } catch (error) {
    if (!(error instanceof UsageError)) return reportUnexpected(error, lang)
    // The language may have been asked for in the very words that could not be read.
    if (rest.includes('lang=vi')) lang = 'vi'
    printError(paint('red', inLanguage(error.text, lang)))
    printError(inLanguage(optionTexts.usage(usageOf(row)), lang))
    return exitCodes.usage
  } finally {
    sayWhatWasSetAside(lang)
  }
}

async function dispatch(row: CommandRow, options: Options, lang: Language): Promise<ExitCode> {
  if (options.wantsHelp) {
    const { printCommandHelp } = await import('./commands/help.ts')
    return printCommandHelp(row, lang)
  }
  if (row.judges === true) {
    const { forkFirst } = await import('./runner/workers.ts')
    forkFirst()
  }
  const command = await loadCommand(row.name)
  return await command.run({ lang, options, row })
}

function refuseCommand(name: string, lang: Language): ExitCode {
  const near = suggest(
    name,
    commands.map((row) => row.name),
  )
  printError(paint('red', inLanguage(optionTexts.unknownCommand(name, near), lang)))
  printError(inLanguage(optionTexts.usage('npm run help'), lang))
  return exitCodes.usage
}

/** Something around the run is broken, or we are. It is never the learner's answer, and never a page of stack. */
function reportUnexpected(error: unknown, lang: Language): ExitCode {
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  printError(paint('yellow', `? ${inLanguage(cliTexts.unexpected(reason), lang)}`))
  if (process.env.MQ_DEBUG !== undefined && error instanceof Error)
    printError(paint('gray', error.stack ?? ''))
  printError(inLanguage(cliTexts.next('npm run doctor'), lang))
  return exitCodes.setUp
}

/** A broken file of ours costs nobody anything, and is said once. */
function sayWhatWasSetAside(lang: Language): void {
  for (const notice of takeNotices()) printError(inLanguage(notice, lang))
}
