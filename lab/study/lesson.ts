/** A lesson's questions and experiments as data: what `tell.ts` prints and the workbook asks. */
import { z } from 'zod'
import type { EngineName } from '#brokers/engines'
import { textSchema } from '../verdict/verdict.ts'
import { questionSchema } from './question.ts'

const engines = ['embedded', 'local', 'docker', 'url'] as const satisfies EngineName[]

export const lessonSchema = z.strictObject({
  /** Below the repository. */
  folder: z.string(),
  questions: z.array(z.strictObject({ question: questionSchema, hash: z.string() })),
  /** In the order of their places. */
  experiments: z.array(
    z.strictObject({
      name: z.string(),
      place: z.number().int().positive(),
      shows: textSchema,
      question: questionSchema,
      /** What an engine must be able to do to play it, and the engines that can, the one that needs least first. */
      needs: z.array(z.string()),
      engines: z.array(z.enum(engines)).min(1),
    }),
  ),
  /** What is wrong with the files, one sentence each. */
  flaws: z.array(z.string()),
})
export type Lesson = z.infer<typeof lessonSchema>

export const lessonsSchema = z.array(lessonSchema)
