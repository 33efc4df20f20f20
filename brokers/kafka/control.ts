/** What the thread or process of a cluster can be told, and what it answers. */
import type { ServerOptions } from './server.ts'
import type { ClusterSnapshot } from './snapshot.ts'

/** Each command with its argument and its result. */
export type Commands = {
  start: { argument: ServerOptions; result: { ports: readonly number[] } }
  stop: { argument: undefined; result: undefined }
  inspect: { argument: undefined; result: ClusterSnapshot }
  elapse: { argument: number; result: undefined }
  applyRetention: { argument: undefined; result: number }
  compact: { argument: string | undefined; result: undefined }
}
