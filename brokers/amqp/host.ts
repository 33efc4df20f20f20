/** Runs one broker in this thread or process, on behalf of whoever started it: takes commands, answers them. */
import { parentPort } from 'node:worker_threads'
import type { CommandName, Commands, Reply, Request } from './control.ts'
import { AmqpServer } from './server.ts'
import { StartError } from './start-error.ts'

let server: AmqpServer | undefined

function running(): AmqpServer {
  if (server === undefined) throw new Error('the broker has not been started')
  return server
}

type Handlers = {
  readonly [N in CommandName]: (
    argument: Commands[N]['argument'],
  ) => Commands[N]['result'] | Promise<Commands[N]['result']>
}

const handlers: Handlers = {
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
  addVhost: (name) => running().addVhost(name) as undefined,
  deleteVhost: (name) => running().deleteVhost(name) as undefined,
  addUser: (user) => running().addUser(user) as undefined,
}

async function answer(request: Request): Promise<Reply> {
  const { id } = request
  try {
    const handle = handlers[request.command] as (argument: unknown) => unknown
    return { id, result: await handle(request.argument) }
  } catch (error) {
    if (error instanceof StartError) {
      const { message, problem, subject } = error
      return { id, error: message, start: { problem, subject } }
    }
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}

/** Begins to listen for commands and says so. */
export function serveCommands(): void {
  if (parentPort !== null) {
    const port = parentPort
    port.on('message', async (request: Request) => port.postMessage(await answer(request)))
    port.postMessage({ ready: true } satisfies Reply)
    return
  }
  const reply = (message: Reply) => process.send?.(message)
  process.on('message', async (request) => reply(await answer(request as Request)))
  // The parent is gone, however it ended: nobody is left to stop this broker.
  process.on('disconnect', () => void stopAndExit())
  process.on('SIGTERM', () => void stopAndExit())
  process.on('SIGINT', () => void stopAndExit())
  reply({ ready: true })
}

async function stopAndExit(): Promise<void> {
  await server?.stop()
  process.exit(0)
}
