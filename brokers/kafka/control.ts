/** What is said between the process that asked for a cluster and the thread or process in which it runs. */
import type { ServerOptions } from './server.ts'
import type { ClusterSnapshot } from './snapshot.ts'

/** Each command with its argument and its result. */
export interface Commands {
  start: { argument: ServerOptions; result: { ports: readonly number[] } }
  stop: { argument: undefined; result: undefined }
  inspect: { argument: undefined; result: ClusterSnapshot }
  elapse: { argument: number; result: undefined }
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
  | { readonly id: number; readonly error: string }
