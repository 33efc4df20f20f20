/** failure-01 measured: what the naive service loses under seeded kills, what the outbox loses, and what confirms don't cover. */
import { zeroOf } from '#lab/checkers/zero-of'
import { History, messagesThat } from '#lab/history'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import type { Meter } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { type CrashPoint, faultAt } from './scenarios/crash.ts'
import { committed, ledgerOf, paymentsOf } from './scenarios/payments.ts'
import { confirmedAndGone } from './scenarios/pits.ts'
import { declare } from './scenarios/queues.ts'
import { becomes, drained, naiveFile, paymentsFile, Service } from './scenarios/services.ts'

/** Where the service is killed, in turn. */
const kills: readonly CrashPoint[] = [
  { side: 'after', commit: 'payments' },
  { side: 'before', frame: 'basic.publish', to: 'broker' },
  { side: 'after', frame: 'basic.publish', to: 'broker' },
  { side: 'before', frame: 'basic.ack', to: 'client' },
]
const rounds = 60
const perRound = 5
/** How long a round may take where its kill never comes. */
const roundMsMax = 500
const quietMsMax = 5000
const perPit = 20

interface Losses {
  readonly asked: number
  readonly acknowledged: number
  readonly lost: number
  readonly unknown: number
  readonly kills: number
}

export const measurement: Measurement = {
  libraries: ['amqplib'],
  async measure(lab: Lab, meter: Meter) {
    await declare(lab)
    const payments = paymentsOf(lab, 2 * rounds * perRound)
    // One schedule of kills for both.
    const schedule = Array.from({ length: rounds }, (_, round) => ({
      point: kills[round % kills.length] ?? kills[0],
      nth: lab.random.integer(1, perRound),
    }))
    const naive = await lossesOf(lab, naiveFile, payments.slice(0, rounds * perRound), schedule)
    const outbox = await lossesOf(lab, paymentsFile, payments.slice(rounds * perRound), schedule)
    for (const [name, said, losses] of [
      ['naive', text('saved, then published', 'lưu rồi publish'), naive],
      ['outbox', text('through the outbox', 'qua outbox'), outbox],
    ] as const) {
      const bound = losses.lost === 0 ? zeroOf(losses.acknowledged) : text('', '')
      const method = text(
        `${losses.kills} SIGKILLs of the service at seeded points, ${perRound} payments asked for around each; what is not in the ledger when all is quiet is lost`,
        `${losses.kills} lần SIGKILL service ở các điểm theo seed, quanh mỗi lần có ${perRound} yêu cầu thanh toán; khi mọi thứ yên, cái không có trong sổ cái là bị mất`,
      )
      meter.share(
        {
          name: `${name}-lost`,
          item: 'failure-01.5',
          said: text(
            `${said.en}: acknowledged and lost ${bound.en}`.trim(),
            `${said.vi}: đã xác nhận mà mất ${bound.vi}`.trim(),
          ),
          method,
        },
        { count: losses.lost, n: losses.acknowledged },
      )
      meter.share(
        {
          name: `${name}-unknown`,
          item: 'failure-01.5',
          said: text(`${said.en}: died before it answered`, `${said.vi}: chết trước khi trả lời`),
          method,
        },
        { count: losses.unknown, n: losses.asked },
      )
    }
    for (const { name, confirmed, kept } of await confirmedAndGone(lab, perPit)) {
      meter.share(
        {
          name: `confirmed-${name}`,
          said: text(`confirmed and gone: ${name}`, `đã confirm mà mất: ${name}`),
          method: text(
            `${perPit} messages, each confirmed; what is in no queue afterwards is gone`,
            `${perPit} message, cái nào cũng được confirm; sau đó không còn trong queue nào là mất`,
          ),
        },
        { count: confirmed - kept, n: confirmed },
      )
    }
  },
}

async function lossesOf(
  lab: Lab,
  file: string,
  payments: readonly Payment[],
  schedule: readonly { readonly point: (typeof kills)[number] | undefined; readonly nth: number }[],
): Promise<Losses> {
  const history = new History()
  const service = await Service.start(lab, file)
  let killed = 0
  for (const [round, { point, nth }] of schedule.entries()) {
    if (point === undefined) continue
    const subject = await service.alive()
    const { when, side } = faultAt(point)
    const kill = await lab.place({
      name: 'kill the service',
      text: text('the service is killed here (SIGKILL)', 'service bị kill tại đây (SIGKILL)'),
      when: { ...when, nth },
      what: { kind: 'kill-subject', subject, ...(side === undefined ? {} : { side }) },
    })
    const batch = payments.slice(round * perRound, (round + 1) * perRound)
    await Promise.all(batch.map((payment) => service.accept(history, payment)))
    if (await becomes(lab, () => kill.state === 'fired', roundMsMax)) {
      await kill.fired
      killed += 1
    }
    kill.lift()
  }
  await service.alive()
  const consumer = await Service.start(lab, 'consumer.ts', 'consumer')
  const ledger = ledgerOf(lab)
  const isBooked = (id: string) => ledger.count(id, 'capture') === 1
  const mine = new Set(payments.map(({ payment_id }) => payment_id))
  const saved = committed(lab).filter((id) => mine.has(id))
  if (file !== naiveFile) await becomes(lab, () => saved.every(isBooked), quietMsMax, service, consumer)
  await drained(lab, consumer, quietMsMax)
  await service.actor.stop()
  await consumer.actor.stop()
  const acknowledged = messagesThat(history.operations, { what: 'accept', ended: 'ok' })
  return {
    asked: history.operations.length,
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((id) => !isBooked(id)).length,
    unknown: messagesThat(history.operations, { what: 'accept', ended: 'unknown' }).length,
    kills: killed,
  }
}
