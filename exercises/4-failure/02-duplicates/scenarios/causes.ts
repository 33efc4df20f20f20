/** What makes a broker deliver a message twice, and a producer send it twice: the learner's cuts. */
import type { Lab } from '#lab/kit'
import type { Lane, Text, TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { Consumer, consumerLane, drained, unprotectedFile } from './consumers.ts'
import { declare, eventsOf, producerOf, send } from './events.ts'
import { deliveriesIn, type Frames, traceOf } from './frames.ts'

/** What causes.ts answers. */
interface Cut {
  readonly side: 'before' | 'after'
  readonly frame: string
  readonly to: 'broker' | 'client'
}

interface CausesModule {
  handedOutAgain(): Cut
  sentAgain(): Cut
}

const causesFile = 'causes.ts'

/** What one cause came to. */
export interface Caused {
  readonly cut: Cut
  readonly message: string
  /** How many copies the broker got, and what reached the consumer. */
  readonly sent: number
  readonly deliveries: readonly { readonly redelivered: boolean }[]
  readonly trace: readonly TraceStep[]
}

export interface CausesSeen {
  readonly handedOutAgain: Caused
  readonly sentAgain: Caused
}

/** Two payments. The consumer's connection is torn at one of them, the producer's at the other; both sides come back. */
export async function twoCauses(lab: Lab): Promise<CausesSeen> {
  await declare(lab)
  const causes = await causesOf(lab)
  const [first, second] = eventsOf(lab, 2) as [Envelope, Envelope]
  const consumer = await Consumer.start(lab, unprotectedFile)
  lab.say('The consumer loses its connection …', 'Consumer mất kết nối …')
  await cutWhile(lab, 'consumer', causes.handedOutAgain, () => send(lab, first), consumer)
  await drained(lab, consumer)
  lab.say('… and so does the producer, which sends again.', '… rồi tới producer, và nó gửi lại.')
  await cutWhile(lab, 'producer', causes.sentAgain, () => send(lab, second), consumer)
  await drained(lab, consumer)
  return {
    handedOutAgain: await caused(lab, causes.handedOutAgain, first.id),
    sentAgain: await caused(lab, causes.sentAgain, second.id),
  }
}

export async function causesOf(lab: Lab): Promise<{ handedOutAgain: Cut; sentAgain: Cut }> {
  const module = await lab.subject.load<CausesModule>(causesFile, ['handedOutAgain', 'sentAgain'])
  return {
    handedOutAgain: validCut(lab, 'handedOutAgain', module.handedOutAgain()),
    sentAgain: validCut(lab, 'sentAgain', module.sentAgain()),
  }
}

/** Validated, since a learner wrote it. */
function validCut(lab: Lab, name: string, cut: unknown): Cut {
  const { side, frame, to } = (typeof cut === 'object' && cut !== null ? cut : {}) as Record<string, unknown>
  const isCut =
    (side === 'before' || side === 'after') &&
    typeof frame === 'string' &&
    (to === 'broker' || to === 'client')
  if (isCut) return { side, frame, to }
  throw lab.breaks(
    text(
      `${name}() answers ${JSON.stringify(cut)}, which is no cut: { side, frame, to }`,
      `${name}() trả về ${JSON.stringify(cut)}, không phải một cut: { side, frame, to }`,
    ),
    { file: causesFile, near: ['return'] },
  )
}

/** The cut as a learner reads it. */
export function shown({ side, frame, to }: Cut): Text {
  return text(
    `${side} ${frame} to the ${to}`,
    `${side === 'before' ? 'trước' : 'sau'} ${frame} gửi tới ${to}`,
  )
}

/** Tears the connection of a lane at the learner's frame while something is done. */
export async function cutWhile(
  lab: Lab,
  lane: Lane,
  cut: Cut,
  act: () => Promise<void>,
  consumer: Consumer,
): Promise<void> {
  await consumer.alive()
  // A frame of the handshake would be one as well: the producer connects before anything is placed.
  if (lane === 'producer') await producerOf(lab)
  const placed = await lab.place({
    name: 'torn connection',
    lane,
    text: text('the connection is torn here', 'kết nối bị ngắt tại đây'),
    when: { direction: `to-${cut.to}`, method: cut.frame },
    what: { kind: cut.side === 'before' ? 'cut' : 'cut-after' },
  })
  await act()
  await lab.fired(
    placed,
    text(
      `a payment was sent and booked, and no ${cut.frame} went to the ${cut.to} on the ${lane}'s connection`,
      `một thanh toán đã gửi và ghi sổ mà không có ${cut.frame} nào đi tới ${cut.to} trên kết nối của ${lane}`,
    ),
    { file: causesFile, near: ['frame:', 'return'] },
  )
}

async function caused(lab: Lab, cut: Cut, message: string): Promise<Caused> {
  const published = await lab.frames('producer')
  const consumed = await lab.frames(consumerLane)
  const about = (frames: Frames) =>
    frames.filter((frame) => frame.message === message || frame.messages?.includes(message) === true)
  return {
    cut,
    message,
    sent: about(published).filter(({ method, forwarded }) => method === 'basic.publish' && forwarded).length,
    deliveries: deliveriesIn(about(consumed)),
    trace: [...traceOf(about(published), 'producer'), ...traceOf(about(consumed))].sort(
      (a, b) => a.atMs - b.atMs,
    ),
  }
}
