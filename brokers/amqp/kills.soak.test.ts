/**
 * Hundreds of SIGKILLs at random moments while one client publishes and another consumes: nothing confirmed is lost, and
 * nothing comes a second time without saying so.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConsumeMessage, connect } from 'amqplib'
import { afterAll, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { createRandom, type Random } from '../random.ts'
import { scaled, seed } from '../soak.ts'
import {
  discardSpares,
  prepareSpare,
  type RabbitMQ,
  type RabbitMQOptions,
  startRabbitMQ,
} from './rabbitmq.ts'

const KILLS = scaled(200)
const WINDOW = 50
/** So little that most of what waits has to be read back. */
const LITTLE_MEMORY = 50_000

afterAll(discardSpares)

interface State {
  readonly type: string
  readonly random: Random
  confirmed: number
  readonly seen: Set<string>
  /** Confirmed, and not seen yet. */
  readonly missing: Set<string>
  /** Came again and did not say so. */
  readonly unmarked: string[]
  next: number
}

function note(state: State, message: ConsumeMessage): void {
  const id = message.content.toString('latin1').split(' ')[0] as string
  if (state.seen.has(id) && !message.fields.redelivered) state.unmarked.push(id)
  state.seen.add(id)
  state.missing.delete(id)
}

/** One life of the broker: publishes and consumes until `enough` messages are confirmed. */
async function live(broker: RabbitMQ, state: State, enough: number): Promise<void> {
  const { random } = state
  const connection = await connect(broker.url, { noDelay: true })
  connection.on('error', () => {})
  const publisher = await connection.createConfirmChannel()
  const consumer = await connection.createChannel()
  for (const channel of [publisher, consumer]) channel.on('error', () => {})
  await publisher.assertQueue('q', {
    arguments: { 'x-queue-type': state.type, ...(state.type === 'quorum' ? { 'x-delivery-limit': -1 } : {}) },
  })
  await consumer.prefetch(20)
  await consumer.consume('q', (message) => {
    if (message === null) return
    note(state, message)
    // Some go back, and some stay out until the kill.
    const fate = random.below(20)
    if (fate === 0) consumer.nack(message)
    else if (fate > 1) consumer.ack(message)
  })
  const before = state.confirmed
  await new Promise<void>((resolve) => {
    const publish = () => {
      const id = String(state.next++)
      const bytes = random.below(50) === 0 ? 20_000 : random.below(500)
      publisher.sendToQueue('q', Buffer.from(`${id} ${'x'.repeat(bytes)}`), { persistent: true }, (error) => {
        if (error) return
        if (!state.seen.has(id)) state.missing.add(id)
        if (++state.confirmed >= before + enough) resolve()
        publish()
      })
    }
    for (let free = 0; free < WINDOW; free++) publish()
  })
}

const cases: readonly (readonly [string, string, RabbitMQOptions])[] = [
  ['classic', 'fsync', { durability: 'fsync' }],
  ['quorum', 'fsync', { durability: 'fsync' }],
  ['classic', 'os, little memory', { durability: 'os', memoryBytesMax: LITTLE_MEMORY }],
  ['quorum', 'os, little memory', { durability: 'os', memoryBytesMax: LITTLE_MEMORY }],
]

test.each(cases)(
  `a %s queue (%s) loses nothing in ${KILLS} kills (MQ_SEED=${seed})`,
  async (type, _, options) => {
    const random = createRandom(seed)
    const folder = await mkdtemp(join(tmpdir(), 'rabbitmq-soak-'))
    const broker = await startRabbitMQ({ ...options, runsIn: 'child', dataDir: folder })
    const state: State = {
      type,
      random,
      confirmed: 0,
      seen: new Set(),
      missing: new Set(),
      unmarked: [],
      next: 0,
    }
    for (let kill = 0; kill < KILLS; kill++) {
      await Promise.all([prepareSpare(), live(broker, state, 1 + random.below(200))])
      await broker.kill()
      await broker.restart()
    }
    const connection = await connect(broker.url, { noDelay: true })
    const channel = await connection.createChannel()
    let taken = 0
    const take = (message: ConsumeMessage | null) => {
      if (message === null) return
      taken++
      note(state, message)
    }
    await channel.consume('q', take, { noAck: true })
    // A hundred thousand may be waiting: what counts is that more comes as long as something is missing.
    while (state.missing.size > 0) {
      const before = taken
      await eventually(
        `more comes while ${state.missing.size} confirmed messages are missing`,
        () => taken > before,
      )
    }
    expect(state.confirmed).toBeGreaterThan(KILLS)
    expect(state.unmarked).toEqual([])
    await connection.close()
    await broker.stop()
    await rm(folder, { recursive: true, force: true })
  },
)
