/** What an aftermath comes to: lost, repeated, unfounded, open. */
import { History } from '#lab/history'
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { openEvent, type Payment } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'
import { type CrashPoint, faultAt, killedAt, pointOf } from './crash.ts'
import { traceOf } from './frames.ts'
import { committed, paymentsOf } from './payments.ts'
import { declare } from './queues.ts'
import { naiveFile, Service, told } from './services.ts'

/** What reconcile.ts takes and answers. */
export interface Aftermath {
  readonly answers: readonly { readonly payment_id: string; readonly answer: 'ok' | 'fail' | 'unknown' }[]
  readonly committed: readonly string[]
  readonly arrived: readonly string[]
}

export const lists = ['lost', 'repeated', 'unfounded', 'open'] as const
export type Reckoning = Readonly<Record<(typeof lists)[number], readonly string[]>>

interface ReconcileModule {
  reconcile(aftermath: Aftermath): Reckoning
}

const reconcileFile = 'reconcile.ts'

export interface ReckonedSeen {
  readonly point: CrashPoint
  /** The payment in whose acceptance the service was killed at the learner's point. */
  readonly victim: string
  readonly cases: readonly {
    /** Whether it was played, or is made up to be hard. */
    readonly isPlayed: boolean
    readonly aftermath: Aftermath
    readonly expected: Reckoning
    readonly reckoning: Reckoning
  }[]
  readonly trace: readonly TraceStep[]
}

/** Four payments for the naive service, which is killed twice; then what is left is reckoned up. */
export async function reckonedUp(lab: Lab): Promise<ReckonedSeen> {
  await declare(lab)
  const point = await pointOf(lab)
  const { reconcile } = await lab.subject.load<ReconcileModule>(reconcileFile, ['reconcile'])
  const history = new History()
  const [first, victim, unconfirmed, last] = paymentsOf(lab, 4) as [Payment, Payment, Payment, Payment]
  const service = await Service.start(lab, naiveFile)
  await told(lab, service, history, first)
  lab.say('Killed at your point …', 'Bị kill tại điểm bạn chọn …')
  await killedAt(lab, service, { ...faultAt(point), history, payment: victim })
  lab.say('… and with its confirm on the way.', '… và khi confirm của nó đang trên đường.')
  const lateConfirm = { side: 'before', frame: 'basic.ack', to: 'client' } as const
  await killedAt(lab, service, { ...faultAt(lateConfirm), history, payment: unconfirmed })
  await service.alive()
  await told(lab, service, history, last)
  const found = await lab.observer.takeAll(lab.name('payments.work'))
  const played: Aftermath = {
    answers: answersOf(history),
    committed: committed(lab),
    arrived: found.map(({ body }) => openEvent(body).data.payment_id),
  }
  return {
    point,
    victim: victim.payment_id,
    cases: [{ isPlayed: true, aftermath: played }, ...hardCases(lab)].map(({ isPlayed, aftermath }) => ({
      isPlayed,
      aftermath,
      expected: reckon(aftermath),
      reckoning: reckoningOf(lab, reconcile(aftermath)),
    })),
    trace: traceOf(await lab.frames()).slice(-14),
  }
}

export function answersOf({ operations }: History): Aftermath['answers'] {
  return operations.map(({ message, ending }) => ({
    payment_id: message,
    answer: ending === 'pending' ? 'unknown' : ending,
  }))
}

/** What a reckoning should come to. */
function reckon({ answers, committed: saved, arrived }: Aftermath): Reckoning {
  const promised = new Set([
    ...answers.flatMap(({ payment_id, answer }) => (answer === 'ok' ? [payment_id] : [])),
    ...saved,
  ])
  const there = new Set(arrived)
  const asked = [...new Set(answers.map(({ payment_id }) => payment_id))]
  const isUnknown = (id: string) =>
    answers.some(({ payment_id, answer }) => payment_id === id && answer === 'unknown')
  return {
    lost: [...promised].filter((id) => !there.has(id)),
    repeated: [...there].filter((id) => arrived.filter((other) => other === id).length > 1),
    unfounded: [...there].filter((id) => !promised.has(id)),
    open: asked.filter((id) => isUnknown(id) && !promised.has(id) && !there.has(id)),
  }
}

/** Aftermaths that a run would hardly come to: counts that cancel out, a payment that nobody saved. */
function hardCases(lab: Lab): { isPlayed: false; aftermath: Aftermath }[] {
  const [a, b, c, d] = somePayments(4, seededSource(lab.run.seed + 1)).map(
    ({ payment_id }) => payment_id,
  ) as [string, string, string, string]
  const all = (answer: 'ok' | 'fail' | 'unknown', ...ids: string[]) =>
    ids.map((payment_id) => ({ payment_id, answer }))
  return [
    // Three promised, three arrived, and one of them is lost.
    { isPlayed: false, aftermath: { answers: all('ok', a, b, c), committed: [a, b, c], arrived: [a, b, b] } },
    // Died before it had saved anything: nothing has happened.
    { isPlayed: false, aftermath: { answers: all('unknown', c), committed: [], arrived: [] } },
    // Told first, saved never: the wallet has heard of a payment that does not exist.
    { isPlayed: false, aftermath: { answers: all('unknown', d), committed: [], arrived: [d] } },
    // Refused, then asked for once more and accepted.
    {
      isPlayed: false,
      aftermath: { answers: [...all('fail', a), ...all('ok', a, b)], committed: [a, b], arrived: [a] },
    },
  ]
}

/** Validated, since a learner's code made it. */
function reckoningOf(lab: Lab, answered: unknown): Reckoning {
  const given = (answered ?? {}) as Record<string, unknown>
  const wrong = lists.find((list) => {
    const ids = given[list]
    return !(Array.isArray(ids) && ids.every((id) => typeof id === 'string'))
  })
  if (wrong === undefined) return given as Reckoning
  throw lab.breaks(
    text(
      `reconcile() answers no list of ids as ${wrong}`,
      `reconcile() không trả về danh sách id ở ${wrong}`,
    ),
    { file: reconcileFile, near: ['return'] },
  )
}
