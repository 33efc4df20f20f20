/** What is said between the process that asked for a broker and the thread or process in which it runs. */
import type { User } from './model/definitions.ts'
import type { Listening, ServerOptions } from './server.ts'
import type { VhostSnapshot } from './snapshot.ts'
import type { StartProblem } from './start-error.ts'

/** Each command with its argument and its result. */
export interface Commands {
  start: { argument: ServerOptions; result: Listening & { server: string } }
  stop: { argument: undefined; result: undefined }
  inspect: { argument: string; result: VhostSnapshot }
  elapse: { argument: number; result: undefined }
  setMemoryAlarm: { argument: boolean; result: undefined }
  addVhost: { argument: string; result: undefined }
  deleteVhost: { argument: string; result: undefined }
  addUser: { argument: User; result: undefined }
}
export type CommandName = keyof Commands

export interface Request<N extends CommandName = CommandName> {
  readonly id: number
  readonly command: N
  readonly argument: Commands[N]['argument']
}

/** The first message, without `id`, says that everything is loaded. */
export type Reply =
  | { readonly ready: true }
  | { readonly id: number; readonly result: unknown }
  | {
      readonly id: number
      readonly error: string
      /** Of a StartError, which does not pass the boundary as what it is. */
      readonly start?: { readonly problem: StartProblem; readonly subject: string }
    }
