/** What is said between the process that asked for a broker and the thread or process in which it runs. */
import type { StartProblem } from './start-error.ts'

/** A broker's commands: each with its argument and its result. */
export type CommandTable = Record<string, { readonly argument: unknown; readonly result: unknown }>

export interface Request<Commands extends CommandTable, Name extends keyof Commands = keyof Commands> {
  readonly id: number
  readonly command: Name
  readonly argument: Commands[Name]['argument']
}

/** The first message, without `id`, says that everything is loaded; an event comes by itself. */
export type Reply =
  | { readonly ready: true }
  | { readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | {
      readonly id: number
      readonly error: string
      /** Of a StartError, which does not pass the boundary as what it is. */
      readonly start?: { readonly problem: StartProblem; readonly subject: string }
    }
