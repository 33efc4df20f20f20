/** Runs one cluster in this thread or process as it is told to. */
import { type Handlers, serveCommands } from '../serve-commands.ts'
import type { Commands } from './control.ts'
import { KafkaServer } from './server.ts'

let server: KafkaServer | undefined

function running(): KafkaServer {
  if (server === undefined) throw new Error('the cluster has not been started')
  return server
}

const handlers: Handlers<Commands> = {
  async start(options) {
    // SQLite takes a while to load, and few need it.
    const { DataDir } = options.dataDir === undefined ? {} : await import('./data-dir.ts')
    server = new KafkaServer(options, DataDir)
    return { ports: await server.listen() }
  },
  async stop() {
    await server?.stop()
  },
  inspect: () => running().inspect(),
  elapse: (ms) => running().elapse(ms) as undefined,
  applyRetention: () => running().applyRetention(),
  compact: (topic) => running().compact(topic) as undefined,
}

serveCommands(handlers, async () => server?.stop())
