/** failure-05 measured: what order costs an event, and how many are kept, against how far events arrive from their places. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import { walletHistory } from '#payments/wallet-events'
import { accountsOf, consuming, declare, delayed, publish, randomOf } from './run.ts'

const wallets = 5
const eventsEach = 80
const warmUp = 20
/** How many places an event may be late among all of them; 0 is the order in which they happened. */
const distances = [0, 5, 20, 50] as const

export const measurement: Measurement = {
  libraries: ['amqplib'],
  async measure(lab: Lab, meter) {
    await declare(lab)
    const consumer = await consuming(lab, await lab.world('consumer'))
    const accounts = accountsOf(lab)
    const source = seededSource(lab.run.seed)
    for (const event of walletHistory('warm-up', warmUp, source)) await publish(lab, [event])
    for (const distance of distances) {
      const histories = Array.from({ length: wallets }, (_, at) =>
        walletHistory(`wallet-${distance}-${at}`, eventsEach, source),
      )
      const inTurn = Array.from({ length: eventsEach }, (_, at) =>
        histories.flatMap((history) => history[at] ?? []),
      ).flat()
      const order = distance === 0 ? inTurn : delayed(inTurn, distance, randomOf(lab.run.seed))
      const publishedAt = new Map<string, number>()
      let peak = 0
      const applied = () =>
        accounts.applied().filter(({ wallet_id }) => wallet_id.startsWith(`wallet-${distance}-`))
      for (const event of order) {
        publishedAt.set(`${event.wallet_id} ${event.sequence}`, Date.now())
        await publish(lab, [event])
        peak = Math.max(peak, consumer.kept())
      }
      while (applied().length < order.length) await pause(5)
      const latency = new Distribution()
      for (const { wallet_id, sequence, applied_at } of applied())
        latency.add(Math.max(0, applied_at - (publishedAt.get(`${wallet_id} ${sequence}`) ?? applied_at)))
      meter.distribution(
        {
          item: 'failure-05.5',
          name: `latency-distance-${distance}`,
          said: text(
            `published to effect, distance ${distance}`,
            `từ publish tới hiệu lực, khoảng cách ${distance}`,
          ),
          method: text(
            `${order.length} events of ${wallets} wallets, one published after the other; by the clock of the computer, whole milliseconds`,
            `${order.length} event của ${wallets} ví, cái sau publish sau cái trước; theo đồng hồ máy, mili giây nguyên`,
          ),
        },
        latency,
      )
      meter.value(
        {
          item: 'failure-05.5',
          name: `kept-peak-distance-${distance}`,
          said: text(
            `most events kept, distance ${distance}`,
            `số event giữ nhiều nhất, khoảng cách ${distance}`,
          ),
          method: text(
            'looked at after each publish, all wallets together',
            'xem sau mỗi lần publish, tính mọi ví',
          ),
        },
        { value: peak, unit: 'events', n: order.length },
      )
    }
    await consumer.stop()
  },
}
