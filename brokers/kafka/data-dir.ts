/**
 * The folder of a cluster that outlives its process. Small state lies in SQLite, whose lock also keeps a second broker out;
 * each node has a folder with one of Kafka's own layout for each partition that it keeps a copy of:
 *
 *     kafka.sqlite              cluster id, topics, leaders and in-sync replicas, groups, committed offsets, transactions, what
 *                               brokers were set to while they ran, credentials and access rules that clients made
 *     node-0/orders-0/          00000000000000000000.log, .index, .timeindex, <offset>.snapshot, checkpoint.json
 *
 * Committed offsets are in SQLite and not in a topic as with Kafka, since nothing here reads that topic, and a commit in
 * SQLite is kept as surely as an append. High watermarks are not kept: after a start they follow from the logs of the in-sync
 * replicas.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../clock.ts'
import { StartError } from '../start-error.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Durability, Store } from '../store/store.ts'
import { Disk } from './model/log/disk.ts'
import type { LogSettings } from './model/log/settings.ts'
import type { LogPlace, Logs } from './model/logs.ts'
import { type RecordLog, SegmentRecordLog } from './model/record-log.ts'
import type { SmallState } from './model/small-state.ts'

export interface DataDirOptions {
  readonly dataDir: string
  readonly durability: Durability
  readonly memoryBytesMax: number
  readonly clock: Clock
  /** Called when there is something to keep. */
  readonly onChange: () => void
}

export class DataDir implements SmallState, Logs {
  readonly #dataDir: string
  readonly #store: Store
  readonly #disk: Disk
  readonly #onChange: () => void
  /** Of small state since the last commit; undefined where a key goes. */
  readonly #changes = new Map<string, (() => unknown) | undefined>()
  /** Folders of logs that are in use; in lower case, since on some computers case makes no difference. */
  readonly #folders = new Map<RecordLog, string>()
  readonly #taken = new Set<string>()

  /** @throws StartError if the folder can't be written, or another broker has it */
  constructor({ dataDir, durability, memoryBytesMax, clock, onChange }: DataDirOptions) {
    this.#dataDir = dataDir
    this.#onChange = onChange
    this.#store = openStore(dataDir, durability)
    this.#disk = new Disk({ durability, clock, memoryBytesMax, onChange })
  }

  put(key: string, take: () => unknown): void {
    this.#changes.set(key, take)
    this.#onChange()
  }

  delete(key: string): void {
    this.#changes.set(key, undefined)
    this.#onChange()
  }

  all<T>(prefix: string): Map<string, T> {
    return new Map(
      [...this.#store.read(prefix)].map(([key, value]) => [
        key.slice(prefix.length),
        JSON.parse(value.toString()) as T,
      ]),
    )
  }

  open(place: LogPlace, settings: () => LogSettings): RecordLog {
    const folder = this.#folderOf(place)
    const log = new SegmentRecordLog({ disk: this.#disk, folder, settings })
    this.#folders.set(log, folder.toLowerCase())
    this.#taken.add(folder.toLowerCase())
    return log
  }

  remove(log: RecordLog): void {
    // If the process ended in between, a topic without records would come back.
    this.commit()
    this.#taken.delete(this.#folders.get(log) ?? '')
    this.#folders.delete(log)
    log.remove()
  }

  /** Small state first: a crash in between leaves a topic without records, never records without their topic. */
  commit(): void {
    for (const [key, take] of this.#changes) {
      if (take === undefined) this.#store.delete(key)
      else this.#store.put(key, Buffer.from(JSON.stringify(take())))
    }
    this.#changes.clear()
    this.#store.commit({ isAwaited: true })
    this.#disk.commit()
  }

  /** Removes what a crash left of topics that are gone. To be called when all logs have been opened. */
  removeStrays(): void {
    for (const node of readdirSync(this.#dataDir).filter((name) => /^node-\d+$/.test(name))) {
      for (const name of readdirSync(join(this.#dataDir, node))) {
        const folder = join(this.#dataDir, node, name)
        if (!this.#taken.has(folder.toLowerCase())) this.#disk.removeLater(folder, 0)
      }
    }
  }

  /** Ends as a clean stop does: the next start has nothing to look for. */
  async close(): Promise<void> {
    this.commit()
    for (const log of this.#folders.keys()) log.close()
    await this.#disk.close()
    this.#store.close()
  }

  /** Kafka's own name for it; where another topic has it, but for upper and lower case, the id tells them apart. */
  #folderOf({ nodeId, topic, topicId, partition }: LogPlace): string {
    const plain = join(this.#dataDir, `node-${nodeId}`, `${topic}-${partition}`)
    const special = `${plain}.${topicId}`
    const isTaken = this.#taken.has(plain.toLowerCase())
    return isTaken || existsSync(special) ? special : plain
  }
}

function openStore(dataDir: string, durability: Durability): Store {
  try {
    return openSqliteStore({ dataDir, name: 'kafka', durability })
  } catch (cause) {
    const { message } = cause as Error
    const problem = message.includes('is in use by another broker') ? 'data-in-use' : 'data-unwritable'
    throw new StartError(problem, dataDir, message, { cause })
  }
}
