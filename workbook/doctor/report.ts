/** The findings of the doctor, gathered and printed. */
import type { Language } from '#lab/verdict'
import { inLanguage } from '../language.ts'
import { paint, print } from '../terminal.ts'
import { doctorTexts } from '../texts/doctor.ts'
import { type Finding, type Probe, probes } from './probes.ts'

export type NamedFinding = Finding & { readonly name: string }

/** Runs the probes side by side. One that fails itself is a finding too. */
export async function examine(chosen: readonly Probe[] = probes): Promise<NamedFinding[]> {
  return await Promise.all(
    chosen.map(async ({ name, probe }) => {
      try {
        return { name, ...(await probe()) }
      } catch (error) {
        return { name, state: 'note' as const, said: doctorTexts.probeFailed((error as Error).message) }
      }
    }),
  )
}

export function findingLines(findings: readonly NamedFinding[], lang: Language): string[] {
  const width = Math.max(0, ...findings.map(({ name }) => name.length))
  return findings.flatMap(({ name, state, said, step }) => [
    `  ${marks[state]} ${paint('gray', name.padEnd(width))}  ${inLanguage(said, lang)}`,
    ...(step === undefined ? [] : [`    ${' '.repeat(width)}  → ${inLanguage(step, lang)}`]),
  ])
}

/** After a run that could not tell: what is wrong with the computer, or that nothing is. */
export async function printShortReport(lang: Language): Promise<void> {
  const findings = await examine(probes.filter(({ isEssential }) => isEssential))
  const problems = findings.filter(({ state }) => state === 'problem')
  print('', paint('gray', inLanguage(doctorTexts.shortTitle, lang)))
  print(
    ...(problems.length === 0
      ? [`  ${marks.ok} ${inLanguage(doctorTexts.healthy, lang)}`]
      : findingLines(problems, lang)),
  )
}

const marks = { ok: paint('green', '✓'), note: paint('gray', '·'), problem: paint('red', '✗') } as const
