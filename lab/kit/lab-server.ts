/** A broker of either kind, as one lab has it: what faults, commands and closing do to it. */
import type { Capability, KafkaSnapshot, RabbitMQSnapshot } from '#brokers/engines'
import { enginesThatCan } from '#brokers/engines/start'
import { text } from '../verdict/language.ts'
import { noteMovedClock } from './engine.ts'
import { CannotTell } from './failure.ts'

/** What is spoken with a broker. */
export type Protocol = 'amqp' | 'kafka'

export interface LabServer {
  readonly protocol: Protocol
  /** Product and version, as the server says. */
  readonly server: string
  readonly isUp: boolean
  /** Refuses to judge on an engine that lacks what the check needs. */
  needs(capabilities: readonly Capability[]): void
  /** Resolves when what has been declared so far survives a kill. */
  untilWritten(): Promise<void>
  /**
   * Ends it abruptly. Clients are told nothing; what was not on disk is gone.
   * @param isWritten first waits until what has been declared so far survives it
   */
  kill(isWritten?: boolean): Promise<void>
  /** Starts it again after `kill`, with what it had on disk. */
  restart(): Promise<void>
  /** The broker's own view of what belongs to this lab. @throws CannotTell on an engine that can't be asked */
  inspect(): Promise<RabbitMQSnapshot | KafkaSnapshot>
  /** Moves its clock where the engine can; waits that long where it cannot. */
  elapse(ms: number): Promise<void>
  /** Whether it ended without being told to. */
  isLost(): Promise<boolean>
  /** Brings back what was killed or stopped, for the next lab. */
  standUp(): Promise<void>
  /** Removes all that has this lab's names. */
  leave(): Promise<void>
}

/** @throws CannotTell when the engine lacks any of them */
export function mustHave(
  engine: { readonly capabilities: ReadonlySet<Capability> },
  wanted: readonly Capability[],
): void {
  const missing = wanted.filter((capability) => !engine.capabilities.has(capability))
  if (missing.length === 0) return
  const words = missing.join(', ')
  throw new CannotTell(
    text(
      `this check needs an engine that can: ${words}`,
      `bài kiểm tra này cần một engine làm được: ${words}`,
    ),
    { enginesThatCan: enginesThatCan(wanted) },
  )
}

/** Longer than a learner waits for real time to pass. */
const realMsMax = 15_000

/** Moves a broker's clock; where only real time passes, a long time is not waited for. @throws CannotTell */
export async function letPass(
  engine: {
    readonly capabilities: ReadonlySet<Capability>
    elapse(ms: number): Promise<void>
  },
  ms: number,
): Promise<void> {
  if (ms > realMsMax) mustHave(engine, ['virtual-time'])
  if (engine.capabilities.has('virtual-time')) noteMovedClock()
  await engine.elapse(ms)
}
