/** The batch of poison that the learner makes. */
import type { Lab } from '#lab/kit'
import type { World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { openEvent, type Payment } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'
import { walletOf } from './messages.ts'
import { declareForNaive } from './operator.ts'

/** What the subject's files export. */
interface BatchModule {
  publishBatch(world: World, payments: readonly Payment[]): Promise<string>
}

export interface BatchSeen {
  readonly payments: readonly Payment[]
  /** The id that publishBatch answered. */
  readonly poison: string
  /** What was in the queue when it had resolved, in order: its id, and how three attempts to book it ended. */
  readonly found: readonly { readonly id: string; readonly tries: readonly ('booked' | 'failed')[] }[]
  readonly persistent: number
}

/** The subject publishes a batch; a faithful consumer, ours, then tries each of its messages three times. */
export async function batchPublished(lab: Lab): Promise<BatchSeen> {
  await declareForNaive(lab)
  const payments = somePayments(5, seededSource(lab.run.seed))
  const { publishBatch } = await lab.subject.load<BatchModule>('poison.ts', ['publishBatch'])
  const poison = await lab.finished(
    publishBatch(await lab.world(), payments),
    text('publishBatch()', 'publishBatch()'),
    { file: 'poison.ts', near: ['function publishBatch'] },
  )
  const wallet = walletOf(lab)
  const messages = await lab.observer.takeAll(lab.name('payments.work'))
  const found = messages.map(({ messageId = '', body }) => {
    const tries = Array.from({ length: 3 }, () => {
      try {
        wallet.book(openEvent(body).data)
        return 'booked' as const
      } catch {
        return 'failed' as const
      }
    })
    return { id: messageId, tries }
  })
  return {
    payments,
    poison: String(poison),
    found,
    persistent: messages.filter(({ deliveryMode }) => deliveryMode === 2).length,
  }
}
