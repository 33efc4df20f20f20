/** The proxies of one lab, one in front of each lane, and what passes through them. */

import { type AmqpProxy, openAmqpProxy, type SeenFrame } from '../faults/amqp-proxy.ts'
import type { Lane, Text } from '../verdict/verdict.ts'
import type { LabBroker } from './lab-broker.ts'
import type { RunContext } from './run-context.ts'
import { settles } from './waiting.ts'
import { wireEvent } from './wire-event.ts'

export class LabLanes {
  private readonly broker: LabBroker
  private readonly run: RunContext
  private readonly shown: (text: string) => string
  private readonly mustBeOpen: () => void
  private readonly proxies = new Map<Lane, Promise<AmqpProxy>>()
  private readonly opened: AmqpProxy[] = []
  private readonly remarks = new Map<string, Text>()
  private connections = 0
  private isPaused = false

  constructor(options: {
    broker: LabBroker
    run: RunContext
    /** Turns names back into what the learner wrote. */
    shown: (text: string) => string
    mustBeOpen: () => void
  }) {
    this.broker = options.broker
    this.run = options.run
    this.shown = options.shown
    this.mustBeOpen = options.mustBeOpen
  }

  /** The proxy in front of a lane, opened when first asked for. */
  proxy(lane: Lane): Promise<AmqpProxy> {
    const known = this.proxies.get(lane)
    if (known !== undefined) return known
    this.mustBeOpen()
    const opening = openAmqpProxy({
      upstream: () => this.broker.address,
      lane,
      now: () => this.run.now(),
      nextConnection: () => ++this.connections,
      ...(this.run.isWatched ? { onFrame: (frame: SeenFrame) => this.tell(frame, lane) } : {}),
    }).then((proxy) => {
      this.opened.push(proxy)
      if (this.isPaused) proxy.pause()
      return proxy
    })
    this.proxies.set(lane, opening)
    return opening
  }

  /** Puts a remark beside the next frame of this method, for whoever watches. */
  remark(method: string, said: Text): void {
    this.remarks.set(method, said)
  }

  pause(): void {
    this.isPaused = true
    for (const proxy of this.opened) proxy.pause()
  }

  resume(): void {
    this.isPaused = false
    for (const proxy of this.opened) proxy.resume()
  }

  /** One frame of one lane: the first lane in which any waits. */
  step(): void {
    for (const proxy of this.opened) {
      const before = proxy.frames.at(-1)
      proxy.step()
      if (proxy.frames.at(-1) !== before) return
    }
  }

  /** Tears the connections of all lanes. */
  cut(): void {
    for (const proxy of this.opened) proxy.cut()
  }

  /** Gives connections that are ending the time to end. */
  async untilQuiet(): Promise<void> {
    await settles(() => this.opened.every((proxy) => proxy.openConnections === 0))
  }

  async close(): Promise<void> {
    await Promise.all([...this.proxies.values()].map(closeProxy))
  }

  private tell(frame: SeenFrame, lane: Lane): void {
    const remark = this.remarks.get(frame.method)
    this.remarks.delete(frame.method)
    this.run.emit(wireEvent(frame, lane, this.shown, remark))
  }
}

async function closeProxy(opening: Promise<AmqpProxy>): Promise<void> {
  const proxy = await opening.catch(() => undefined)
  await proxy?.[Symbol.asyncDispose]()
}
