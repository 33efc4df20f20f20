/** A real RabbitMQ as something that probes run against. */
import { setTimeout as pause } from 'node:timers/promises'
import type { RunningTarget } from '../../amqp/probes/probe.ts'
import type { RabbitMQHome } from './rabbitmq-home.ts'
import { startRabbitMQNode } from './rabbitmq-node.ts'

const SILENCE_MS = 150
/** Its timers are late by a few milliseconds. */
const LATE_MS = 30
/** After so long it has written what it writes now and then: acks, dead letters. */
const WRITTEN_MS = 1_000

/** Looks for late acks every second instead of every minute. */
const advanced = '[{rabbit, [{channel_tick_interval, 1000}]}]'

/** Tells its numbers twice a second instead of every five. */
const config = ['collect_statistics_interval = 500']

export async function realTarget(home: RabbitMQHome): Promise<RunningTarget> {
  const node = await startRabbitMQNode({ home, advanced, config, hasManagement: true })
  return {
    host: node.host,
    port: node.port,
    managementUrl: node.managementUrl as string,
    server: node.server,
    silenceMs: SILENCE_MS,
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
