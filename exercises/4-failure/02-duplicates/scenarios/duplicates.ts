/** Duplicates of every kind, and what they change: nothing. */
import type { Lab } from '#lab/kit'
import { takeIds } from '#lab/kit/queues'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { countsOf, entriesOf, isBalanced } from './books.ts'
import {
  becomes,
  Consumer,
  commitMsMax,
  commitsBegun,
  consumerFile,
  consumerLane,
  drained,
  momentMs,
} from './consumers.ts'
import { declare, eventsOf, put } from './events.ts'
import { traceOf } from './frames.ts'

export interface DuplicatesSeen {
  readonly events: readonly string[]
  readonly entries: Readonly<Record<string, number>>
  /** The message that was repeated: at once, after a restart, to two consumers at the same time. */
  readonly atOnce: string
  readonly afterRestart: string
  readonly together: string
  /** How many consumers had a copy of the last one. */
  readonly consumersWithCopy: number
  readonly duplicates: number
  readonly lookAlikes: readonly string[]
  readonly isBalanced: boolean
  readonly dead: readonly string[]
  readonly trace: readonly TraceStep[]
}

/** Six payments, pairs of which look alike; three of them come twice: at once, after a restart, and to two consumers together. */
export async function duplicatesChangeNothing(lab: Lab): Promise<DuplicatesSeen> {
  await declare(lab)
  const events = eventsOf(lab, 6)
  const [atOnce, afterRestart, together] = [events[0], events[2], events[4]] as [Envelope, Envelope, Envelope]
  const first = await Consumer.start(lab, consumerFile)
  for (const event of [atOnce, atOnce, events[1] as Envelope, afterRestart, events[3] as Envelope])
    await put(lab, event)
  await drained(lab, first)
  lab.say('The consumer is killed, and started again.', 'Consumer bị kill rồi khởi động lại.')
  await lab.killSubject(first.actor)
  await first.alive()
  await put(lab, afterRestart)
  await put(lab, events[5] as Envelope)
  await drained(lab, first)
  lab.say('A second consumer joins; each gets a copy.', 'Consumer thứ hai tham gia; mỗi bên nhận một bản.')
  const second = await Consumer.start(lab, consumerFile)
  const before = commitsBegun(lab)
  const held = await lab.place({
    name: 'slow commit',
    text: text('its commit takes a while', 'commit của nó hơi lâu'),
    when: { point: 'commit', side: 'before', fields: { database: 'wallet' } },
    what: { kind: 'hold' },
  })
  await put(lab, together)
  await put(lab, together)
  await becomes(lab, () => held.state === 'fired', commitMsMax)
  // Whoever looks before it writes is at its own commit by now. Whoever takes the lock first waits, and there is nothing to see.
  await becomes(lab, () => commitsBegun(lab) - before > 1, momentMs)
  held.release()
  await drained(lab, first, second)
  const frames = await lab.frames(consumerLane)
  const withCopy = frames.filter(
    ({ method, message }) => method === 'basic.deliver' && message === together.id,
  )
  return {
    events: events.map(({ id }) => id),
    entries: countsOf(entriesOf(lab).map(({ message_id }) => message_id)),
    atOnce: atOnce.id,
    afterRestart: afterRestart.id,
    together: together.id,
    consumersWithCopy: new Set(withCopy.map(({ connection }) => connection)).size,
    duplicates: 3,
    lookAlikes: events.flatMap(({ id }, at) => (at % 2 === 1 ? [id] : [])),
    isBalanced: isBalanced(lab),
    dead: await takeIds(lab, 'payments.dead'),
    trace: traceOf(frames).slice(-18),
  }
}
