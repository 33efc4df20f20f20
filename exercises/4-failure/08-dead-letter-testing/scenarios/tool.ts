/** The tool under test as the scenarios use it, and what it answers, read with care. */
import { z } from 'zod'
import type { Lab } from '#lab/kit'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { lane } from './letters.ts'

/** What dlq.ts exports. */
export interface DeadMessage {
  readonly id: string
  readonly reason: string
  readonly attempts: number
  readonly exchange: string
  readonly routingKey: string
  readonly redrives: number
}
export interface Filter {
  readonly reason?: string
  readonly ids?: readonly string[]
}
export interface Redriven {
  readonly sent: readonly string[]
  readonly refused: readonly string[]
  readonly failed: readonly string[]
}
interface Dlq extends Running {
  list(filter?: Filter): Promise<readonly DeadMessage[]>
  redrive(order: Filter & { readonly dryRun: boolean }): Promise<Redriven>
}
interface DlqModule {
  start(world: World): Promise<Dlq>
}

export const dlqFile = 'dlq.ts'

export async function dlqOf(lab: Lab): Promise<Dlq> {
  const { start } = await lab.subject.load<DlqModule>(dlqFile, ['start'])
  const answered = await lab.finished(start(await lab.world(lane)), text('start()', 'start()'), {
    file: dlqFile,
  })
  const dlq = lab.subject.guard<Dlq>(answered, ['stop', 'list', 'redrive'], dlqFile)
  lab.defer(() => dlq.stop())
  return dlq
}

const deadSchema = z.array(
  z.object({
    id: z.string(),
    reason: z.string(),
    attempts: z.number(),
    exchange: z.string(),
    routingKey: z.string(),
    redrives: z.number(),
  }),
)

export function read(lab: Lab, answered: unknown): readonly DeadMessage[] {
  const found = deadSchema.safeParse(answered)
  if (found.success)
    return found.data.map((dead) => ({
      ...dead,
      exchange: lab.shown(dead.exchange),
      reason: lab.shown(dead.reason),
    }))
  const [issue] = found.error.issues
  const path = issue?.path.join('.') ?? ''
  throw lab.breaks(
    text(
      `list() answers something else than dead messages: ${path === '' ? 'no array' : `${path} is not what DeadMessage says`}`,
      `list() trả về thứ không phải danh sách message chết: ${path === '' ? 'không phải mảng' : `${path} không đúng như DeadMessage`}`,
    ),
    { file: dlqFile, near: ['list'] },
  )
}

const outcomeSchema = z.object({
  sent: z.array(z.string()),
  refused: z.array(z.string()),
  failed: z.array(z.string()),
})

export function outcome(lab: Lab, answered: unknown): Redriven {
  const found = outcomeSchema.safeParse(answered)
  if (found.success) return found.data
  throw lab.breaks(
    text(
      'redrive() does not answer lists of ids under sent, refused and failed',
      'redrive() không trả về các danh sách id sent, refused và failed',
    ),
    { file: dlqFile, near: ['redrive'] },
  )
}
