/** A process that holds the learner's producer or consumer and nothing else, so that what is seen of it is theirs: busy, late, where. */
import { pathToFileURL } from 'node:url'
import { openSqlite } from '#lab/actors/database'
import { type Watched, watch } from '#lab/measure/watch'
import type { Running, World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'

interface Sender extends Running {
  sendMessage(exchange: string, routingKey: string, message: Envelope): Promise<void>
}

interface Way {
  readonly exchange: string
  readonly routingKey: string
}

interface WatchedProcess extends Running {
  load(file: string): Promise<void>
  /** Starts what was loaded, its databases in a folder of their own: nobody is told of their commits, which costs time too. */
  run(databases: string): Promise<void>
  begin(): Promise<void>
  seen(): Promise<Watched>
  /** Sends all at once; answers how many milliseconds it took until the last was known to be safe. */
  sendAll(way: Way, events: readonly Envelope[]): Promise<number>
  send(way: Way, event: Envelope): Promise<void>
}

export async function start(world: World): Promise<WatchedProcess> {
  let module: { start(world: World): Promise<Running> } | undefined
  let running: Running | undefined
  let end: (() => Promise<Watched>) | undefined
  const sender = (): Sender => {
    if (running === undefined) throw new Error('nothing was loaded')
    return running as Sender
  }
  return {
    async load(file) {
      module = (await import(pathToFileURL(file).href)) as typeof module
    },
    async run(databases) {
      running = await module?.start({ ...world, openDatabase: (name) => openSqlite(databases, name) })
    },
    async begin() {
      end = await watch()
    },
    async seen() {
      if (end === undefined) throw new Error('nobody watched')
      return await end()
    },
    async sendAll({ exchange, routingKey }, events) {
      const began = performance.now()
      await Promise.all(events.map((event) => sender().sendMessage(exchange, routingKey, event)))
      return performance.now() - began
    },
    async send({ exchange, routingKey }, event) {
      await sender().sendMessage(exchange, routingKey, event)
    },
    async stop() {
      await running?.stop()
    },
  }
}
