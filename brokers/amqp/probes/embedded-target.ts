/** The embedded broker as something that probes run against, in any profile. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { silenceFor } from '../../silence.ts'
import type { ProfileName } from '../profile.ts'
import { startRabbitMQ } from '../rabbitmq.ts'
import type { RunningTarget } from './probe.ts'

/** Frames of the embedded broker come within milliseconds. */
const EMBEDDED_SILENCE_MS = 15
/** Past what falls due. */
const LATE_MS = 30

/** In a child process with a folder of its own, so that it can be killed. */
export async function embeddedTarget(profile: ProfileName): Promise<RunningTarget> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mq-workbook-probes-'))
  const silenceMs = silenceFor(EMBEDDED_SILENCE_MS)
  const broker = await startRabbitMQ({ profile, dataDir, runsIn: 'child', management: 0 })
  return {
    host: broker.host,
    port: broker.port,
    managementUrl: broker.managementUrl as string,
    server: broker.server,
    silenceMs,
    // Publishes that are on their way must have arrived before the clock moves.
    async pass(ms) {
      await pause(silenceMs)
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
