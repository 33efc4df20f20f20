/** The nemesis: for as long as the storm lasts it does to the system what a bad week does, in an order that its seed decides. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import type { Random } from '#lab/subject'
import type { PaymentSystem } from './payment-system.ts'

export const faultKinds = [
  'service-killed',
  'service-frozen',
  'connections-cut',
  'rabbitmq-killed',
  'kafka-killed',
  'gateway-lost-answers',
  'gateway-slow',
  'cards-declined',
] as const
export type FaultKind = (typeof faultKinds)[number]

/** Of a hundred faults so many are of this kind. */
const weights: Readonly<Record<FaultKind, number>> = {
  'service-killed': 36,
  'service-frozen': 14,
  'connections-cut': 12,
  'rabbitmq-killed': 6,
  'kafka-killed': 6,
  'gateway-lost-answers': 10,
  'gateway-slow': 8,
  'cards-declined': 8,
}

const pauseMs = { min: 150, max: 900 }
const frozenMs = { min: 200, max: 1_500 }
const downMs = { min: 50, max: 600 }
const slowMs = { min: 100, max: 2_500 }
const restartsMax = 3
/** With fewer services up than this no fault says anything: nothing happens that it could disturb. */
const runningMin = 3
const lookAgainMs = 50

export class Nemesis {
  readonly fired = new Map<FaultKind, number>()
  readonly #system: PaymentSystem
  readonly #random: Random
  readonly #kinds: readonly FaultKind[]
  readonly #stopping = new AbortController()
  #last: FaultKind | undefined

  /** @param kinds what it may do; what the engine can't, is left out (`possibleKinds`) */
  constructor(
    system: PaymentSystem,
    random: Random,
    kinds: readonly FaultKind[] = possibleKinds(system.lab),
  ) {
    this.#system = system
    this.#random = random
    this.#kinds = kinds
  }

  /** The latest fault, for a screen. */
  get last(): FaultKind | undefined {
    return this.#last
  }

  /** Rages until `stop`. One fault after another: two at a time happen all the same, since a fault's end is not its effect's. */
  async rage(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const kind = this.#draw()
      this.#last = kind
      await this.#do(kind)
      this.fired.set(kind, (this.fired.get(kind) ?? 0) + 1)
      await this.#rest(this.#between(pauseMs))
      while (this.#isDown && !this.#stopping.signal.aborted) await this.#rest(lookAgainMs)
    }
  }

  /** On a slow computer services come back more slowly than they are killed: they are waited for, or it would be quiet for all the noise. */
  get #isDown(): boolean {
    return this.#system.services.filter(({ isRunning }) => isRunning).length < runningMin
  }

  async #rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => {})
  }

  stop(): void {
    this.#stopping.abort()
  }

  #draw(): FaultKind {
    const total = this.#kinds.reduce((sum, kind) => sum + weights[kind], 0)
    let left = this.#random.next() * total
    for (const kind of this.#kinds) {
      left -= weights[kind]
      if (left < 0) return kind
    }
    return 'service-killed'
  }

  async #do(kind: FaultKind): Promise<void> {
    const { lab, gateway, services } = this.#system
    const victim = services[this.#random.integer(0, services.length - 1)]
    const times = this.#random.integer(1, 4)
    switch (kind) {
      case 'service-killed':
        return await victim?.kill()
      case 'service-frozen':
        return await victim?.freeze(this.#between(frozenMs))
      case 'connections-cut':
        return lab.cutConnections()
      case 'rabbitmq-killed':
        return await this.#killBroker('amqp')
      case 'kafka-killed':
        return await this.#killBroker('kafka')
      case 'gateway-lost-answers':
        await gateway.call('script', Array(times).fill({ does: 'lose-answer' }))
        return
      case 'gateway-slow':
        await gateway.call('script', Array(times).fill({ does: 'approve', delayMs: this.#between(slowMs) }))
        return
      case 'cards-declined':
        await gateway.call('script', Array(times).fill({ does: 'decline' }))
        return
    }
  }

  async #killBroker(which: 'amqp' | 'kafka'): Promise<void> {
    const { lab } = this.#system
    await lab.killBroker(which)
    await sleep(this.#between(downMs))
    // A real broker on a busy computer takes its time, and may need another start.
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await lab.restartBroker(which)
      } catch (error) {
        if (attempt >= restartsMax) throw error
      }
    }
  }

  #between({ min, max }: { readonly min: number; readonly max: number }): number {
    return this.#random.integer(min, max)
  }
}

/** What can be done here: a broker that somebody else runs can't be killed, and Windows freezes nobody. */
export function possibleKinds(lab: Lab): readonly FaultKind[] {
  const canKill = canDo(() => lab.needs('kill'))
  return faultKinds.filter((kind) => {
    if (kind === 'rabbitmq-killed' || kind === 'kafka-killed') return canKill
    return kind !== 'service-frozen' || process.platform !== 'win32'
  })
}

function canDo(ask: () => void): boolean {
  try {
    ask()
    return true
  } catch {
    return false
  }
}
