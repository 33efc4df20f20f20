/** Runs one broker in this thread or process as it is told to. */
import { type Handlers, serveCommands } from '../serve-commands.ts'
import type { Commands } from './control.ts'
import { AmqpServer } from './server.ts'

let server: AmqpServer | undefined
let leftover: string | undefined

function running(): AmqpServer {
  if (server === undefined) throw new Error('the broker has not been started')
  return server
}

const handlers: Handlers<Commands> = {
  async start(options) {
    leftover = options.isTemporary ? options.dataDir : undefined
    server = new AmqpServer(options)
    return { ...(await server.listen(options)), server: server.server }
  },
  async stop() {
    // Whoever says so is there to remove it, and may want to start again first.
    leftover = undefined
    await server?.stop()
  },
  inspect: (vhost) => running().inspect(vhost),
  elapse: (ms) => running().elapse(ms) as undefined,
  setMemoryAlarm: (isRaised) => running().setMemoryAlarm(isRaised) as undefined,
  addVhost: (name) => running().addVhost(name) as undefined,
  deleteVhost: (name) => running().deleteVhost(name) as undefined,
  addUser: (user) => running().addUser(user) as undefined,
}

serveCommands(handlers, {
  stop: async () => server?.stop(),
  leftover: () => leftover,
})
