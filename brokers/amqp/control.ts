/** What the thread or process of a broker can be told, and what it answers. */
import type { User } from './model/definitions.ts'
import type { Listening, ServerOptions } from './server.ts'
import type { VhostSnapshot } from './snapshot.ts'

export interface HostedOptions extends ServerOptions {
  /** Whether dataDir goes with whoever asked for the broker. */
  readonly isTemporary: boolean
}

/** Each command with its argument and its result. */
export type Commands = {
  start: { argument: HostedOptions; result: Listening & { server: string } }
  stop: { argument: undefined; result: undefined }
  inspect: { argument: string; result: VhostSnapshot }
  elapse: { argument: number; result: undefined }
  setMemoryAlarm: { argument: boolean; result: undefined }
  addVhost: { argument: string; result: undefined }
  deleteVhost: { argument: string; result: undefined }
  addUser: { argument: User; result: undefined }
}
