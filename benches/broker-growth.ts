/**
 * Whether one operation costs the same however many messages wait: publishing (window 300) onto a queue with 1,000, 100,000
 * and 1,000,000 messages in it, consuming from it (prefetch 100, an ack each), and the memory of the broker's process. 1 KB
 * persistent messages, classic and quorum. Rounds at all depths are interleaved, and each depth is compared with the least.
 *
 *     node benches/broker-growth.ts [depths=1000,100000,1000000] [rounds=5] [messages=20000] [durability=os] [type=classic,quorum] [memory=256]
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { connect } from 'amqplib'
import { startRabbitMQ } from '#brokers/amqp'
import { median, printMachine, residentMegabytes, thousands, word } from './kit/contenders.ts'
import { consume, fill, publishCount } from './kit/load.ts'

const depths = (word('depths') ?? '1000,100000,1000000').split(',').map(Number)
const rounds = Number(word('rounds') ?? 5)
const messages = Number(word('messages') ?? 20_000)
const durability = (word('durability') ?? 'os') as 'fsync' | 'os'
const types = (word('type') ?? 'classic,quorum').split(',') as ('classic' | 'quorum')[]
const memoryBytesMax = Number(word('memory') ?? 256) * 1024 * 1024

printMachine(
  `${durability}, memory bound ${memoryBytesMax / 1024 / 1024} MB, median of ${rounds} rounds of ${messages} messages published and consumed`,
)
console.log(
  '| queue | waiting | publish | to the least | consume | to the least | memory MB | restart s |\n|---|---|---|---|---|---|---|---|',
)
for (const type of types) {
  // A broker for each depth: what one holds must not disturb the other's figures, only take its turn.
  const worlds = await Promise.all(depths.map((depth) => openWorld(type, depth)))
  for (const world of worlds) await fill(world.channel, 'q', world.depth)
  for (let round = 0; round < rounds + 1; round++) {
    for (const world of worlds) {
      const published = await publishCount(world.channel, 'q', { window: 300, count: messages })
      const consumed = await consume(world.channel, 'q', messages)
      // The first round warms up.
      if (round === 0) continue
      world.published.push(published)
      world.consumed.push(consumed)
    }
  }
  const [least] = worlds
  for (const world of worlds) {
    const memory = residentMegabytes(world.broker.pid ?? 0)
    await world.connection.close()
    const began = performance.now()
    await world.broker.restart()
    const restart = ((performance.now() - began) / 1000).toFixed(1)
    await world.broker.stop()
    await rm(world.dataDir, { recursive: true, force: true })
    const [published, consumed] = [median(world.published), median(world.consumed)]
    const ratios = [median(least?.published ?? []) / published, median(least?.consumed ?? []) / consumed]
    const [publishRatio, consumeRatio] = ratios.map((ratio) => ratio.toFixed(2))
    console.log(
      `| ${type} | ${world.depth} | ${thousands(published)} | ${publishRatio} | ${thousands(consumed)} | ${consumeRatio} | ${memory.toFixed(0)} | ${restart} |`,
    )
  }
}

async function openWorld(type: string, depth: number) {
  const dataDir = await mkdtemp(join(tmpdir(), 'broker-growth-'))
  const broker = await startRabbitMQ({ runsIn: 'child', dataDir, durability, memoryBytesMax })
  const connection = await connect(broker.url, { noDelay: true })
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue('q', { arguments: { 'x-queue-type': type } })
  return {
    depth,
    dataDir,
    broker,
    connection,
    channel,
    published: [] as number[],
    consumed: [] as number[],
  }
}
