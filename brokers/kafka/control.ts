/** What the thread or process of a cluster can be told, what it answers, and what it tells by itself. */
import type { Controls } from './controls.ts'
import type { Injection } from './interception/injection-schema.ts'
import type { LoggedRequest } from './interception/request-log.ts'
import type { ModelEvent } from './model/events.ts'
import type { ServerOptions } from './server.ts'
import type { ClusterSnapshot } from './snapshot.ts'

export interface HostedOptions extends ServerOptions {
  /** Whether dataDir goes with whoever asked for the cluster. */
  readonly isTemporary: boolean
}

/** What happens in a cluster, and every request once `recordRequests` has been called. */
export type KafkaEvent = ModelEvent | ({ readonly type: 'request' } & LoggedRequest)

/** Each of the controls is a command of the same name. */
type ControlCommands = {
  [N in keyof Controls]: {
    argument: Parameters<Controls[N]>[0]
    result: Awaited<ReturnType<Controls[N]>>
  }
}

/** Each command with its argument and its result. */
export type Commands = ControlCommands & {
  start: { argument: HostedOptions; result: { ports: readonly number[] } }
  stop: { argument: undefined; result: undefined }
  inspect: { argument: undefined; result: ClusterSnapshot }
  elapse: { argument: number; result: undefined }
  applyRetention: { argument: undefined; result: number }
  compact: { argument: string | undefined; result: undefined }
  inject: { argument: Injection; result: undefined }
  injections: { argument: undefined; result: readonly { injection: Injection; left: number }[] }
  clearInjections: { argument: undefined; result: undefined }
  recordRequests: { argument: number; result: undefined }
  requests: { argument: undefined; result: readonly LoggedRequest[] }
  /** Whether events are to be told. */
  tellEvents: { argument: boolean; result: undefined }
}
