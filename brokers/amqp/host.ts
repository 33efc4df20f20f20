/** Runs one broker in this thread or process as it is told to. */
import { type Handlers, serveCommands } from '../serve-commands.ts'
import type { Commands } from './control.ts'
import { AmqpServer } from './server.ts'

let server: AmqpServer | undefined

function running(): AmqpServer {
  if (server === undefined) throw new Error('the broker has not been started')
  return server
}

const handlers: Handlers<Commands> = {
  async start(options) {
    server = new AmqpServer(options)
    return { ...(await server.listen(options)), server: server.server }
  },
  async stop() {
    await server?.stop()
  },
  inspect: (vhost) => running().inspect(vhost),
  elapse: (ms) => running().elapse(ms) as undefined,
  setMemoryAlarm: (isRaised) => running().setMemoryAlarm(isRaised) as undefined,
  setMemoryHighWatermark: (bytes) => running().setMemoryHighWatermark(bytes) as undefined,
  addVhost: (name) => running().addVhost(name) as undefined,
  deleteVhost: (name) => running().deleteVhost(name) as undefined,
  addUser: (user) => running().addUser(user) as undefined,
}

serveCommands(handlers, async () => server?.stop())
