/** The last verdict of each item, whole, so that it can be read again: the trace, the places, what a pass rested on. */
import { z } from 'zod'
import { circumstancesSchema, itemIdSchema, verdictSchema } from '#lab/verdict'
import { workbookPath } from '../root.ts'
import { cliTexts } from '../texts/cli.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { say } from './notices.ts'

const typeProblemSchema = z.strictObject({
  /** Relative to the repository. */
  file: z.string(),
  line: z.number().int().positive(),
  message: z.string(),
  code: z.string(),
})
export type KeptTypeProblem = z.infer<typeof typeProblemSchema>

const verdictsSchema = z.object({
  items: z
    .record(
      itemIdSchema,
      z.strictObject({ when: z.iso.datetime(), circumstances: circumstancesSchema, verdict: verdictSchema }),
    )
    .default({}),
  /** The learner's files as they were in the last run, by their hashes. */
  subjects: z.record(z.string(), z.string()).default({}),
  /** What the compiler said in the last run. */
  typeProblems: z.array(typeProblemSchema).default([]),
})
export type KeptVerdicts = z.infer<typeof verdictsSchema>

/** @param task the id of a task of the registry */
export function readVerdicts(task: string): KeptVerdicts {
  const { data, brokenName } = readJsonFile(
    workbookPath('verdicts', `${task}.json`),
    verdictsSchema,
    new Date(),
  )
  if (brokenName !== undefined) say(cliTexts.setAside(`verdicts/${brokenName}`))
  return data
}

/** Puts those of one run in the place of earlier ones; items that were not judged keep theirs. Answers whether it could. */
export function keepVerdicts(task: string, kept: KeptVerdicts): boolean {
  const { items } = readVerdicts(task)
  return writeJsonFile(workbookPath('verdicts', `${task}.json`), {
    ...kept,
    items: { ...items, ...kept.items },
  })
}
