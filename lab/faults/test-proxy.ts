/** A bare client that is connected to a scripted broker through a proxy, for tests. */

import type { AmqpProxy, AmqpProxyOptions } from './amqp-proxy.ts'
import { openAmqpProxy } from './amqp-proxy.ts'
import type { FaultAction, FrameMatch, PlacedFault } from './fault.ts'
import { bareClient, scriptedBroker } from './test-peers.ts'

/** What the running test has opened. */
export const opened: AsyncDisposable[] = []

export async function closeAll(): Promise<void> {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]()
}

/** Proxy, client and the broker's end of the connection; `states` gathers what became of it. */
export async function connected(options: Partial<AmqpProxyOptions> = {}) {
  const broker = await scriptedBroker()
  const states: string[] = []
  const proxy = await openAmqpProxy({
    upstream: () => broker.address,
    lane: 'consumer',
    now: () => 5,
    onConnection: ({ connection, state }) => states.push(`${connection} ${state}`),
    ...options,
  })
  opened.push(broker, proxy)
  const client = await bareClient(proxy.address)
  const server = await broker.accept()
  return { broker, proxy, client, server, states }
}

/** Places a fault; unless told otherwise it fires on the client's next ack. */
export function place(proxy: AmqpProxy, when: Partial<FrameMatch>, what: FaultAction): PlacedFault {
  return proxy.place({
    name: 'test',
    text: { en: 'a fault', vi: 'một lỗi' },
    when: { direction: 'to-broker', method: 'basic.ack', ...when },
    what,
  })
}

/** The methods that came by, in parentheses those that did not pass. */
export function methodsOf(proxy: AmqpProxy): string[] {
  return proxy.frames.map(({ method, forwarded }) => (forwarded ? method : `(${method})`))
}
