/** A lesson's questions and experiments as data: what `tell.ts` prints and the workbook asks. */
import { z } from 'zod'
import { textSchema } from '../verdict/verdict.ts'
import { questionSchema } from './question.ts'

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
    }),
  ),
  /** What is wrong with the files, one sentence each. */
  flaws: z.array(z.string()),
})
export type Lesson = z.infer<typeof lessonSchema>

export const lessonsSchema = z.array(lessonSchema)
