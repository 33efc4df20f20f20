/** Customers who pay over HTTP, as many a second as they are told to, whether or not the system keeps up. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '#lab/subject'
import { seededSource, somePayments } from '#payments/fixtures'
import { toWire } from '#payments/money'

/** How long a customer goes on asking under one key before they close the page. */
const patienceMs = 30_000
const askAgainMs = { min: 250, max: 2_000 }
const answerMsMax = 2_000

/** What the customers know when all is over. */
export interface Asked {
  /** Ids of payments that the API has answered for. */
  readonly accepted: readonly string[]
  /** Requests that were answered at the first attempt, and those that had to be repeated under their key. */
  readonly attempts: number
  /** Attempts whose outcome nobody knows: the request had left, and no answer came. */
  readonly unknown: number
  /** Attempts that reached nobody: nothing listened. */
  readonly unreached: number
  /** Requests that never got an answer. */
  readonly givenUp: number
  readonly refused: number
}

/** One in ten of each: an amount above the limit, a closed account, a customer without an address. */
const merchants = ['closed-shop', 'mute-shop'] as const

export class Customers {
  readonly #url: string
  readonly #random: Random
  readonly #seed: number
  readonly #accepted: string[] = []
  readonly #open = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  #attempts = 0
  #unknown = 0
  #unreached = 0
  #givenUp = 0
  #refused = 0
  #paid = 0

  constructor(options: { url: string; random: Random; seed: number }) {
    this.#url = options.url
    this.#random = options.random
    this.#seed = options.seed
  }

  get asked(): Asked {
    return {
      accepted: this.#accepted,
      attempts: this.#attempts,
      unknown: this.#unknown,
      unreached: this.#unreached,
      givenUp: this.#givenUp,
      refused: this.#refused,
    }
  }

  /** Pays at this rate until `stop`. Open loop: a slow answer keeps nobody from asking. */
  async pay(perSecond: number): Promise<void> {
    const began = performance.now()
    for (let nth = 0; !this.#stopping.signal.aborted; nth += 1) {
      const due = began + (nth * 1000) / perSecond
      await sleep(Math.max(0, due - performance.now()), undefined, { signal: this.#stopping.signal }).catch(
        () => {},
      )
      if (this.#stopping.signal.aborted) break
      const paying = this.#payOnce().finally(() => this.#open.delete(paying))
      this.#open.add(paying)
    }
  }

  /** Nobody comes any more; who is there waits for an answer. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#open)
  }

  async #payOnce(): Promise<void> {
    const body = JSON.stringify(this.#purchase())
    // One key for one purchase, however often it is asked for.
    const key = randomUUID()
    const deadline = performance.now() + patienceMs
    let pauseMs = askAgainMs.min
    while (performance.now() < deadline) {
      this.#attempts += 1
      try {
        const answer = await fetch(`${this.#url}/payments`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
          body,
          signal: AbortSignal.timeout(answerMsMax),
        })
        if (answer.status === 202) {
          this.#accepted.push(((await answer.json()) as { payment_id: string }).payment_id)
          return
        }
        await answer.body?.cancel()
        if (answer.status < 500) {
          this.#refused += 1
          return
        }
      } catch (error) {
        if (isUnreached(error)) this.#unreached += 1
        else this.#unknown += 1
      }
      await sleep(pauseMs)
      pauseMs = Math.min(askAgainMs.max, 2 * pauseMs)
    }
    this.#givenUp += 1
  }

  #purchase(): { merchant_id: string; amount: unknown } {
    this.#paid += 1
    const [payment] = somePayments(1, seededSource(this.#seed + this.#paid))
    const dice = this.#random.integer(0, 9)
    const amount = toWire(payment?.amount ?? { minor: 1n, currency: 'VND' })
    if (dice === 0)
      return { merchant_id: 'pho-lien', amount: toWire({ minor: 50_000_001n, currency: 'VND' }) }
    return { merchant_id: merchants[dice - 1] ?? payment?.merchant_id ?? 'pho-lien', amount }
  }
}

/** A connection that was refused has carried nothing: that outcome is known. */
function isUnreached(error: unknown): boolean {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } }
  return cause?.code === 'ECONNREFUSED'
}
