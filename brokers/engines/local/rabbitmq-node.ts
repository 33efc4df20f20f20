/**
 * A real RabbitMQ as a process of ours: on free loopback ports, with folders, a name and an epmd of its own, so that it
 * meets no other one. Nothing of it stays: its processes also end when ours is killed.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { EngineError, type Sentence } from '../engine-error.ts'
import { how, lastWords } from '../last-words.ts'
import { askVersion } from '../rabbitmq-version.ts'
import type { RunningRabbitMQ } from '../real-rabbitmq.ts'
import { claimPorts } from './free-port.ts'
import type { RabbitMQHome } from './rabbitmq-home.ts'
import { Watch } from './watch.ts'

const HOST = '127.0.0.1'
/** Cold starts take 4 to 6 s, on a busy computer up to 20. */
const START_MS_MAX = 60_000
const STOP_MS_MAX = 30_000
const STEP_MS = 50
const ON_LOOPBACK = '-kernel inet_dist_use_interface {127,0,0,1}'

export interface RabbitMQNodeOptions {
  readonly home: RabbitMQHome
  /** Lines of rabbitmq.conf besides the listener. */
  readonly config?: readonly string[]
  /** An Erlang term for advanced.config. */
  readonly advanced?: string
  /** Whether it has the management plugin; a start takes a second longer then. */
  readonly hasManagement?: boolean
  /** 0, the default, picks a free one. */
  readonly port?: number
  readonly managementPort?: number
}

export interface RabbitMQNode extends RunningRabbitMQ {
  readonly version: string
  /** Of the Erlang machine; undefined while it is down. */
  readonly pid: number | undefined
  /**
   * One that was given up while it was still starting is waited for again: on a busy computer it may only be slow.
   * @param msMax how long it is waited for
   */
  restart(msMax?: number): Promise<void>
  /** Runs rabbitmqctl on it and gives what it prints; a second or two. */
  ctl(...args: readonly string[]): Promise<string>
}

/** Starts one and waits until AMQP answers. @throws Error with the end of its log. */
export async function startRabbitMQNode(options: RabbitMQNodeOptions): Promise<RabbitMQNode> {
  const wanted = [options.port ?? 0, 0, 0, options.managementPort ?? 0]
  const [port = 0, distPort = 0, epmdPort = 0, managementPort = 0] = await claimPorts(wanted)
  const folders = options.home.root === '/' ? tmpdir() : join(options.home.root, 'tmp')
  await mkdir(folders, { recursive: true })
  const outside = join(folders, `mq-workbook-real-${randomUUID()}`)
  const watch = await Watch.over(outside)
  const node = new Node(options.home, outside, watch, { port, distPort, epmdPort, managementPort })
  try {
    await mkdir(outside, { mode: 0o700 })
    await node.prepare(options)
    await node.restart()
    return node
  } catch (error) {
    await node[Symbol.asyncDispose]()
    throw error
  }
}

interface Ports {
  readonly port: number
  readonly distPort: number
  readonly epmdPort: number
  readonly managementPort: number
}

class Node implements RabbitMQNode {
  readonly host = HOST
  readonly port: number
  version = ''
  managementUrl: string | undefined
  readonly crashed: Promise<Sentence>
  readonly #crash: (why: Sentence) => void
  readonly #home: RabbitMQHome
  /** Its folder as we see it, and as it sees it itself. */
  readonly #outside: string
  readonly #folder: string
  readonly #environment: Readonly<Record<string, string>>
  readonly #epmdPort: number
  readonly #managementPort: number
  /** Processes and folder also go when ours is killed. */
  readonly #watch: Watch
  #epmd: ChildProcess | undefined
  #erlang: ChildProcess | undefined
  /** It has not answered yet since it was started. */
  #isStarting = false

  constructor(home: RabbitMQHome, outside: string, watch: Watch, ports: Ports) {
    this.port = ports.port
    const { promise, resolve } = Promise.withResolvers<Sentence>()
    this.crashed = promise
    this.#crash = resolve
    this.#home = home
    this.#outside = outside
    this.#folder = outside.slice(home.root === '/' ? 0 : home.root.length)
    this.#epmdPort = ports.epmdPort
    this.#managementPort = ports.managementPort
    this.#environment = environmentOf(
      this.#folder,
      ports,
      home.root === '/' ? process.env['PATH'] : undefined,
    )
    this.#watch = watch
  }

  get server(): string {
    return `RabbitMQ ${this.version}`
  }

  get pid(): number | undefined {
    return this.#erlang?.pid
  }

  async prepare({ config = [], advanced = '[]', hasManagement = false }: RabbitMQNodeOptions): Promise<void> {
    const http = [`management.tcp.ip = ${HOST}`, `management.tcp.port = ${this.#managementPort}`]
    const lines = [`listeners.tcp.1 = ${HOST}:${this.port}`, ...(hasManagement ? http : []), ...config]
    if (hasManagement) this.managementUrl = `http://${HOST}:${this.#managementPort}`
    await writeFile(join(this.#outside, 'rabbitmq.conf'), `${lines.join('\n')}\n`)
    await writeFile(join(this.#outside, 'advanced.config'), `${advanced}.\n`)
    await writeFile(
      join(this.#outside, 'enabled_plugins'),
      `[${hasManagement ? 'rabbitmq_management' : ''}].\n`,
    )
  }

  async restart(msMax = START_MS_MAX): Promise<void> {
    const isStarting = this.#isStarting && this.#erlang !== undefined && !hasEnded(this.#erlang)
    const erlang = isStarting ? (this.#erlang as ChildProcess) : await this.#startAnew()
    for (const deadline = Date.now() + msMax; ; await pause(STEP_MS)) {
      const version = await askVersion(this)
      if (version !== undefined && (await this.#hasManagement())) {
        this.version = version
        this.#isStarting = false
        return
      }
      if (hasEnded(erlang) || Date.now() > deadline) {
        const what = hasEnded(erlang) ? how.endedWhileStarting : how.wasNotReadyIn(msMax / 1000)
        throw new EngineError(await this.#lastWords(what))
      }
    }
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  freeze(): void {
    this.#erlang?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#erlang?.kill('SIGCONT')
  }

  async ctl(...args: readonly string[]): Promise<string> {
    const [command = '', ...rest] = this.#inTree([this.#home.ctl, ...args])
    const { stdout } = await promisify(execFile)(command, rest)
    return stdout
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    const epmd = this.#epmd
    this.#epmd = undefined
    await endProcess(epmd, 'SIGKILL')
    await this.#watch.end()
  }

  /** Whether the management API answers, or none was asked for. */
  async #hasManagement(): Promise<boolean> {
    if (this.managementUrl === undefined) return true
    return fetch(this.managementUrl).then(
      () => true,
      () => false,
    )
  }

  async #startAnew(): Promise<ChildProcess> {
    if (this.#erlang !== undefined) await this.stop()
    if (this.#epmd === undefined || hasEnded(this.#epmd))
      this.#epmd = this.#spawn(['epmd', '-address', HOST, '-port', String(this.#epmdPort)])
    this.#isStarting = true
    const erlang = this.#spawn([this.#home.server])
    this.#erlang = erlang
    // Whoever ends it on purpose has let go of it by then.
    erlang.once('exit', async (code, signal) => {
      if (this.#erlang !== erlang) return
      this.#crash(await this.#lastWords(how.ended(signal ?? `exit code ${code}`)))
    })
    return erlang
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const erlang = this.#erlang
    this.#erlang = undefined
    await endProcess(erlang, signal)
  }

  #spawn(command: readonly string[]): ChildProcess {
    const [first = '', ...rest] = this.#inTree(command)
    const child = spawn(first, rest, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' })
    child.stderr?.on('data', (chunk) => appendFileSync(join(this.#outside, 'stderr.log'), chunk))
    // A program that is missing shows as an end at once.
    child.on('error', () => {})
    const { pid } = child
    if (pid !== undefined) {
      this.#watch.started(pid)
      child.once('exit', () => this.#watch.ended(pid))
    }
    return child
  }

  /**
   * The command in its tree, with nothing of our environment. Every step replaces the one before it, so the process we start
   * becomes Erlang's. In a chroot /proc is mounted in a namespace that goes with the process.
   */
  #inTree(command: readonly string[]): string[] {
    const variables = Object.entries(this.#environment).map(([name, value]) => `${name}=${value}`)
    const inside = ['env', '-i', ...variables, ...command]
    const { root } = this.#home
    if (root === '/') return inside
    const enter = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
    return ['unshare', '--mount', 'sh', '-c', enter, root, ...inside]
  }

  async #lastWords(what: Sentence): Promise<Sentence> {
    const lines: string[] = []
    for (const name of ['stderr.log', `log/${this.#environment['RABBITMQ_NODENAME']}.log`]) {
      const text = await readFile(join(this.#outside, name), 'utf8').catch(() => '')
      if (text !== '') lines.push(...text.trimEnd().split('\n'))
    }
    const { root, version } = this.#home
    const who = { en: `the RabbitMQ ${version} in ${root}`, vi: `RabbitMQ ${version} trong ${root}` }
    return lastWords(who, what, lines)
  }
}

/** All that the scripts and Erlang read; what a variable leaves out they would take from the installation. */
function environmentOf(
  folder: string,
  { port, distPort, epmdPort }: Ports,
  path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
): Record<string, string> {
  return {
    PATH: path,
    LANG: 'C.UTF-8',
    HOME: folder,
    ERL_EPMD_ADDRESS: HOST,
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: `mq-${port}@localhost`,
    RABBITMQ_CONF_ENV_FILE: `${folder}/none`,
    RABBITMQ_CONFIG_FILE: `${folder}/rabbitmq.conf`,
    RABBITMQ_ADVANCED_CONFIG_FILE: `${folder}/advanced.config`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${folder}/enabled_plugins`,
    RABBITMQ_MNESIA_BASE: `${folder}/mnesia`,
    RABBITMQ_LOG_BASE: `${folder}/log`,
    RABBITMQ_PID_FILE: `${folder}/pid`,
    RABBITMQ_GENERATED_CONFIG_DIR: `${folder}/generated`,
    RABBITMQ_DIST_PORT: String(distPort),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: ON_LOOPBACK,
    RABBITMQ_CTL_ERL_ARGS: ON_LOOPBACK,
    // Lets the script become Erlang instead of waiting for it, so that signals reach Erlang.
    RUNNING_UNDER_SYSTEMD: 'true',
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

async function endProcess(child: ChildProcess | undefined, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child === undefined || hasEnded(child)) return
  const ended = once(child, 'exit')
  // A frozen process takes no other signal but SIGKILL.
  child.kill('SIGCONT')
  child.kill(signal)
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
  await ended
  clearTimeout(late)
}
