/** failure-03 measured: how long nobody works on a payment, by what became of the process that had it. */
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { Consumer, declare, drained, eventsOf, put } from './run.ts'

const lane = 'consumer'
const kills = 20
/** Each takes two heartbeat intervals. */
const hangs = 2
const stalls = 5
/** The ack timeout of the queue in the third experiment; RabbitMQ's own default is 30 minutes. */
const ackTimeoutMs = 2000
const takenOverMsMax = 60_000

/** What becomes of the process that has the payment. */
interface Cause {
  readonly name: 'killed' | 'hung' | 'stalled'
  readonly said: { readonly en: string; readonly vi: string }
  readonly n: number
  readonly queueArguments?: Readonly<Record<string, unknown>>
}

const causes: readonly Cause[] = [
  { name: 'killed', said: text('SIGKILL: the socket closes', 'SIGKILL: socket đóng'), n: kills },
  {
    name: 'stalled',
    said: text(
      `SIGSTOP, ack timeout of ${ackTimeoutMs / 1000} s on the queue`,
      `SIGSTOP, ack timeout ${ackTimeoutMs / 1000} giây trên queue`,
    ),
    n: stalls,
    queueArguments: { 'x-consumer-timeout': ackTimeoutMs },
  },
  { name: 'hung', said: text('SIGSTOP: the heartbeat stays away', 'SIGSTOP: heartbeat ngừng'), n: hangs },
]

export const measurement: Measurement = {
  libraries: ['amqplib'],
  async measure(lab: Lab, meter: Meter) {
    const events = eventsOf(
      lab,
      causes.reduce((sum, { n }) => sum + n, 0),
    )
    let next = 0
    for (const cause of causes) {
      const channel = await lab.observer.channel()
      await channel.deleteQueue(lab.name('payments.work'))
      await channel.close()
      await declare(lab, cause.queueArguments)
      const redelivered = new Distribution()
      const booked = new Distribution()
      for (let nth = 0; nth < cause.n; nth += 1) {
        const taken = await takenOver(lab, cause, events[next++] as Envelope)
        redelivered.add(taken.redeliveredMs)
        booked.add(taken.bookedMs)
      }
      const method = text(
        'from the signal, in the middle of the screening, until the message is delivered to an idle second process / until that one has committed it',
        'từ lúc gửi tín hiệu, giữa lúc sàng lọc, tới khi message được giao cho process thứ hai đang rảnh / tới khi process đó commit',
      )
      for (const [what, words, distribution] of [
        ['redelivered', text('until it is redelivered', 'tới lúc được giao lại'), redelivered],
        ['booked', text('until it is booked', 'tới lúc được ghi sổ'), booked],
      ] as const) {
        meter.distribution(
          {
            name: `${cause.name}-${what}`,
            item: 'failure-03.5',
            said: text(`${cause.said.en}: ${words.en}`, `${cause.said.vi}: ${words.vi}`),
            method,
          },
          distribution,
        )
      }
    }
  },
}

/** One payment: a process gets it and is killed or stopped, an idle one takes it over. */
async function takenOver(
  lab: Lab,
  { name }: Cause,
  event: Envelope,
): Promise<{ redeliveredMs: number; bookedMs: number }> {
  const first = await Consumer.start(lab)
  const held = await lab.place({
    name: 'in work',
    lane,
    text: text('the payment is being screened', 'thanh toán đang được sàng lọc'),
    when: { point: 'commit', side: 'after', fields: { database: 'screening' } },
    what: { kind: 'hold' },
  })
  await put(lab, event)
  await lab.until(
    text('the screening never began', 'việc sàng lọc không hề bắt đầu'),
    () => held.state === 'fired',
  )
  const second = await Consumer.start(lab)
  const since = lab.points.length
  const beganMs = lab.run.now()
  if (name === 'killed') await lab.killSubject(first.actor)
  else lab.freezeSubject(first.actor)
  held.release()
  const { frames } = await lab.proxy(lane)
  const again = await lab.until(
    text('nobody took the payment over', 'không ai nhận làm tiếp thanh toán'),
    () =>
      frames.find(
        ({ method, message, fields }) =>
          method === 'basic.deliver' && message === event.id && fields.redelivered === true,
      ),
    { withinMs: takenOverMsMax },
  )
  const commit = await lab.until(
    text('the payment was never booked', 'thanh toán không bao giờ được ghi sổ'),
    () =>
      lab.points
        .slice(since)
        .find(
          ({ name: point, side, fields }) =>
            point === 'commit' && side === 'after' && fields.database === 'wallet',
        ),
  )
  await drained(lab, second)
  await first.actor.kill()
  await second.actor.stop()
  return { redeliveredMs: again.atMs - beganMs, bookedMs: commit.atMs - beganMs }
}
