/** Makes the world that a subject is given, from plain data; a child process and a check do it alike. */
import type { Database } from 'better-sqlite3'
import type { Log, World } from '../subject/world.ts'
import { type Announce, announceCommits } from './commits.ts'
import { openSqlite } from './database.ts'
import { makeRandom } from './random.ts'
import { realClock } from './real-clock.ts'

/** A world as data: all that has to cross to another process. */
export interface WorldData {
  /** Where RabbitMQ listens, credentials and vhost included; empty where the task has none. */
  readonly amqpUrl: string
  /** Bootstrap addresses of Kafka, `host:port` each; empty where the task has none. */
  readonly kafkaBrokers: readonly string[]
  /** Stands before every broker-wide name of this run, where a cluster tells runs apart by it. Default: nothing. */
  readonly namePrefix?: string
  /** Stands behind every broker-wide name of this run: `orders` becomes `orders-<suffix>`. */
  readonly nameSuffix: string
  /** The folder of this run's databases; made when the first one is opened. */
  readonly databaseDir: string
  /** A whole number. Give each subject of a run its own, or they draw the same numbers. */
  readonly seed: number
}

/** What the surroundings want to hear from a world. */
export interface WorldHooks {
  /** Takes the subject's lines. Default: one line each on standard output. */
  readonly log?: Log
  /**
   * Hears of each commit of the subject's databases, just before and just after it, and may keep it waiting. Left out:
   * nothing is announced.
   */
  readonly announce?: Announce
}

/** The longest name that RabbitMQ (255 bytes) and Kafka (249 characters) take together with what stands before and behind it. */
export const nameBytesMax = 200

const nameSuffix = /^[A-Za-z0-9._-]{1,40}$/
const namePrefix = /^[A-Za-z0-9._-]{0,40}$/

/** @throws TypeError when prefix or suffix cannot be part of a queue's and of a topic's name */
export function makeWorld(data: WorldData, hooks: WorldHooks = {}): World {
  if (!nameSuffix.test(data.nameSuffix)) {
    throw new TypeError(
      `"${data.nameSuffix}" cannot end a name: 1 to 40 letters, digits, dots, dashes, underscores`,
    )
  }
  const prefix = data.namePrefix ?? ''
  if (!namePrefix.test(prefix)) {
    throw new TypeError(
      `"${prefix}" cannot begin a name: at most 40 letters, digits, dots, dashes, underscores`,
    )
  }
  const openDatabase = (name: string): Database => {
    const database = openSqlite(data.databaseDir, name)
    return hooks.announce === undefined ? database : announceCommits(database, name, hooks.announce)
  }
  return {
    amqpUrl: data.amqpUrl,
    kafkaBrokers: data.kafkaBrokers,
    name: (name) => `${prefix}${checkedName(name)}-${data.nameSuffix}`,
    openDatabase,
    clock: realClock,
    random: makeRandom(data.seed),
    log: hooks.log ?? ((line) => void process.stdout.write(`${line}\n`)),
  }
}

function checkedName(name: string): string {
  if (typeof name !== 'string' || name === '')
    throw new TypeError('world.name() wants a name that is not empty')
  const bytes = Buffer.byteLength(name)
  if (bytes > nameBytesMax) {
    throw new RangeError(
      `world.name(): "${name.slice(0, 20)}…" has ${bytes} bytes, ${nameBytesMax} is the most`,
    )
  }
  return name
}
