/** Takes commands in the thread or process of a broker, on behalf of whoever started it, and answers them. */
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import type { CommandTable, Reply, Request } from './commands.ts'
import { StartError } from './start-error.ts'

export type Handlers<Commands extends CommandTable> = {
  readonly [N in keyof Commands]: (
    argument: Commands[N]['argument'],
  ) => Commands[N]['result'] | Promise<Commands[N]['result']>
}

/** How a broker ends. In a process of its own, the process ends after it. */
export interface Ending {
  stop(): Promise<void>
  /** A folder that whoever started the process would have removed, had they lived. */
  leftover(): string | undefined
}

/** Who ends a process mostly ends its parent at the same moment. */
const PARENT_ENDS_MS_MAX = 500

/** Begins to listen for commands and says so. Gives what tells an event to whoever started this thread or process. */
export function serveCommands<Commands extends CommandTable>(
  handlers: Handlers<Commands>,
  { stop, leftover }: Ending,
): (event: unknown) => void {
  if (parentPort !== null) {
    const port = parentPort
    port.on('message', async (request: Request<Commands>) =>
      port.postMessage(await answer(handlers, request)),
    )
    port.postMessage({ ready: true } satisfies Reply)
    return (event) => port.postMessage({ event } satisfies Reply)
  }
  const reply = (message: Reply) => process.send?.(message)
  process.on('message', async (request) => reply(await answer(handlers, request as Request<Commands>)))
  const stopAndExit = async () => {
    const folder = leftover()
    await stop()
    if (folder !== undefined && (await hasNoParent())) await rm(folder, { recursive: true, force: true })
    process.exit(0)
  }
  // The parent is gone, however it ended: nobody is left to stop this broker.
  process.on('disconnect', () => void stopAndExit())
  process.on('SIGTERM', () => void stopAndExit())
  process.on('SIGINT', () => void stopAndExit())
  reply({ ready: true })
  return (event) => void reply({ event })
}

async function hasNoParent(): Promise<boolean> {
  if (process.connected) {
    const signal = AbortSignal.timeout(PARENT_ENDS_MS_MAX)
    await once(process, 'disconnect', { signal }).catch(() => {})
  }
  return !process.connected
}

async function answer<Commands extends CommandTable>(
  handlers: Handlers<Commands>,
  { id, command, argument }: Request<Commands>,
): Promise<Reply> {
  try {
    return { id, result: await handlers[command](argument) }
  } catch (error) {
    if (error instanceof StartError) {
      const { message, problem, subject } = error
      return { id, error: message, start: { problem, subject } }
    }
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}
