/**
 * An experiment of a lesson: a question that is answered before the run, a scenario on the lab, and which of the
 * answers it came to. No code of a learner takes part; what is tested is what one believes.
 */
import type { Capability } from '#brokers/engines'
import type { Lab } from '../kit/lab.ts'
import type { Brokers } from '../kit/stage.ts'
import type { Figure, Text } from '../verdict/verdict.ts'
import type { Choice } from './question.ts'

export interface Experiment<Facts = unknown> {
  /** As it is asked for, and as its file is called: `npm run exercise study-01 one-queue`. */
  readonly name: string
  /** Its place in the lesson, from 1. */
  readonly place: number
  /** What the run shows, as a sentence: it is held on every engine that runs it. */
  readonly shows: Text
  /** What to predict. Its answer is what the lesson says. */
  readonly question: Choice
  /** Which brokers it plays on; `{}` is none. Default: RabbitMQ alone. */
  readonly brokers?: Brokers
  /** What the engine must be able to do, named before anything is asked or started. Default: nothing. */
  readonly needs?: readonly Capability[]
  /** Drives the lab and answers what was seen. It never judges. */
  scenario(lab: Lab): Promise<Facts>
  /** Which of the question's options the facts are. */
  came(facts: Facts): Outcome
}

export interface Outcome {
  /** The option that came true; nothing when it was none of them. */
  readonly option: string | undefined
  /** What was seen, in one sentence. */
  readonly said: Text
  /** Counts that the outcome rests on, each above zero. */
  readonly witnesses: readonly Figure[]
}
