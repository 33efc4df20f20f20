/** How brokers are started for labs: an event when they are ready, and a sentence when they can't be had. */
import { performance } from 'node:perf_hooks'
import type { EngineName, KafkaEngine, RabbitMQEngine } from '#brokers/engines'
import { EngineError } from '#brokers/engines/start'
import { text } from '../verdict/language.ts'
import { CannotTell, messageOf } from './failure.ts'
import type { RunContext } from './run-context.ts'
import type { Scenario } from './stage.ts'

/** So much longer may an experiment take, in which nobody's code is judged. */
const patienceFactor = 4

/** How long things may take on an engine. */
export interface Limits {
  /** A lab must be open by then, a broker's start included. */
  readonly openMs: number
  /** A scenario must be over by then. */
  readonly scenarioMs: number
}

/** Elections, sessions and new starts of real brokers take seconds, which the embedded ones let pass at once. */
const realFactor = 3

/** By which factor a scenario's own bounds, meant for the embedded brokers on a computer that does nothing else, are longer in a run. */
export function slownessOf({ engine, pace }: Pick<RunContext, 'engine' | 'pace'>): number {
  return engine === 'embedded' ? pace : realFactor * pace
}

/** For each of many processes: on a busy computer starts and new starts take seconds. */
const processMs = 8_000

/**
 * Real brokers start in seconds, and on them time passes only by waiting. On Kafka whoever joins a group waits for its other
 * members, once for each that joins.
 */
export function limitsOf(
  { engine, pace: slower }: Pick<RunContext, 'engine' | 'pace'>,
  { brokers, isPatient, msMax = 0 }: Pick<Scenario<unknown>, 'brokers' | 'isPatient' | 'msMax'> = {},
): Limits {
  const patience = slower * (isPatient ? patienceFactor : 1)
  if (engine !== 'embedded') return { openMs: 120_000, scenarioMs: Math.max(90_000, msMax) * patience }
  const startsMs = (brokers?.processes ?? 0) * processMs
  const playsMs = (brokers?.kafka === undefined ? 9_000 : 18_000) + startsMs
  return { openMs: 10_000 * patience, scenarioMs: Math.max(playsMs, msMax) * patience }
}

/** What a command must say to play on the same engine: nothing for the one that it takes by itself. */
export function engineWord(engine: EngineName): string {
  return engine === 'embedded' ? '' : ` engine=${engine}`
}

/** Starts brokers on the run's engine. @throws CannotTell when they can't be had */
export async function launch<Engine extends RabbitMQEngine | KafkaEngine>(
  run: RunContext,
  product: string,
  start: () => Promise<Engine>,
): Promise<Engine> {
  const began = performance.now()
  try {
    const engine = await start()
    const tookMs = Math.round(performance.now() - began)
    run.emit({ kind: 'broker', server: engine.server, state: 'ready', tookMs })
    return engine
  } catch (error) {
    const cause = { cause: error }
    if (error instanceof EngineError) throw new CannotTell(text(error.said.en, error.said.vi), cause)
    const what = messageOf(error)
    throw new CannotTell(
      text(
        `the ${run.engine} ${product} did not start: ${what}`,
        `${product} của engine ${run.engine} không khởi động được: ${what}`,
      ),
      cause,
    )
  }
}
