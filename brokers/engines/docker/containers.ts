/**
 * Containers that go with us: ports on loopback alone, labels, and a small process that removes them when we are gone, however
 * we went. (Testcontainers has a container of its own for that; it would be one more image to fetch.)
 */
import { CleanUpProcess } from '../clean-up-process.ts'
import { EngineError, type Sentence } from '../engine-error.ts'
import { how, LOG_LINES, lastWords } from '../last-words.ts'

// Read when the library is loaded.
process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
const { GenericContainer, getContainerRuntimeClient, ImageName, Network, Wait } = await import(
  'testcontainers'
)

const LABEL = 'mq-workbook'
/** Cold starts in a container take 5 to 10 s, on a busy computer several times that. */
const START_MS_MAX = 120_000
const STOP_MS_MAX = 30_000

export interface ContainerOptions {
  readonly image: string
  /** What runs in it, as people are told. */
  readonly who: Sentence
  /** Ports of the host by ports of the container. */
  readonly ports: ReadonlyMap<number, number>
  readonly environment?: Readonly<Record<string, string>>
  /** Contents of files by their path in the container. */
  readonly files?: ReadonlyMap<string, string>
  readonly hostname?: string
  /** Of `openNetwork`, where containers find each other by their names. */
  readonly network?: OpenNetwork
}

export interface RunningContainer {
  readonly id: string
  /** Resolves, with the end of its log, when it ends without being told to. */
  readonly crashed: Promise<Sentence>
  /** @param msMax then it is killed */
  stop(msMax?: number): Promise<void>
  kill(): Promise<void>
  start(): Promise<void>
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Whether it has ended since it was last started. */
  readonly hasEnded: boolean
  /** Who it is, what happened, and the end of what it printed. */
  lastWords(what: Sentence): Promise<Sentence>
  /** What a command in it prints. */
  run(...command: readonly string[]): Promise<string>
}

type Runtime = Awaited<ReturnType<typeof getContainerRuntimeClient>>
type Networked = InstanceType<typeof GenericContainer>
export type OpenNetwork = Parameters<Networked['withNetwork']>[0]

/** @throws EngineError if no Docker answers. */
export async function dockerRuntime(): Promise<Runtime> {
  try {
    return await getContainerRuntimeClient()
  } catch (cause) {
    throw new EngineError(
      {
        en: 'Docker does not answer on this computer: start it, or take the embedded brokers, which need none (engine=embedded)',
        vi: 'Docker không trả lời trên máy này: bật Docker lên, hoặc dùng broker nhúng, không cần Docker (engine=embedded)',
      },
      { cause },
    )
  }
}

/** Fetches an image unless it is there. @throws EngineError without Docker, or if it can't be had */
export async function pullImage(image: string, say: (line: string) => void): Promise<void> {
  const { image: images } = await dockerRuntime()
  const name = ImageName.fromString(image)
  if (await images.exists(name)) return
  say(`docker pull ${image}`)
  await images.pull(name, { force: false, platform: undefined }).catch((cause: unknown) => {
    throw new EngineError(notStarted(image, cause), { cause })
  })
}

/** Listens on loopback alone, for which the library has no option, and tells of itself before it is started. */
class LoopbackContainer extends GenericContainer {
  readonly #onCreated: (id: string) => Promise<void>

  constructor(image: string, onCreated: (id: string) => Promise<void>) {
    super(image)
    this.#onCreated = onCreated
  }

  protected override containerCreated(id: string): Promise<void> {
    return this.#onCreated(id)
  }

  protected override async beforeContainerCreated(): Promise<void> {
    const bindings = (this.hostConfig.PortBindings ?? {}) as Record<string, { HostPort?: string }[]>
    for (const [port, hosts] of Object.entries(bindings))
      bindings[port] = hosts.map((host) => ({ ...host, HostIp: '127.0.0.1' }))
    this.hostConfig.PortBindings = bindings
  }
}

/** Everything that is started for one engine; disposing it removes all of it. */
export class Containers implements AsyncDisposable {
  readonly #runtime: Runtime
  readonly #watch: CleanUpProcess
  readonly #ids: string[] = []
  #isDisposed = false
  #network: { readonly id: string; remove(): Promise<unknown> } | undefined

  private constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#watch = new CleanUpProcess(new URL('./clean-up.ts', import.meta.url))
  }

  /** @throws EngineError if no Docker answers. */
  static async open(): Promise<Containers> {
    const containers = new Containers(await dockerRuntime())
    await containers.#watch.ready
    return containers
  }

  async openNetwork(): Promise<OpenNetwork> {
    const network = await new Network().start()
    const id = network.getId()
    this.#watch.tell(`network ${id}`)
    this.#network = { id, remove: () => network.stop() }
    return network
  }

  /** Starts one; whether what is in it serves is for others to find out. @throws EngineError with the end of its log */
  async start(options: ContainerOptions): Promise<RunningContainer> {
    const { image, who, ports, environment = {}, files = new Map(), hostname, network } = options
    let id = ''
    let container = new LoopbackContainer(image, async (created) => {
      id = created
      // It came while another one of the same cluster had failed already.
      if (this.#isDisposed) return await this.#remove(created)
      this.#ids.push(created)
      this.#watch.tell(`container ${created}`)
    })
      .withExposedPorts(...[...ports].map(([inner, host]) => ({ container: inner, host })))
      .withEnvironment({ ...environment })
      .withLabels({ [LABEL]: String(process.pid) })
      .withCopyContentToContainer([...files].map(([target, content]) => ({ content, target, mode: 0o644 })))
      .withStartupTimeout(START_MS_MAX)
      // That it runs. Whether it serves is asked by whoever speaks its protocol, and a server may have nothing to print.
      .withWaitStrategy(Wait.forAll([]))
    if (hostname !== undefined) container = container.withHostname(hostname)
    if (network !== undefined) {
      container = container.withNetwork(network)
      if (hostname !== undefined) container = container.withNetworkAliases(hostname)
    }
    await container.start().catch(async (cause: unknown) => {
      const said = id === '' ? undefined : await this.#lastWordsIfEnded(id, who).catch(() => undefined)
      throw new EngineError(said ?? notStarted(image, cause), { cause })
    })
    return this.#controls(id, who)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    await Promise.all(this.#ids.splice(0).map((id) => this.#remove(id)))
    await this.#network?.remove()
    this.#network = undefined
    await this.#watch.end('done')
  }

  async #remove(id: string): Promise<void> {
    await this.#runtime.container.dockerode.getContainer(id).remove({ force: true, v: true })
  }

  async #lastWords(id: string, who: Sentence, what: Sentence): Promise<Sentence> {
    const container = this.#runtime.container.dockerode.getContainer(id)
    const log = await container.logs({ stdout: true, stderr: true, tail: LOG_LINES }).then(withoutHeaders)
    return lastWords(who, what, log.split('\n'))
  }

  /** The library says of one that ended at once only that its ports never came. */
  async #lastWordsIfEnded(id: string, who: Sentence): Promise<Sentence | undefined> {
    const { State } = await this.#runtime.container.dockerode.getContainer(id).inspect()
    return State.Status === 'exited' ? await this.#lastWords(id, who, how.endedWhileStarting) : undefined
  }

  #controls(id: string, who: Sentence): RunningContainer {
    const container = this.#runtime.container.dockerode.getContainer(id)
    const client = this.#runtime.container
    const { promise: crashed, resolve: crash } = Promise.withResolvers<Sentence>()
    const said = (what: Sentence) => this.#lastWords(id, who, what)
    /** From one start to its end. */
    let run = { isToldToEnd: false, hasEnded: false }
    const watch = async (): Promise<void> => {
      const mine = { isToldToEnd: false, hasEnded: false }
      run = mine
      let why: string
      try {
        const { StatusCode } = await container.wait()
        why = `exit code ${StatusCode}`
      } catch {
        why = 'Docker has ended'
      }
      mine.hasEnded = true
      if (mine.isToldToEnd || this.#isDisposed) return
      const what = how.ended(why)
      crash(await said(what).catch(() => lastWords(who, what, [])))
    }
    void watch()
    return {
      id,
      crashed,
      get hasEnded() {
        return run.hasEnded
      },
      lastWords: said,
      async stop(msMax = STOP_MS_MAX) {
        run.isToldToEnd = true
        await container.stop({ t: msMax / 1000 })
      },
      async kill() {
        run.isToldToEnd = true
        await container.kill()
      },
      async start() {
        await container.start()
        void watch()
      },
      async freeze() {
        await container.pause()
      },
      async thaw() {
        await container.unpause()
      },
      async run(...command) {
        return (await client.exec(container, [...command])).output
      },
    }
  }
}

/** What Docker puts before each piece of a log of two streams: which one, and how long it is. */
function withoutHeaders(log: Buffer): string {
  const pieces: string[] = []
  for (let at = 0; at + 8 <= log.length; ) {
    const length = log.readUInt32BE(at + 4)
    pieces.push(log.toString('utf8', at + 8, at + 8 + length))
    at += 8 + length
  }
  return pieces.join('').trimEnd()
}

function notStarted(image: string, cause: unknown) {
  const why = cause instanceof Error ? cause.message : String(cause)
  return {
    en: `no container of ${image} could be started (${why}): docker pull ${image} shows whether the image can be had`,
    vi: `không khởi động được container từ ${image} (${why}): thử docker pull ${image} xem có tải được image không`,
  }
}
