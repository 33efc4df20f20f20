/**
 * What the model tells the disk about messages, and what it gets back after a restart.
 *
 * A record's head (its body is the message's body):
 *
 *      0       1       5             9              17        …           …             …
 *     +-------+-------+-------------+--------------+----------+-----------+-------------+
 *     | flags | returns | acquisitions | expires at | exchange | key       | properties  |
 *     +-------+-------+-------------+--------------+----------+-----------+-------------+
 *      octet   long    long          double         shortstr   shortstr    to the end
 *
 * Which messages had been delivered is not written per message: a queue delivers in order of position, so the highest
 * delivered position tells it for all of them. RabbitMQ's classic queue does the same, but writes that position only on a
 * clean stop, and after a crash takes every message for delivered; so do we. Quorum queues know after a crash, too.
 */
import { ByteReader, ByteWriter } from '../../bytes.ts'
import type { Store, StoredRecord } from '../../store/store.ts'
import { writeShortString } from '../wire/field-table.ts'
import { type Message, messageFrom } from './message.ts'
import { deathsFrom } from './queue/death.ts'
import { Entry, type Pages } from './queue/entry.ts'
import type { Queue } from './queue/queue.ts'

/** Its x-death is ours; without this flag it is only a header that a client made up. */
const FLAG_HAS_DIED = 1
/** What the next two say stands in the head itself: it came back at least once. */
const FLAG_IS_AMENDED = 2
const FLAG_IS_OUT = 4

export class MessageLog {
  readonly #store: Store
  readonly #writer = new ByteWriter(64 * 1024)
  /** Quorum queues whose highest delivered position has moved since the last commit. */
  readonly #moved = new Set<Queue>()

  constructor(store: Store) {
    this.#store = store
  }

  append(queue: Queue, entry: Entry): void {
    this.#store.append(queue.logId, entry.position, this.#head(entry, 0), entry.message.body)
  }

  remove(entry: Entry): void {
    this.#store.remove(entry.position)
  }

  /** Writes what has changed of a message of a quorum queue that came back, or went out again. */
  amend(entry: Entry, options: { isOut: boolean }): void {
    const flags = FLAG_IS_AMENDED | (options.isOut ? FLAG_IS_OUT : 0)
    this.#store.amend(entry.position, this.#head(entry, flags))
  }

  /** The highest delivered position of a quorum queue has moved. */
  moved(queue: Queue): void {
    this.#moved.add(queue)
  }

  /** The message at a position, from the store. */
  fetch(position: number): Message {
    return messageOf(this.#store.fetch(position)).message
  }

  /** Before a commit: writes what is kept once per turn. */
  settle(): void {
    if (this.#moved.size === 0) return
    for (const queue of this.#moved) if (!queue.isDeleted) this.writeDelivered(queue)
    this.#moved.clear()
  }

  writeDelivered(queue: Queue): void {
    this.#store.mark(queue.logId, queue.deliveredUpTo)
  }

  forget(queue: Queue): void {
    this.#store.mark(queue.logId, 0)
    this.#moved.delete(queue)
  }

  #head(entry: Entry, flags: number): Buffer {
    const writer = this.#writer
    const { message } = entry
    writer.uint8(flags | (message.deaths.length > 0 ? FLAG_HAS_DIED : 0))
    writer.uint32(entry.returns)
    writer.uint32(entry.acquisitions)
    writer.double(entry.expiresAtMs)
    writeShortString(writer, message.exchange)
    writeShortString(writer, message.routingKey)
    writer.bytes(message.header)
    return writer.take()
  }
}

/** A record as an entry; `wasDelivered` is what the queue's highest delivered position says. */
export function entryFrom(
  record: StoredRecord,
  options: { wasDelivered: boolean; countsCrash: boolean; priorityMax: number; pages: Pages },
): Entry {
  const { flags, returns, acquisitions, expiresAtMs, message } = messageOf(record)
  const wasOut = (flags & FLAG_IS_AMENDED) !== 0 ? (flags & FLAG_IS_OUT) !== 0 : options.wasDelivered
  const crashes = options.countsCrash && wasOut ? 1 : 0
  return new Entry(message, {
    position: record.id,
    expiresAtMs,
    priority: Math.min(message.properties.priority ?? 0, options.priorityMax),
    bodyBytes: record.body.length,
    isStored: true,
    wasDelivered: options.wasDelivered || acquisitions > 0,
    returns: returns + crashes,
    acquisitions: acquisitions + crashes,
    pages: options.pages,
  })
}

function messageOf({ head, body }: StoredRecord) {
  const reader = new ByteReader(head)
  const flags = reader.uint8()
  const returns = reader.uint32()
  const acquisitions = reader.uint32()
  const expiresAtMs = reader.double()
  const exchange = reader.utf8(reader.uint8())
  const routingKey = reader.utf8(reader.uint8())
  const header = reader.bytes(reader.left)
  const plain = messageFrom({ exchange, routingKey, header, body })
  const hasDied = (flags & FLAG_HAS_DIED) !== 0
  const message = hasDied ? { ...plain, deaths: deathsFrom(plain.properties.headers) } : plain
  return { flags, returns, acquisitions, expiresAtMs, message }
}
