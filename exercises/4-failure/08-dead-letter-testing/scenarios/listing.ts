/** The dead are listed, again and again: what is told of them, and whether they stay. */
import type { Lab } from '#lab/kit'
import { becomes } from '#lab/kit/coming'
import { countsOf } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import {
  attemptsMax,
  bury,
  declare,
  frozenMerchant,
  key,
  peek,
  publish,
  put,
  rejectedFromWork,
  walletOf,
  workOff,
} from './letters.ts'
import { type DeadMessage, dlqFile, dlqOf, type Filter, read } from './tool.ts'

/** Whoever leaves the messages where they are can be asked any number of times. */
const lists = 8

export interface ListedSeen {
  readonly lists: number
  /** What is in payments.dlq, from its head, as it should be listed. */
  readonly wanted: readonly DeadMessage[]
  readonly first: readonly DeadMessage[]
  readonly last: readonly DeadMessage[]
  readonly frozenOnly: readonly string[]
  readonly byId: readonly string[]
  readonly askedFor: string
  /** What the lab finds in payments.dlq afterwards, and what is not acknowledged. */
  readonly after: readonly string[]
  readonly unacked: number
}

/** Six messages lie in the DLQ: buried by a consumer, by the broker, redriven before. They are listed again and again. */
export async function listed(lab: Lab): Promise<ListedSeen> {
  await declare(lab)
  const wallet = walletOf(lab)
  wallet.freeze(frozenMerchant)
  const payments = somePayments(6, seededSource(lab.run.seed))
  const [a, b, c, torn, d, e] = payments as [Payment, Payment, Payment, Payment, Payment, Payment]
  const frozen = [a, b].map((payment) => ({ ...payment, merchant_id: frozenMerchant }))
  for (const payment of frozen) await publish(lab, payment)
  const unreadable = requestedEvent(torn, lab.run.seed)
  await put(lab, unreadable.id, JSON.stringify(unreadable).slice(0, -1))
  await workOff(lab, wallet)
  const rejectedIds: string[] = []
  for (const payment of [c, d]) rejectedIds.push(await rejectedFromWork(lab, payment))
  const redriven = requestedEvent(e, lab.run.seed)
  await bury(lab, {
    id: redriven.id,
    body: JSON.stringify(redriven),
    reason: 'the ledger is closed',
    attempts: 2,
    redrives: 2,
  })

  const origin = { exchange: 'payments', routingKey: key }
  const reason = `the account of ${frozenMerchant} is frozen`
  const stories = await peek(lab, 'payments.dlq')
  const wanted = stories.map(({ messageId = '', headers }) => {
    const isRejected = rejectedIds.includes(messageId)
    const own = String(headers['x-reason'] ?? '')
    return {
      id: messageId,
      reason: isRejected ? 'rejected' : own,
      attempts: isRejected ? 1 : own === reason ? attemptsMax : messageId === redriven.id ? 2 : 1,
      ...origin,
      redrives: messageId === redriven.id ? 2 : 0,
    }
  })
  const dlq = await dlqOf(lab)
  const list = async (filter?: Filter): Promise<readonly DeadMessage[]> => {
    const found = await lab.finished(dlq.list(filter), text('list()', 'list()'), {
      file: dlqFile,
      near: ['list'],
    })
    return read(lab, found)
  }
  const first = await list()
  let last = first
  for (let each = 1; each < lists; each += 1) last = await list()
  const askedFor = wanted[2]?.id ?? ''
  const frozenOnly = (await list({ reason: 'frozen' })).map(({ id }) => id)
  const byId = (await list({ ids: [askedFor] })).map(({ id }) => id)
  await becomes(lab, async () => (await countsOf(lab, 'payments.dlq')).unacked === 0)
  const { unacked } = await countsOf(lab, 'payments.dlq')
  return {
    lists: lists + 2,
    wanted,
    first,
    last,
    frozenOnly,
    byId,
    askedFor,
    after: (await peek(lab, 'payments.dlq')).map(({ messageId = '' }) => messageId),
    unacked,
  }
}
