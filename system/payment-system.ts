/** The payment system as a whole: brokers, card gateway and services, started in the order in which they need each other. */
import type { Database } from 'better-sqlite3'
import { type Lab, openLab } from '#lab/kit'
import type { RunContext } from '#lab/kit/run-context'
import { tellAddress } from '#payments/saga-card'
import { sagaDeadQueue } from '#payments/saga-service'
import { topics } from './facts.ts'
import { Service } from './service.ts'

/** Our own services, whoever is asked for something before those who ask: the other way round they are stopped. */
export const serviceNames = ['wallet', 'card', 'notifications', 'orchestrator', 'api'] as const
export type ServiceName = (typeof serviceNames)[number]

const lanes = {
  wallet: 'consumer',
  card: 'consumer',
  notifications: 'consumer',
  orchestrator: 'producer',
  api: 'lab',
} as const

const partitions = 3
/** Six processes start at a time, and in a storm while others die: nobody is in a hurry. */
const startMsMax = 60_000

/** How the system stands, for a screen. */
export interface Status {
  readonly services: readonly {
    readonly name: string
    readonly state: 'running' | 'frozen' | 'down'
    readonly starts: number
  }[]
  readonly sagas: Readonly<Record<'running' | 'compensating' | 'settled' | 'cancelled', number>>
  readonly payments: number
  /** Messages that wait in outboxes. */
  readonly unsent: number
}

export class PaymentSystem {
  readonly lab: Lab
  readonly gateway: Service
  readonly services: readonly Service[]
  /** Where the API listens. */
  readonly url: string
  readonly #databases = new Map<string, Database>()

  private constructor(options: { lab: Lab; gateway: Service; services: readonly Service[]; url: string }) {
    this.lab = options.lab
    this.gateway = options.gateway
    this.services = options.services
    this.url = options.url
  }

  /** @throws with one sentence when brokers or services can't be had; nothing is left running then */
  static async start(run: RunContext, port: number): Promise<PaymentSystem> {
    const lab = await openLab({
      taskFolder: 'system',
      run,
      brokers: { rabbitmq: true, kafka: 1 },
      startMsMax,
    })
    try {
      const url = `http://127.0.0.1:${port}`
      tellAddress(lab.openDatabase('addresses'), 'api', url)
      for (const topic of Object.values(topics))
        await lab.kafka.observer.createTopic(lab.name(topic), { partitions })
      const gateway = await Service.start(lab, 'gateway', 'lab')
      // At the same time: what nobody hears yet waits in its outbox.
      const services = await Promise.all(serviceNames.map((name) => Service.start(lab, name, lanes[name])))
      return new PaymentSystem({ lab, gateway, services, url })
    } catch (error) {
      await lab[Symbol.asyncDispose]().catch(() => {})
      throw error
    }
  }

  /** A service's database, as it is on disk. Look, don't write. */
  database(name: ServiceName): Database {
    const known = this.#databases.get(name) ?? this.lab.openDatabase(name)
    this.#databases.set(name, known)
    return known
  }

  service(name: ServiceName): Service {
    const found = this.services.find((each) => each.name === name)
    if (found === undefined) throw new Error(`there is no service ${name}`)
    return found
  }

  status(): Status {
    const counted = this.database('orchestrator')
      .prepare('SELECT status, count(*) AS count FROM saga GROUP BY status')
      .all() as { status: keyof Status['sagas']; count: number }[]
    const countOf = (status: string): number => counted.find((row) => row.status === status)?.count ?? 0
    return {
      services: this.services.map((service) => ({
        name: service.name,
        state: service.isFrozen ? 'frozen' : service.isRunning ? 'running' : 'down',
        starts: service.starts,
      })),
      sagas: {
        running: countOf('running'),
        compensating: countOf('compensating'),
        settled: countOf('settled'),
        cancelled: countOf('cancelled'),
      },
      payments: this.#count('api', 'SELECT count(*) FROM payment'),
      unsent: serviceNames.reduce(
        (sum, name) => sum + this.#count(name, 'SELECT count(*) FROM outbox WHERE sent_at IS NULL'),
        0,
      ),
    }
  }

  /** How much is left to do: messages that wait, sagas that run, payments that nobody has decided. 0: everybody is at rest. */
  async left(): Promise<number> {
    const { sagas, unsent } = this.status()
    const open = this.#count(
      'api',
      "SELECT count(*) FROM payment WHERE status NOT IN ('SETTLED', 'DECLINED')",
    )
    const { queues } = await this.lab.inspect()
    const waiting = queues
      .filter(({ name }) => this.lab.shown(name) !== sagaDeadQueue)
      .reduce((sum, { ready, unacked }) => sum + ready + unacked, 0)
    return unsent + sagas.running + sagas.compensating + open + waiting
  }

  /** Stops whoever asks before whoever is asked, then gateway and brokers. */
  async stop(): Promise<void> {
    for (const service of [...this.services].reverse()) await service.stop()
    await this.gateway.stop()
    await this.lab[Symbol.asyncDispose]()
  }

  #count(name: ServiceName, query: string): number {
    return this.database(name).prepare(query).pluck().get() as number
  }
}
