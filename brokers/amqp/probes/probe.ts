/** What a probe is: a small program on connections of its own, and the lines that a broker answered. */
import type { ProbeChannel } from './probe-client.ts'

/** Asks one thing of a broker. Everything that it declares is deleted afterwards. */
export type Program = (channel: ProbeChannel, world: ProbeWorld) => Promise<unknown>

/** Programs by name, a claim that the replies bear out or refute. */
export type Programs = Readonly<Record<string, Program>>

export interface ProbeTable {
  readonly probes: Programs
  readonly restarts: Readonly<Record<string, RestartProbe>>
}

/** A probe over a restart: all of them are set up, then the broker restarts once, then they look. */
export interface RestartProbe {
  readonly by: 'stop' | 'kill'
  readonly before: Program
  /** On a new connection; `old` is the channel from before. */
  readonly after: (channel: ProbeChannel, world: ProbeWorld, old: ProbeChannel) => Promise<unknown>
}

/** What a probe may use besides its channel. */
export interface ProbeWorld {
  /** Another connection; its lines begin with the label. */
  connect(label: string, options?: ConnectOptions): Promise<ProbeChannel>
  /** Lets time pass: real brokers are waited for, the embedded one's clock is moved. */
  pass(ms: number): Promise<void>
  setMemoryAlarm(isRaised: boolean): Promise<void>
  /** Adds a line of the probe's own. */
  note(line: string): void
  /** Asks the management API as guest, and notes the answer; what was put is deleted afterwards, the last first. */
  api(method: string, path: string, options?: ApiOptions): Promise<unknown>
  /** Closes a connection over the management API; its name is no line, since it has ports in it. */
  close(connection: string): Promise<void>
  readonly address: { readonly host: string; readonly port: number }
}

export interface ConnectOptions {
  readonly capabilities?: Readonly<Record<string, boolean>>
  readonly user?: string
  readonly password?: string
  readonly vhost?: string
}

export interface ApiOptions {
  readonly body?: unknown
  /** Who asks; the password is the name. */
  readonly user?: string
  /** The keys of the answer that are noted; all of them if left out. */
  readonly keys?: readonly string[]
  /** Asks again until the answer is so; a real server's numbers are late. */
  readonly until?: (answer: never) => boolean
}

/** A broker under test. */
export interface ProbeTarget {
  readonly host: string
  readonly port: number
  readonly managementUrl: string
  /** After so long without a frame it counts as silent. */
  readonly silenceMs: number
  pass(ms: number): Promise<void>
  setMemoryAlarm(isRaised: boolean): Promise<void>
  /** Also waits until all is on disk that gets there without anybody waiting for it. */
  restart(by: 'stop' | 'kill'): Promise<void>
}

/** A broker that was started for the probes. */
export interface RunningTarget extends ProbeTarget, AsyncDisposable {
  /** Product and version, as the server says. */
  readonly server: string
}

/** What a broker answered: the lines of each probe by its name. */
export type Replies = Readonly<Record<string, readonly string[]>>
