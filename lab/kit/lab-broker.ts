/** A RabbitMQ as one lab has it: a vhost of its own, and the kills and restarts that the lab asked for. */
import { performance } from 'node:perf_hooks'
import type {
  Address,
  Capability,
  RabbitMQEngine,
  RabbitMQIsolation,
  RabbitMQSnapshot,
} from '#brokers/engines'
import { failureOf } from './closing.ts'
import { type LabServer, letPass, mustHave } from './lab-server.ts'
import type { RunContext } from './run-context.ts'

export class LabBroker implements LabServer {
  readonly protocol = 'amqp'
  private readonly engine: RabbitMQEngine
  private readonly isolation: RabbitMQIsolation
  private readonly run: RunContext
  private readonly mustBeOpen: () => void
  private brokerIsUp = true
  /** Kills and restarts of the broker, one after another: one that is still dying holds its port. */
  private work: Promise<unknown> = Promise.resolve()

  constructor(options: {
    engine: RabbitMQEngine
    isolation: RabbitMQIsolation
    run: RunContext
    mustBeOpen: () => void
  }) {
    this.engine = options.engine
    this.isolation = options.isolation
    this.run = options.run
    this.mustBeOpen = options.mustBeOpen
  }

  /** Product and version, as the server says. */
  get server(): string {
    return this.engine.server
  }

  get address(): Address {
    return this.engine.address
  }

  get isUp(): boolean {
    return this.brokerIsUp
  }

  /** This lab's vhost, reached at an address: the broker's own, or that of a proxy in front of it. */
  url(address: Address): string {
    const { username, password, vhost } = this.isolation
    const credentials = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`
    return `amqp://${credentials}@${address.host}:${address.port}/${encodeURIComponent(vhost)}`
  }

  /** Refuses to judge on an engine that lacks what the check needs. */
  needs(capabilities: readonly Capability[]): void {
    mustHave(this.engine, capabilities)
    if (capabilities.includes('kill')) this.engine.expectsKill?.()
  }

  async untilWritten(): Promise<void> {
    await this.engine.settled?.()
  }

  /** Ends the broker abruptly. Clients are told nothing; what was not on disk is gone. */
  async kill(isWritten = false): Promise<void> {
    this.needs(['kill'])
    await this.inTurn(async () => {
      if (isWritten) await this.untilWritten()
      this.mustBeOpen()
      this.brokerIsUp = false
      await this.engine.kill()
      this.run.emit({ kind: 'broker', server: this.engine.server, state: 'killed' })
    })
  }

  /** Starts the broker again after `kill`, with what it had on disk. */
  async restart(): Promise<void> {
    await this.inTurn(async () => {
      this.mustBeOpen()
      await this.bringBack()
    })
  }

  /** Moves the broker's clock where the engine can; waits that long where it cannot. */
  elapse(ms: number): Promise<void> {
    return letPass(this.engine, ms)
  }

  /** The broker's own view of this lab's vhost; the lab's own connection is left out. */
  async inspect(): Promise<RabbitMQSnapshot> {
    this.needs(['inspect'])
    this.mustBeOpen()
    const snapshot = await this.engine.inspect(this.isolation.vhost)
    return {
      ...snapshot,
      connections: snapshot.connections.filter((connection) => connection.name !== 'lab observer'),
    }
  }

  /**
   * Whether the broker ended without being told to. What the subject did under it then says nothing about the subject.
   * Closing starts it again for the lab that follows.
   */
  async isLost(): Promise<boolean> {
    await this.work
    if (!this.brokerIsUp || !this.engine.capabilities.has('inspect')) return false
    const failure = await failureOf('asking the broker', () => this.engine.inspect(this.isolation.vhost))
    if (failure !== undefined) this.brokerIsUp = false
    return failure !== undefined
  }

  /** Brings a killed broker back for the next lab. */
  async standUp(): Promise<void> {
    await this.work
    if (!this.brokerIsUp) await this.bringBack()
  }

  /** Removes the vhost; its clients are told (320). */
  leave(): Promise<void> {
    return this.isolation[Symbol.asyncDispose]()
  }

  private async bringBack(): Promise<void> {
    const began = performance.now()
    await this.engine.restart()
    this.brokerIsUp = true
    this.run.emit({
      kind: 'broker',
      server: this.engine.server,
      state: 'ready',
      tookMs: Math.round(performance.now() - began),
    })
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.work.then(work)
    this.work = done.catch(() => {})
    return done
  }
}
