/** What a learner predicted and answered: experiments with their outcomes, questions with their place in the repetition. */
import { z } from 'zod'
import { workbookPath } from '../root.ts'
import { cliTexts } from '../texts/cli.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { say } from './notices.ts'

const predictionSchema = z.strictObject({
  /** The option that was predicted; absent when the run was watched without a prediction. */
  predicted: z.string().optional(),
  /** The option that came true; absent when it was none of them. */
  came: z.string().optional(),
  when: z.iso.datetime(),
  runs: z.number().int().positive(),
  /** Where it was played last; absent in what was kept before there was a choice. */
  engine: z.enum(['embedded', 'local', 'docker', 'url']).optional(),
})
export type Prediction = z.infer<typeof predictionSchema>

const cardSchema = z.strictObject({
  /** The question as it was when it was answered. */
  hash: z.string(),
  /** How many right answers in a row; each makes the time to the next one longer. */
  box: z.number().int().nonnegative(),
  /** Right answers that are still owed before the question counts: a missed one asks for two. */
  owed: z.number().int().nonnegative(),
  due: z.iso.datetime(),
  right: z.number().int().nonnegative(),
  wrong: z.number().int().nonnegative(),
})
export type Card = z.infer<typeof cardSchema>

const studyStateSchema = z.object({
  /** By task and name: `study-01/one-queue`. */
  experiments: z.record(z.string(), predictionSchema).default({}),
  /** By task and id: `study-01/who-gets-it`. */
  questions: z.record(z.string(), cardSchema).default({}),
  /** The question that was printed where there is no terminal and waits for `answer=`, with its answers as shown. */
  waiting: z.strictObject({ task: z.string(), question: z.string(), shown: z.array(z.string()) }).optional(),
})
export type StudyState = z.infer<typeof studyStateSchema>

const file = 'study.json'

export function readStudy(): StudyState {
  const { data, brokenName } = readJsonFile(workbookPath(file), studyStateSchema, new Date())
  if (brokenName !== undefined) say(cliTexts.setAside(brokenName))
  return data
}

/** Answers whether it could be written. */
export function writeStudy(state: StudyState): boolean {
  return writeJsonFile(workbookPath(file), state)
}
