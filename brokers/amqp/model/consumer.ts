/** A consumer and what it may still take: its own prefetch limit, its channel's, and room on its connection. */
import type { FieldTable } from '../wire/field-table.ts'
import type { Entry } from './queue/entry.ts'
import type { Queue } from './queue/queue.ts'

/** A prefetch limit and what counts against it; 0 means no limit. */
export class Credit {
  countMax: number
  unsettled = 0

  constructor(countMax: number) {
    this.countMax = countMax
  }

  get isLeft(): boolean {
    return this.countMax === 0 || this.unsettled < this.countMax
  }
}

/** The session's side of a consumer. */
export interface ConsumerSink {
  /** False while the connection has too much unsent. */
  canSend(): boolean
  deliver(consumer: Consumer, entry: Entry): void
  /** The queue is gone: the client is told with basic.cancel. */
  cancelled(consumer: Consumer): void
}

export class Consumer {
  readonly tag: string
  readonly queue: Queue
  readonly needsAck: boolean
  readonly isExclusive: boolean
  readonly priority: number
  readonly arguments: FieldTable
  readonly credit: Credit
  readonly channelCredit: Credit
  readonly #sink: ConsumerSink

  constructor(properties: {
    tag: string
    queue: Queue
    needsAck: boolean
    isExclusive: boolean
    arguments: FieldTable
    prefetchCount: number
    channelCredit: Credit
    sink: ConsumerSink
  }) {
    this.tag = properties.tag
    this.queue = properties.queue
    this.needsAck = properties.needsAck
    this.isExclusive = properties.isExclusive
    this.arguments = properties.arguments
    const priority = properties.arguments['x-priority']
    this.priority = typeof priority === 'number' ? priority : 0
    this.credit = new Credit(properties.prefetchCount)
    this.channelCredit = properties.channelCredit
    this.#sink = properties.sink
  }

  get canTake(): boolean {
    const hasCredit = !this.needsAck || (this.credit.isLeft && this.channelCredit.isLeft)
    return hasCredit && this.#sink.canSend()
  }

  take(entry: Entry): void {
    if (this.needsAck) {
      this.credit.unsettled++
      this.channelCredit.unsettled++
    }
    this.#sink.deliver(this, entry)
  }

  /** What it took has been settled. */
  giveBack(): void {
    this.credit.unsettled--
    this.channelCredit.unsettled--
  }

  cancelled(): void {
    this.#sink.cancelled(this)
  }
}
