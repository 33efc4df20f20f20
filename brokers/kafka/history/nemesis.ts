/** Disturbs a cluster of three nodes at random: one thing after the other, and at most one node gone or frozen at a time. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../random.ts'
import type { KafkaServer } from '../server.ts'
import type { Recorder } from './history.ts'

export interface NemesisContext {
  readonly server: KafkaServer
  readonly recorder: Recorder
  readonly random: Random
  readonly topic: string
  readonly partitions: number
  isOver(): boolean
}

const NODES = 3
/** How long something lasts, at most: long enough for some dozens of requests. */
const LASTS_MS_MAX = 20

export async function nemesis(context: NemesisContext): Promise<void> {
  const { random, recorder, isOver } = context
  const pause = () => sleep(random.below(LASTS_MS_MAX))
  while (!isOver()) {
    await pause()
    const [what, act] = disturbances[random.below(disturbances.length)] as (typeof disturbances)[number]
    const node = random.below(NODES)
    recorder.disturb(`${what} ${node}`)
    await act(context, node, pause)
  }
}

type Act = (context: NemesisContext, node: number, pause: () => Promise<void>) => Promise<void>

const disturbances: readonly (readonly [what: string, act: Act])[] = [
  [
    'kill',
    async ({ server }, node, pause) => {
      await server.controls.killNode(node)
      await pause()
      await server.controls.startNode(node)
    },
  ],
  [
    'stop',
    async ({ server }, node, pause) => {
      await server.controls.stopNode(node)
      await pause()
      await server.controls.startNode(node)
    },
  ],
  [
    'freeze',
    async ({ server }, node, pause) => {
      server.controls.freezeNode(node)
      await pause()
      server.controls.thawNode(node)
    },
  ],
  [
    'freeze, lag and fence',
    async ({ server, topic, partitions }, node, pause) => {
      server.controls.freezeNode(node)
      await pause()
      for (let partition = 0; partition < partitions; partition++)
        server.controls.shrinkIsr({ topic, partition })
      await pause()
      server.controls.fenceNode(node)
      await pause()
      server.controls.thawNode(node)
    },
  ],
  [
    'freeze a follower, kill its leader',
    async ({ server, topic }, node, pause) => {
      const { leaderId } = await server.controls.waitForLeader({ topic, partition: 0, timeoutMs: 1_000 })
      const follower = leaderId === node ? (node + 1) % NODES : node
      server.controls.freezeNode(follower)
      await pause()
      await server.controls.killNode(leaderId)
      server.controls.thawNode(follower)
      await pause()
      await server.controls.startNode(leaderId)
    },
  ],
  [
    'lead by',
    async ({ server, topic, random, partitions }, node) => {
      try {
        server.controls.moveLeader({ topic, partition: random.below(partitions), node })
      } catch {
        // It is not in sync yet.
      }
    },
  ],
  ['let time pass at', async ({ server, random }) => server.elapse(random.below(40_000))],
]

/** Everybody is back and in sync. */
export async function heal({ server, topic, partitions }: NemesisContext): Promise<void> {
  const isr = Array.from({ length: NODES }, (_, id) => id)
  for (let partition = 0; partition < partitions; partition++)
    await server.controls.waitForIsr({ topic, partition, isr, timeoutMs: 10_000 })
}
