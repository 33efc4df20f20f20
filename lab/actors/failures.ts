/**
 * The ways in which an actor can disappoint, each typed so that a check can tell the subject's fault from the
 * lab's.
 */

/** How far an actor had come when it failed. */
export type ActorStage =
  /** The process itself could not be started: the lab's fault, not the subject's. */
  | 'spawn'
  /** The subject's file could not be imported: a syntax error, a missing import, a throw at the top level. */
  | 'import'
  /** The file has no function `start`. */
  | 'export'
  /** `start(world)` threw, rejected or returned nothing that can be stopped. */
  | 'start'
  /** The process ended before `start(world)` resolved: `process.exit`, a crash, a signal. */
  | 'exit'
  /** `start(world)` had not resolved in time. */
  | 'timeout'
  /** `stop()` rejected, or did not resolve in time. */
  | 'stop'

/** A place in a file of the subject. */
export interface SourcePlace {
  /** Absolute path. */
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** An actor could not be started or stopped. `cause` is the subject's own error with its remote stack. */
export class ActorFailed extends Error {
  override readonly name = 'ActorFailed'
  readonly stage: ActorStage
  /** The subject's own error, or what the lab says where the subject said nothing. */
  readonly error: Error
  /** Where it happened, as far as a stack or Node's report says so. */
  readonly place: SourcePlace | undefined
  /** What the process printed until then. */
  readonly log: readonly string[]

  constructor(facts: {
    message: string
    stage: ActorStage
    error: Error
    place?: SourcePlace | undefined
    log?: readonly string[]
  }) {
    super(facts.message, { cause: facts.error })
    this.stage = facts.stage
    this.error = facts.error
    this.place = facts.place
    this.log = facts.log ?? []
  }
}

/** The actor's process ended before a call was answered, or before it was made. */
export class ActorGone extends Error {
  override readonly name = 'ActorGone'
  readonly actor: string
  readonly method: string

  constructor(facts: { actor: string; method: string; how: string; cause?: Error | undefined }) {
    super(
      `${facts.actor} is gone (${facts.how}): ${facts.method}() has no answer`,
      facts.cause && { cause: facts.cause },
    )
    this.actor = facts.actor
    this.method = facts.method
  }
}

/** This system cannot stop a process without ending it. */
export class FreezeUnsupported extends Error {
  override readonly name = 'FreezeUnsupported'
  constructor() {
    super(`processes cannot be frozen on ${process.platform}`)
  }
}
