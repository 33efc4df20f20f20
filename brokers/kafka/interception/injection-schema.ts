/**
 * The answers that can be put in, as they are asked for. Apart from what does it: whoever asks validates, so that the broker's own process
 * need not load the validator, which would take a third of its start.
 */
import { z } from 'zod'
import { errorCodes } from '../wire/error-code.ts'

const isError = (error: string | number) =>
  Object.values(errorCodes).some(({ name, code }) => name === error || code === error)

const answerSchema = z.union([
  /** Everything the request asks for is answered with this error, and nothing is done. `NOT_COORDINATOR`, or 16. */
  z.strictObject({
    error: z
      .union([z.string(), z.int()])
      .refine(isError, 'an error is a name or a number of the table "Error codes" in SUPPORTED.md'),
  }),
  /** It is served when so much real time has passed; whatever this client sends behind it waits, too. */
  z.strictObject({ delayMs: z.int().min(0) }),
  /**
   * It is served, and the client never hears of it (`dropped`), or the connection ends instead of an answer (`reset`): if it
   * was a produce request, its records are appended twice when it comes again.
   */
  z.strictObject({ reply: z.enum(['dropped', 'reset']) }),
  /** The connection ends before it is served. */
  z.strictObject({ request: z.literal('reset') }),
  /** It is served, and the answer asks the client to hold back for so long. */
  z.strictObject({ throttleMs: z.int().min(0) }),
])
export type InjectedAnswer = z.infer<typeof answerSchema>

/** An answer for the next requests that fit; what is left out of the filter may be anything. */
export const injectionSchema = z.strictObject({
  /** As Kafka spells it: `Produce`, `JoinGroup`. */
  api: z.string(),
  node: z.int().optional(),
  clientId: z.string().optional(),
  /** Requests that have to do with this topic, and if it is given this partition of it. */
  topic: z.string().optional(),
  partition: z.int().optional(),
  groupId: z.string().optional(),
  transactionalId: z.string().optional(),
  answer: answerSchema,
  /** How many requests; 1 if left out. */
  times: z.int().min(1).optional(),
})
export type Injection = z.infer<typeof injectionSchema>
