/** Runs the probes against a broker, one after the other, and cleans up behind each; several brokers alike share them. */
import { setTimeout as pause } from 'node:timers/promises'
import { type RawClient, rawChannel } from '../raw-client.ts'
import { ManagementProbe } from './management-client.ts'
import type {
  ApiOptions,
  ProbeTable,
  ProbeTarget,
  ProbeWorld,
  Program,
  Replies,
  RestartProbe,
} from './probe.ts'
import { connectProbe, type ProbeChannel, type ProbeLog } from './probe-client.ts'

/**
 * `more` are further brokers of the same kind: a probe has its broker to itself, and most of a probe is waiting, so each
 * broker that is free takes the next one. What a restart leaves is asked of the first.
 */
export async function runTable(
  table: ProbeTable,
  target: ProbeTarget,
  more: readonly ProbeTarget[] = [],
): Promise<Replies> {
  const replies: Record<string, readonly string[]> = {}
  const left = Object.entries(table.probes)[Symbol.iterator]()
  await Promise.all(
    [target, ...more].map(async (each) => Object.assign(replies, await runProbes(left, each))),
  )
  for (const by of ['stop', 'kill'] as const) {
    const probes = Object.entries(table.restarts).filter(([, probe]) => probe.by === by)
    if (probes.length > 0) Object.assign(replies, await runOverRestart(probes, by, target))
  }
  return replies
}

/** Takes probes from those that are left, until none is. */
async function runProbes(left: Iterable<readonly [string, Program]>, target: ProbeTarget): Promise<Replies> {
  const replies: Record<string, readonly string[]> = {}
  const janitor = new Janitor(target)
  for (const [name, run] of left) {
    const room = new Room(target)
    await room.play(async () => run(await room.connect(''), room))
    replies[name] = await room.leave(janitor)
  }
  await janitor.leave()
  return replies
}

async function runOverRestart(
  probes: readonly (readonly [string, RestartProbe])[],
  by: 'stop' | 'kill',
  target: ProbeTarget,
): Promise<Replies> {
  const rooms: { name: string; probe: RestartProbe; room: Room; old: ProbeChannel }[] = []
  for (const [name, probe] of probes) {
    const room = new Room(target)
    const old = await room.connect('')
    await room.play(() => probe.before(old, room))
    rooms.push({ name, probe, room, old })
  }
  await target.restart(by)
  const janitor = new Janitor(target)
  const replies: Record<string, readonly string[]> = {}
  for (const { name, probe, room, old } of rooms) {
    await room.play(async () => probe.after(await room.connect('after'), room, old))
    replies[name] = await room.leave(janitor)
  }
  await janitor.leave()
  return replies
}

/** What one probe has: its connections and its lines. */
class Room implements ProbeWorld {
  readonly #target: ProbeTarget
  readonly #log: ProbeLog
  readonly #channels: ProbeChannel[] = []
  readonly #management: ManagementProbe

  constructor(target: ProbeTarget) {
    this.#target = target
    this.#log = { lines: [], declared: new Set(), silenceMs: target.silenceMs }
    this.#management = new ManagementProbe(target.managementUrl, (line) => this.note(line))
  }

  get address() {
    return { host: this.#target.host, port: this.#target.port }
  }

  pass = (ms: number) => this.#target.pass(ms)
  setMemoryAlarm = (isRaised: boolean) => this.#target.setMemoryAlarm(isRaised)

  api = (method: string, path: string, options?: ApiOptions) => this.#management.ask(method, path, options)

  close = (connection: string) => this.#management.close(connection)

  async connect(label: string, options = {}): Promise<ProbeChannel> {
    const channel = await connectProbe(this.#target, this.#log, label, options)
    this.#channels.push(channel)
    return channel
  }

  note(line: string): void {
    this.#log.lines.push(line)
  }

  /** A program that breaks off is a line, too. */
  async play(program: () => Promise<unknown>): Promise<void> {
    try {
      await program()
    } catch (error) {
      this.note(`the probe broke off: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async leave(janitor: Janitor): Promise<readonly string[]> {
    for (const { connection } of this.#channels) await connection.close()
    await janitor.remove(this.#log.declared)
    await this.#management.leave()
    return this.#log.lines
  }
}

/** Deletes what probes have left. */
class Janitor {
  readonly #target: ProbeTarget
  #client: RawClient | undefined

  constructor(target: ProbeTarget) {
    this.#target = target
  }

  async remove(declared: ReadonlySet<string>): Promise<void> {
    for (const thing of declared) {
      const [kind = '', name = ''] = thing.split(' ')
      if (name === '' || !name.isWellFormed() || (name.startsWith('amq.') && !name.startsWith('amq.gen-')))
        continue
      this.#client ??= await rawChannel(this.#target)
      const answer =
        kind === 'queue'
          ? await this.#client.call(1, 'queue.delete', { queue: name })
          : await this.#client.call(1, 'exchange.delete', { exchange: name })
      if (answer.method.endsWith('-ok')) continue
      throw new Error(`could not delete ${thing}: ${JSON.stringify(answer.fields)}`)
    }
  }

  async leave(): Promise<void> {
    this.#client?.send(0, 'connection.close', { replyCode: 200 })
    await pause(1)
    this.#client?.cut()
  }
}
