/** failure-07 measured: what the waits of the subject do to a server that comes back, and what retries do to messages that did not fail. */
import type { ConsumeMessage } from 'amqplib'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { simulateHerd } from '#lab/simulate/herd'
import type { Strategy } from '#lab/simulate/strategies'
import { text } from '#lab/verdict/language'
import { type Backoff, type BackoffModule, type Jitter, randomOf } from './run.ts'

const item = 'failure-07.5'
const clients = 1000
const jitters = ['none', 'full', 'equal', 'decorrelated'] as const
const herdBackoff = { initialDelayMs: 100, maxDelayMs: 5000, multiplier: 2 }
const messages = 300
/** One message in ten fails, at each of its four attempts. */
const failsEvery = 10
const attemptsMax = 4
const prefetch = 10
/** Short, so that the measurement is: what counts is how the two ways differ. */
const brokerBackoff: Backoff = { initialDelayMs: 100, maxDelayMs: 1000, multiplier: 2, jitter: 'none' }

export const measurement: Measurement = {
  libraries: ['amqplib'],
  async measure(lab: Lab, meter: Meter) {
    const { delayMs } = await lab.subject.load<BackoffModule>('backoff.ts', ['delayMs'])
    for (const jitter of jitters) herdFigures(meter, jitter, delayMs, lab.run.seed)

    const wait = (retry: number, previousMs: number) =>
      delayMs(brokerBackoff, retry, randomOf(lab.run.seed), previousMs)
    for (const way of ['held', 'parked'] as const) {
      const { latency, calls } = await worked(lab, way, wait)
      const how =
        way === 'held'
          ? text('the consumer waits with the message in its hand', 'consumer chờ trong lúc vẫn giữ message')
          : text('a failed message waits in a queue of its own', 'message hỏng chờ trong một queue riêng')
      meter.distribution(
        {
          item,
          name: `innocent-latency-${way}`,
          said: text(`good messages, ${how.en}`, `message tốt, ${how.vi}`),
          method: text(
            `${messages} messages at once, every ${failsEvery}th fails at ${attemptsMax} attempts, prefetch ${prefetch}, quorum queue; from the first publish until the good one is done`,
            `${messages} message cùng lúc, cứ ${failsEvery} cái thì một cái hỏng ở cả ${attemptsMax} lần thử, prefetch ${prefetch}, quorum queue; từ lần publish đầu tới khi message tốt xong`,
          ),
        },
        latency,
      )
      if (way === 'parked') continue
      meter.value(
        {
          item,
          name: 'calls-per-message',
          said: text('calls for each message', 'số lời gọi cho mỗi message'),
          method: text(
            `attempts in all, divided by ${messages} messages of which every ${failsEvery}th always fails`,
            `tổng số lần thử chia cho ${messages} message, cứ ${failsEvery} cái thì một cái luôn hỏng`,
          ),
        },
        { value: calls / messages, unit: 'calls', n: messages },
      )
    }
  },
}

function herdFigures(meter: Meter, jitter: Jitter, delayMs: BackoffModule['delayMs'], seed: number): void {
  const strategy: Strategy = (backoff, retry, { next }, previousMs) =>
    delayMs({ ...backoff, jitter }, retry, { ...randomOf(0), next }, previousMs)
  const herd = simulateHerd(strategy, randomOf(seed), {
    clients,
    attemptsMax: 10_000,
    backoff: herdBackoff,
    slotMs: 10,
    callsPerSlot: 20,
  })
  const method = text(
    `simulation: ${clients} clients fail at once, the server then takes 20 calls in 10 ms; 100 ms × 2, 5 s at most`,
    `mô phỏng: ${clients} client cùng hỏng, sau đó server nhận 20 lời gọi mỗi 10 ms; 100 ms × 2, tối đa 5 giây`,
  )
  meter.value(
    {
      item,
      name: `herd-peak-${jitter}`,
      said: text(`fullest 10 ms, ${jitter}`, `10 ms đông nhất, ${jitter}`),
      method,
    },
    { value: herd.peak, unit: 'calls', n: clients },
  )
  meter.value(
    {
      item,
      name: `herd-calls-${jitter}`,
      said: text(`calls for each client, ${jitter}`, `số lời gọi mỗi client, ${jitter}`),
      method,
    },
    { value: (herd.retries + clients) / clients, unit: 'calls', n: clients },
  )
  meter.value(
    {
      item,
      name: `herd-last-${jitter}`,
      said: text(`last client done, ${jitter}`, `client cuối cùng xong, ${jitter}`),
      method,
    },
    { value: herd.lastMs / 1000, unit: 's', n: clients },
  )
}

/** Works off a queue with our own consumer; failing messages wait in its hand, or in wait queues. */
async function worked(
  lab: Lab,
  way: 'held' | 'parked',
  wait: (retry: number, previousMs: number) => number,
): Promise<{ latency: Distribution; calls: number }> {
  const queue = lab.name(`work.${way}`)
  const waits = Array.from({ length: attemptsMax - 1 }, (_, at) => {
    let previousMs = brokerBackoff.initialDelayMs
    for (let retry = 1; retry <= at; retry += 1) previousMs = wait(retry, previousMs)
    return Math.round(wait(at + 1, previousMs))
  })
  const channel = await lab.observer.channel()
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  const waitQueue = (retry: number) => lab.name(`wait.${way}.${retry}`)
  for (const [at, ttl] of waits.entries()) {
    await channel.assertQueue(waitQueue(at + 1), {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-message-ttl': ttl,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': queue,
      },
    })
  }
  const latency = new Distribution()
  let calls = 0
  let left = messages
  const done = Promise.withResolvers<void>()
  const startedAt = performance.now()
  const work = async (message: ConsumeMessage): Promise<void> => {
    const number = Number(message.properties.messageId)
    const fails = number % failsEvery === 0
    let attempt = Number(message.properties.headers?.['x-attempts'] ?? 0) + 1
    calls += 1
    while (fails && way === 'held' && attempt < attemptsMax) {
      await new Promise((resolve) => setTimeout(resolve, waits[attempt - 1]))
      attempt += 1
      calls += 1
    }
    if (fails && attempt < attemptsMax) {
      channel.sendToQueue(waitQueue(attempt), message.content, {
        messageId: String(number),
        persistent: true,
        headers: { 'x-attempts': attempt },
      })
    } else {
      left -= 1
      if (left === 0) done.resolve()
      if (!fails) latency.add(performance.now() - startedAt)
    }
    channel.ack(message)
  }
  for (let number = 0; number < messages; number += 1)
    channel.sendToQueue(queue, Buffer.alloc(200), { messageId: String(number), persistent: true })
  await channel.prefetch(prefetch)
  await channel.consume(queue, (message) => {
    if (message !== null) void work(message)
  })
  await done.promise
  await channel.close()
  return { latency, calls }
}
