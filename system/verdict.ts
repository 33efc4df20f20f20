/** The verdict on a system that has come to rest: its money, its messages and its sagas, each against what the others say. */
import type { Database } from 'better-sqlite3'
import { conservation } from '#lab/checkers/conservation'
import { lost } from '#lab/checkers/lost'
import { History } from '#lab/history'
import { takeIds } from '#lab/kit/queues'
import type { Text } from '#lab/verdict'
import { shortId, text } from '#lab/verdict/language'
import type { CardOperation } from '#payments/card-gateway'
import { auditLedger } from '#payments/ledger'
import { openSagaMessage } from '#payments/saga-message'
import { sagaDeadQueue } from '#payments/saga-service'
import type { Asked } from './customers.ts'
import { topics } from './facts.ts'
import { type PaymentSystem, serviceNames } from './payment-system.ts'

export interface Finding {
  readonly about: 'money' | 'messages' | 'sagas'
  readonly said: Text
}

export interface Verdict {
  /** Empty when everything is as it should be. */
  readonly findings: readonly Finding[]
  readonly counts: {
    readonly payments: number
    readonly settled: number
    readonly cancelled: number
    readonly entries: number
    readonly messages: number
    readonly deadLettered: number
    readonly charges: number
    readonly refunds: number
  }
}

/** Looks at everything, once nobody has anything to do any more; what still is on its way then is told as such. */
export async function judge(system: PaymentSystem, asked: Asked, isAtRest: boolean): Promise<Verdict> {
  const operations = (await system.gateway.call('operations')) as readonly CardOperation[]
  const approved = operations.filter(({ outcome }) => outcome === 'approved')
  const sagas = sagasOf(system.database('orchestrator'))
  const messages = await messagesOf(system, isAtRest)
  const countOf = (status: string): number => [...sagas.values()].filter((each) => each === status).length
  return {
    findings: [
      ...moneyFindings(system, sagas, approved),
      ...messages.findings,
      ...sagaFindings(system, sagas, asked),
    ],
    counts: {
      payments: sagas.size,
      settled: countOf('settled'),
      cancelled: countOf('cancelled'),
      entries: system.database('wallet').prepare('SELECT count(*) FROM entry').pluck().get() as number,
      messages: messages.produced,
      deadLettered: messages.dead,
      charges: approved.filter(({ kind }) => kind === 'charge').length,
      refunds: approved.filter(({ kind }) => kind === 'refund').length,
    },
  }
}

type Sagas = ReadonlyMap<string, string>

function sagasOf(database: Database): Sagas {
  const rows = database.prepare('SELECT payment_id, status FROM saga').all() as {
    payment_id: string
    status: string
  }[]
  return new Map(rows.map(({ payment_id, status }) => [payment_id, status]))
}

function moneyFindings(
  system: PaymentSystem,
  sagas: Sagas,
  approved: readonly CardOperation[],
): readonly Finding[] {
  const wallet = system.database('wallet')
  const captured = new Set(idsIn(wallet, "SELECT payment_id FROM txn WHERE kind = 'capture'"))
  const held = new Set(idsIn(wallet, "SELECT payment_id FROM hold WHERE state = 'held'"))
  const moved = new Map<string, { charges: number; refunds: number }>()
  for (const { kind, paymentId } of approved) {
    const counts = moved.get(paymentId) ?? { charges: 0, refunds: 0 }
    counts[kind === 'charge' ? 'charges' : 'refunds'] += 1
    moved.set(paymentId, counts)
  }
  const findings: Finding[] = auditLedger(wallet).map((fault) => money(fault, fault))
  // Also payments of which only the gateway has heard.
  for (const id of new Set([...sagas.keys(), ...moved.keys(), ...captured])) {
    const { charges = 0, refunds = 0 } = moved.get(id) ?? {}
    const status = sagas.get(id) ?? 'unknown'
    const isPaid = status === 'settled'
    const isRight = isPaid
      ? charges === 1 && refunds === 0 && captured.has(id)
      : charges === refunds && charges <= 1 && !captured.has(id)
    if (!isRight) {
      const seen = `${charges}/${refunds}/${captured.has(id) ? 1 : 0}`
      findings.push(
        money(
          `payment ${shortId(id)} is ${status}; charged, refunded, booked: ${seen}`,
          `thanh toán ${shortId(id)} là ${status}; trừ, hoàn, ghi sổ: ${seen}`,
        ),
      )
    }
    if (held.has(id))
      findings.push(
        money(
          `payment ${shortId(id)} is ${status}, and its hold was never released`,
          `thanh toán ${shortId(id)} là ${status} mà khoản giữ chưa được nhả`,
        ),
      )
  }
  return findings
}

const money = (en: string, vi: string): Finding => ({ about: 'money', said: text(en, vi) })

/** Every id that was ever written into an outbox has to be in exactly one place. */
async function messagesOf(
  system: PaymentSystem,
  isAtRest: boolean,
): Promise<{ findings: readonly Finding[]; produced: number; dead: number }> {
  const { lab } = system
  const all = (query: string): string[] => serviceNames.flatMap((name) => idsIn(system.database(name), query))
  const produced = all('SELECT id FROM outbox')
  const handled = new Set(all('SELECT message_id FROM handled'))
  const records = await lab.kafka.observer.read(lab.name(topics.payments))
  // Facts that nobody here reads are where they belong when they are in their topic.
  const kept = new Set(records.flatMap(({ value }) => (value === null ? [] : [openSagaMessage(value).id])))
  const dead = await takeIds(lab, sagaDeadQueue)
  const unsent = all('SELECT id FROM outbox WHERE sent_at IS NULL')
  const processed = new Set([...handled, ...kept])
  if (!isAtRest) {
    const pending = produced.filter((id) => !processed.has(id)).length - dead.length
    const said = text(
      `${pending} of ${produced.length} are still on their way`,
      `${pending} trên ${produced.length} vẫn còn trên đường`,
    )
    return { findings: [{ about: 'messages', said }], produced: produced.length, dead: dead.length }
  }
  const anomaly = conservation({
    produced,
    processed,
    deadLettered: dead,
    inFlight: unsent.filter((id) => !processed.has(id)),
  })
  const findings = anomaly === undefined ? [] : [{ about: 'messages', said: anomaly.said } as const]
  return { findings, produced: produced.length, dead: dead.length }
}

function sagaFindings(system: PaymentSystem, sagas: Sagas, asked: Asked): readonly Finding[] {
  const rows = system.database('api').prepare('SELECT payment_id, status FROM payment').all() as {
    payment_id: string
    status: string
  }[]
  const ends = { SETTLED: 'settled', DECLINED: 'cancelled' } as Readonly<Record<string, string>>
  const history = new History()
  for (const id of asked.accepted) history.invoke({ by: 'customer', what: 'pay', message: id }).ok()
  const missing = lost(history.operations, { what: 'pay', found: rows.map(({ payment_id }) => payment_id) })
  return [
    ...(missing === undefined ? [] : [{ about: 'sagas', said: missing.said } as const]),
    ...rows.flatMap(({ payment_id, status }): Finding[] => {
      const saga = sagas.get(payment_id) ?? 'without a saga'
      const id = shortId(payment_id)
      if (saga !== 'settled' && saga !== 'cancelled')
        return [
          {
            about: 'sagas',
            said: text(`the saga of ${id} is not over: ${saga}`, `saga của ${id} chưa kết thúc: ${saga}`),
          },
        ]
      if (ends[status] === saga) return []
      return [
        {
          about: 'sagas',
          said: text(
            `the API says ${status} of ${id}, and its saga is ${saga}`,
            `API nói ${id} là ${status} mà saga của nó là ${saga}`,
          ),
        },
      ]
    }),
  ]
}

const idsIn = (database: Database, query: string): string[] =>
  database.prepare(query).pluck().all() as string[]
