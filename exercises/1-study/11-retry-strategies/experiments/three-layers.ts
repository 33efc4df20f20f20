/** A client, a service and a queue each try four times; how often is the card network called? */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly deliveries: number
  readonly requests: number
}

const tries = 4

export const experiment: Experiment<Seen> = {
  name: 'three-layers',
  place: 3,
  shows: text(
    'three layers that each try four times make 64 calls of one payment',
    'ba tầng, mỗi tầng thử bốn lần, biến một thanh toán thành 64 lần gọi',
  ),
  question: {
    kind: 'choice',
    id: 'three-layers',
    item: 'study-11.4',
    ask: text(
      'The HTTP client tries four times. The service that uses it tries four times. The queue delivers a failed message four times. The card network is down. How many requests does one payment make?',
      'HTTP client thử bốn lần. Service dùng nó thử bốn lần. Queue giao message lỗi bốn lần. Mạng thẻ đang sập. Một thanh toán tạo ra bao nhiêu request?',
    ),
    options: [
      {
        id: 'n4',
        text: text('4: the innermost layer decides', '4: tầng trong cùng quyết định'),
        why: text(
          'It decides for one call of it. The layer above takes its failure for a failure like any other and calls it again.',
          'Nó chỉ quyết định cho một lần gọi tới nó. Tầng trên coi lỗi của nó như mọi lỗi khác và gọi lại.',
        ),
      },
      {
        id: 'n12',
        text: text('12: four in each of three layers', '12: ba tầng, mỗi tầng bốn'),
        why: text(
          'Layers multiply, they don’t add: each try of an outer layer brings all tries of the inner ones.',
          'Các tầng nhân với nhau chứ không cộng: mỗi lần thử của tầng ngoài kéo theo mọi lần thử của tầng trong.',
        ),
      },
      {
        id: 'n64',
        text: text('64', '64'),
        why: text(
          '4 × 4 × 4. With a thousand payments waiting, a network that tries to get up again gets 64,000 requests for work that is worth a thousand.',
          '4 × 4 × 4. Có một nghìn thanh toán đang chờ thì mạng thẻ vừa gượng dậy nhận 64.000 request cho phần việc đáng một nghìn.',
        ),
      },
    ],
    answer: 'n64',
  },
  async scenario(lab: Lab) {
    let requests = 0
    const network = createServer((_request, response) => {
      requests += 1
      response.writeHead(503).end()
    })
    network.listen(0, '127.0.0.1')
    await once(network, 'listening')
    lab.defer(async () => void network.close())
    const { port } = network.address() as AddressInfo

    const client = async (): Promise<boolean> => {
      for (let attempt = 0; attempt < tries; attempt++) {
        const { ok } = await fetch(`http://127.0.0.1:${port}/charge`, { method: 'POST' })
        if (ok) return true
      }
      return false
    }
    const service = async (): Promise<boolean> => {
      for (let attempt = 0; attempt < tries; attempt++) if (await client()) return true
      return false
    }

    await declare(lab, { queues: { charges: {} } })
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    await (await openProducer(lab)).publish({ exchange: '', routingKey: 'charges', event })
    const worker = await openConsumer(lab, { queue: 'charges' })
    for (let delivered = 1; delivered <= tries; delivered++) {
      await worker.has(delivered)
      const message = worker.deliveries[delivered - 1]?.message
      const isDone = await service()
      if (message === undefined) continue
      if (isDone) worker.channel.ack(message)
      else worker.channel.nack(message, false, delivered < tries)
    }
    await worker.told()
    return { deliveries: worker.deliveries.length, requests }
  },
  came({ deliveries, requests }) {
    const said = text(
      `${deliveries} deliveries, ${requests} requests at the card network`,
      `${deliveries} lần giao, ${requests} request tới mạng thẻ`,
    )
    const option = { 4: 'n4', 12: 'n12', 64: 'n64' }[requests]
    return { option, said, witnesses: [witness('deliveries', deliveries), witness('requests', requests)] }
  },
}
