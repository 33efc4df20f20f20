/** One node of a real Kafka: a process of ours with a folder and ports of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Login, logIn, rawConnect } from '../../kafka/raw-client.ts'
import { metadata } from '../../kafka/wire/messages/03-metadata.ts'
import { EngineError, type Sentence } from '../engine-error.ts'
import { how, LOG_LINES, lastWords } from '../last-words.ts'
import type { RunningNode } from '../real-kafka.ts'
import { classPathOf, type KafkaHome } from './kafka-home.ts'

export const HOST = '127.0.0.1'
/** Cold starts take 2 to 5 s, on a busy computer up to 20. */
const START_MS_MAX = 60_000
const STOP_MS_MAX = 30_000
const STEP_MS = 50
const ANSWER_MS_MAX = 2_000

/** As kafka-server-start.sh and kafka-run-class.sh have them. */
const kafkasOwnJavaOptions = [
  '-Xms1G',
  '-Xmx1G',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
  '-XX:MaxInlineLevel=15',
]
/** A small heap, and no time spent on the best machine code: nodes live for seconds. */
const javaOptions = [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:-UsePerfData',
]
const logOptions = [
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
]

export interface NodeOptions {
  readonly home: KafkaHome
  readonly id: number
  readonly port: number
  /** Exists, is empty, and is removed by whoever made it. */
  readonly folder: string
  /** All lines of its server.properties. */
  readonly properties: readonly string[]
  /** Is told of every process that starts and ends. */
  readonly watch: { started(pid: number): void; ended(pid: number): void }
  /** Whether it runs on the Java options of Kafka's own scripts. */
  readonly isForSpeed?: boolean
  /** Where one has to log in to ask whether it is ready. */
  readonly login?: Login | undefined
}

export class KafkaNode implements RunningNode {
  readonly id: number
  readonly host = HOST
  readonly port: number
  readonly crashed: Promise<Sentence>
  readonly #crash: (why: Sentence) => void
  readonly #options: NodeOptions
  #java: ChildProcess | undefined

  constructor(options: NodeOptions) {
    this.id = options.id
    this.port = options.port
    this.#options = options
    const { promise, resolve } = Promise.withResolvers<Sentence>()
    this.crashed = promise
    this.#crash = resolve
  }

  /** Of the Java machine; undefined while it is down. */
  get pid(): number | undefined {
    return this.#java?.pid
  }

  /** Makes its folders for the cluster of that id. @throws Error with what it printed. */
  async format(clusterId: string): Promise<void> {
    const { folder, properties } = this.#options
    await writeFile(this.#propertiesFile, `${[...properties, `log.dirs=${this.#path('data')}`].join('\n')}\n`)
    const java = this.#run('format.log', [
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      this.#propertiesFile,
    ])
    await ended(java)
    if (java.exitCode !== 0) {
      throw new Error(
        `Kafka could not format ${folder}; the end of its log:\n${(await this.#logEnd('format.log')).join('\n')}`,
      )
    }
  }

  /** Starts the process; `ready` waits for it. */
  start(): void {
    if (this.#java !== undefined) throw new Error(`node ${this.id} runs already`)
    const java = this.#run('node.log', ['kafka.Kafka', this.#propertiesFile])
    this.#java = java
    // Whoever ends it on purpose has let go of it by then.
    java.once('exit', async (code, signal) => {
      if (this.#java === java) this.#crash(await this.#lastWords(how.ended(signal ?? `exit code ${code}`)))
    })
  }

  /** Resolves when it says itself that all these nodes can be used. @throws Error with the end of its log. */
  async ready(nodeIds: readonly number[]): Promise<void> {
    const java = this.#java
    for (const deadline = Date.now() + START_MS_MAX; ; await pause(STEP_MS)) {
      const usable = await this.#usableNodes()
      if (nodeIds.every((id) => usable.includes(id))) return
      if (java !== undefined && !hasEnded(java) && Date.now() < deadline) continue
      const isGone = java === undefined || hasEnded(java)
      const what = isGone ? how.endedWhileStarting : how.wasNotReadyIn(START_MS_MAX / 1000)
      throw new EngineError(await this.#lastWords(what))
    }
  }

  /** As an operator would: its partitions get other leaders first. */
  stop(msMax = STOP_MS_MAX): Promise<void> {
    return this.#end('SIGTERM', msMax)
  }

  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL', STOP_MS_MAX)
  }

  /** Its sockets stay open and nothing answers, until `thaw`. Not on Windows. */
  freeze(): void {
    this.#java?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#java?.kill('SIGCONT')
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL', msMax: number): Promise<void> {
    const java = this.#java
    this.#java = undefined
    if (java === undefined || hasEnded(java)) return
    // A frozen process takes no other signal but SIGKILL.
    java.kill('SIGCONT')
    java.kill(signal)
    const late = setTimeout(() => java.kill('SIGKILL'), msMax)
    await ended(java)
    clearTimeout(late)
  }

  #run(log: string, args: readonly string[]): ChildProcess {
    const { home, folder, watch, isForSpeed = false } = this.#options
    const output = openSync(this.#path(log), 'a')
    const options = [
      ...(isForSpeed ? kafkasOwnJavaOptions : javaOptions),
      ...logOptions,
      '-cp',
      classPathOf(home),
    ]
    const child = spawn(home.java, [...options, ...args], { cwd: folder, stdio: ['ignore', output, output] })
    closeSync(output)
    const { pid } = child
    // A program that can't be started shows as an end at once.
    child.on('error', () => {})
    if (pid !== undefined) {
      watch.started(pid)
      child.once('exit', () => watch.ended(pid))
    }
    return child
  }

  async #usableNodes(): Promise<readonly number[]> {
    try {
      const client = await rawConnect(this)
      const late = setTimeout(() => client.cut(), ANSWER_MS_MAX)
      if (this.#options.login !== undefined) await logIn(client, this.#options.login)
      const answer = await client.call(metadata, 5, { topics: [], allowAutoTopicCreation: false })
      clearTimeout(late)
      client.cut()
      return answer?.brokers.map(({ nodeId }) => nodeId) ?? []
    } catch {
      return []
    }
  }

  get #propertiesFile(): string {
    return this.#path('server.properties')
  }

  /** With forward slashes, which Java's properties need on Windows, too. */
  #path(name: string): string {
    return join(this.#options.folder, name).replaceAll('\\', '/')
  }

  async #lastWords(what: Sentence): Promise<Sentence> {
    const who = { en: `node ${this.id} of Kafka`, vi: `node ${this.id} của Kafka` }
    return lastWords(who, what, await this.#logEnd('node.log'))
  }

  async #logEnd(name: string): Promise<string[]> {
    const text = await readFile(this.#path(name), 'utf8').catch(() => '')
    return text.trimEnd().split('\n').slice(-LOG_LINES)
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit')
}
