/** Runs one cluster in this thread or process as it is told to. */
import { type Handlers, serveCommands } from '../serve-commands.ts'
import type { Commands, KafkaEvent } from './control.ts'
import { Controls } from './controls.ts'
import { KafkaServer } from './server.ts'

let server: KafkaServer | undefined
let leftover: string | undefined
let stopTelling = () => {}

function running(): KafkaServer {
  if (server === undefined) throw new Error('the cluster has not been started')
  return server
}

/** Each of the controls is a command of the same name. */
const controls = Object.getOwnPropertyNames(Controls.prototype).filter(
  (name) => name !== 'constructor',
) as (keyof Controls)[]

const others: Omit<Handlers<Commands>, keyof Controls> = {
  async start(options) {
    leftover = options.isTemporary ? options.dataDir : undefined
    // SQLite takes a while to load, and few need it.
    const { DataDir } = options.dataDir === undefined ? {} : await import('./data-dir.ts')
    server = new KafkaServer(options, DataDir)
    return { ports: await server.listen() }
  },
  async stop() {
    // Whoever says so is there to remove it, and may want to start again first.
    leftover = undefined
    await server?.stop()
  },
  inspect: () => running().inspect(),
  elapse: (ms) => running().elapse(ms) as undefined,
  applyRetention: () => running().applyRetention(),
  compact: (topic) => running().compact(topic) as undefined,
  inject: (injection) => running().interception.injections.add(injection) as undefined,
  injections: () => running().interception.injections.pending(),
  clearInjections: () => running().interception.injections.clear() as undefined,
  recordRequests: (limit) => running().interception.log.record(limit) as undefined,
  requests: () => running().interception.log.all(),
  tellEvents(isWanted) {
    stopTelling()
    if (isWanted) stopTelling = running().events.on(tell)
  },
}

const handlers = {
  ...others,
  ...Object.fromEntries(
    controls.map((name) => [name, (argument: never) => running().controls[name](argument)]),
  ),
} as Handlers<Commands>

const tell: (event: KafkaEvent) => void = serveCommands(handlers, {
  stop: async () => server?.stop(),
  leftover: () => leftover,
})
