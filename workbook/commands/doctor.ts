/** `npm run doctor`: what this computer can do, line by line. */
import type { Context } from '../command.ts'
import { examine, findingLines } from '../doctor/report.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { paint, print, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { doctorTexts } from '../texts/doctor.ts'

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const findings = await examine()
  const problems = findings.filter(({ state }) => state === 'problem')
  const exitCode = problems.length === 0 ? exitCodes.done : exitCodes.setUp
  if (options.words.has('json')) {
    printJson(findings)
    return exitCode
  }
  const [first] = problems
  print(...findingLines(findings, lang), '')
  print(
    first === undefined
      ? paint('green', inLanguage(doctorTexts.healthy, lang))
      : paint('red', inLanguage(doctorTexts.problems(problems.length), lang)),
  )
  const step = first?.step === undefined ? 'npm run exercise' : inLanguage(first.step, lang)
  print(inLanguage(cliTexts.next(step), lang))
  return exitCode
}
