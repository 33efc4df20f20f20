/** What an actor and its parent tell each other: plain data over the channel that `fork` opens. */
import type { PackedError } from './remote-error.ts'
import type { WorldData } from './world.ts'

export type ToActor =
  /** Import the file ahead of its `start`; whatever is wrong with it is told then. */
  | { readonly kind: 'preload'; readonly file: string }
  /** Import the file and run `start(world)`. Sent once. */
  | { readonly kind: 'start'; readonly file: string; readonly world: WorldData }
  /** Call a method of what `start` returned. */
  | {
      readonly kind: 'call'
      readonly call: number
      readonly method: string
      readonly args: readonly unknown[]
    }
  /** Run `stop()`, then end. */
  | { readonly kind: 'stop' }

export type FromActor =
  /** Everything of ours is loaded; a `start` may come. */
  | { readonly kind: 'ready' }
  /** The subject's file is loaded and `start` begins. */
  | { readonly kind: 'imported' }
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly stage: 'import' | 'export' | 'start'; readonly error: PackedError }
  | { readonly kind: 'answered'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly call: number; readonly error: PackedError }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'stop-failed'; readonly error: PackedError }
  /** An uncaught exception or an unhandled rejection; the process ends with `crashExitCode`. */
  | { readonly kind: 'crashed'; readonly error: PackedError }
  /** The subject called `process.exit` itself; `error` has the stack of the call. */
  | { readonly kind: 'exit-called'; readonly error: PackedError }

/** The exit code after an uncaught exception or an unhandled rejection. */
export const crashExitCode = 70

/**
 * The file descriptor over which a subject's process announces the points it reaches, one JSON object a line, and reads
 * one byte when it may go on. Beside the channel of `fork`, since it must be written and read without a turn of the
 * event loop: a commit is synchronous.
 */
export const announcementsFd = 4
