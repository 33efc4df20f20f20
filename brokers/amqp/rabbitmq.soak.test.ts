/** A hundred SIGKILLs at random moments while one client publishes and another consumes: nothing confirmed is lost. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'amqplib'
import { afterAll, expect, test } from 'vitest'
import { createRandom } from '../random.ts'
import { eventually } from './eventually.ts'
import { discardSpares, prepareSpare, type RabbitMQ, startRabbitMQ } from './rabbitmq.ts'

const KILLS = 100
const WINDOW = 50
const seed = Number(process.env['SEED'] ?? 1)

afterAll(discardSpares)

/** One life of the broker: publishes and consumes until `enough` messages are confirmed. */
async function live(broker: RabbitMQ, state: State, enough: number): Promise<void> {
  const connection = await connect(broker.url, { noDelay: true })
  connection.on('error', () => {})
  const publisher = await connection.createConfirmChannel()
  const consumer = await connection.createChannel()
  for (const channel of [publisher, consumer]) channel.on('error', () => {})
  await publisher.assertQueue('q', { arguments: { 'x-queue-type': state.type } })
  await consumer.prefetch(20)
  await consumer.consume('q', (message) => {
    if (message === null) return
    state.seen.add(String(message.content))
    consumer.ack(message)
  })
  const before = state.confirmed.size
  await new Promise<void>((resolve) => {
    const publish = () => {
      const id = String(state.next++)
      publisher.sendToQueue('q', Buffer.from(id), { persistent: true }, (error) => {
        if (error) return
        state.confirmed.add(id)
        if (state.confirmed.size >= before + enough) resolve()
        publish()
      })
    }
    for (let free = 0; free < WINDOW; free++) publish()
  })
}

interface State {
  readonly type: string
  readonly confirmed: Set<string>
  readonly seen: Set<string>
  next: number
}

test.each(['classic', 'quorum'])(
  `a %s queue loses nothing in ${KILLS} kills (SEED=${seed})`,
  async (type) => {
    const random = createRandom(seed)
    const folder = await mkdtemp(join(tmpdir(), 'rabbitmq-soak-'))
    const broker = await startRabbitMQ({ runsIn: 'child', dataDir: folder })
    const state: State = { type, confirmed: new Set(), seen: new Set(), next: 0 }
    for (let kill = 0; kill < KILLS; kill++) {
      await Promise.all([prepareSpare(), live(broker, state, 1 + random.below(200))])
      await broker.kill()
      await broker.restart()
    }
    const connection = await connect(broker.url, { noDelay: true })
    const channel = await connection.createChannel()
    await channel.consume('q', (message) => void state.seen.add(String(message?.content)), { noAck: true })
    const missing = () => [...state.confirmed].filter((id) => !state.seen.has(id))
    await eventually(
      `everything confirmed was seen; missing: ${missing().slice(0, 5)}`,
      () => missing().length === 0,
    )
    expect(state.confirmed.size).toBeGreaterThan(KILLS)
    await connection.close()
    await broker.stop()
    await rm(folder, { recursive: true, force: true })
  },
)
