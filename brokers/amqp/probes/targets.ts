/** The brokers that probes run against: the embedded one in any profile, and real ones. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { RabbitMQHome } from '../../engines/local/rabbitmq-home.ts'
import { startRabbitMQNode } from '../../engines/local/rabbitmq-node.ts'
import type { ProfileName } from '../profile.ts'
import { startRabbitMQ } from '../rabbitmq.ts'
import type { ProbeTarget } from './probe.ts'

export interface RunningTarget extends ProbeTarget, AsyncDisposable {
  /** Product and version, as the server says. */
  readonly server: string
}

/** Frames of the embedded broker come within milliseconds. */
const EMBEDDED_SILENCE_MS = 15
const REAL_SILENCE_MS = 150
/** Timers of a real broker are late by a few milliseconds. */
const LATE_MS = 30
/** After so long a real broker has written what it writes now and then: acks, dead letters. */
const WRITTEN_MS = 1_000

/** In a child process with a folder of its own, so that it can be killed. */
export async function embeddedTarget(profile: ProfileName): Promise<RunningTarget> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mq-workbook-probes-'))
  const broker = await startRabbitMQ({ profile, dataDir, runsIn: 'child' })
  return {
    host: broker.host,
    port: broker.port,
    server: broker.server,
    silenceMs: EMBEDDED_SILENCE_MS,
    // Publishes that are on their way must have arrived before the clock moves.
    async pass(ms) {
      await pause(EMBEDDED_SILENCE_MS)
      await broker.elapse(ms + LATE_MS)
    },
    setMemoryAlarm: (isRaised) => broker.setMemoryAlarm(isRaised),
    async restart(by) {
      if (by === 'stop') await broker.stop()
      else await broker.kill()
      await broker.restart()
    },
    async [Symbol.asyncDispose]() {
      await broker.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Looks for late acks every second instead of every minute. */
const advanced = '[{rabbit, [{channel_tick_interval, 1000}]}]'

export async function realTarget(home: RabbitMQHome): Promise<RunningTarget> {
  const node = await startRabbitMQNode({ home, advanced })
  return {
    host: node.host,
    port: node.port,
    server: node.server,
    silenceMs: REAL_SILENCE_MS,
    pass: (ms) => pause(ms + LATE_MS),
    async setMemoryAlarm(isRaised) {
      await node.ctl('set_vm_memory_high_watermark', isRaised ? '0.00001' : '0.4')
    },
    async restart(by) {
      await pause(WRITTEN_MS)
      if (by === 'stop') await node.stop()
      else await node.kill()
      await node.restart()
    },
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  }
}
