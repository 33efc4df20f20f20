/** Which brokers a scenario plays on. A lab starts no others; what says nothing plays on RabbitMQ. */
import type { Lab } from './lab.ts'

/** The brokers of one lab; none is `{}`. */
export interface Brokers {
  readonly rabbitmq?: true
  /** A Kafka cluster of so many nodes. */
  readonly kafka?: 1 | 3
  /** How many processes of the subject play at a time, if that is more than two: it is given the time that their starts take. */
  readonly processes?: number
}

/** Drives the subject and answers the facts that a promise judges. */
export interface Scenario<Facts> {
  (lab: Lab): Promise<Facts>
  /** Default: RabbitMQ alone. */
  readonly brokers?: Brokers
  /** Nothing of a learner's is judged by it, and nobody waits to hear what is wrong: facts may take longer. */
  readonly isPatient?: true
  /** How long it may take, if that is more than a scenario may take by itself. */
  readonly msMax?: number
}

export const rabbitMQAlone: Brokers = { rabbitmq: true }

/** A scenario that plays on Kafka alone: `export const sent = onKafka({ nodes: 3 }, async (lab) => …)`. */
export function onKafka<Facts>(
  cluster: { readonly nodes: 1 | 3 },
  play: (lab: Lab) => Promise<Facts>,
): Scenario<Facts> {
  return staged({ kafka: cluster.nodes }, play)
}

/** A scenario that plays on RabbitMQ and on Kafka at the same time. */
export function onBoth<Facts>(
  cluster: { readonly nodes: 1 | 3 },
  play: (lab: Lab) => Promise<Facts>,
): Scenario<Facts> {
  return staged({ rabbitmq: true, kafka: cluster.nodes }, play)
}

/** A scenario in which only the lab acts, such as an experiment. */
export function patiently<Facts>(brokers: Brokers, play: (lab: Lab) => Promise<Facts>): Scenario<Facts> {
  return Object.assign((lab: Lab) => play(lab), { brokers, isPatient: true as const })
}

/** A scenario on RabbitMQ in which so many processes of the subject play: `export const settled = withProcesses(4, async (lab) => …)`. */
export function withProcesses<Facts>(processes: number, play: (lab: Lab) => Promise<Facts>): Scenario<Facts> {
  return staged({ ...rabbitMQAlone, processes }, play)
}

/** The function itself is left as it is: two scenarios may share it. */
export function staged<Facts>(brokers: Brokers, play: (lab: Lab) => Promise<Facts>): Scenario<Facts> {
  return Object.assign((lab: Lab) => play(lab), { brokers })
}

/** A minute is a limit for what hangs, and not for a slow computer. */
const unhurriedMsMax = 60_000

/**
 * A scenario that starts one process after another, or plays many rounds: seconds on a good computer, and several times that on a busy one. Each
 * wait in it has a bound of its own all the same.
 */
export function unhurried<Facts>(scenario: Scenario<Facts>): Scenario<Facts> {
  return Object.assign((lab: Lab) => scenario(lab), {
    ...(scenario.brokers === undefined ? {} : { brokers: scenario.brokers }),
    msMax: unhurriedMsMax,
  })
}
