/** The card gateway, as a service of ours calls it. It honours idempotency keys, and can be asked what became of one. Leave it as it is. */
import { z } from 'zod'
import type { World } from '#lab/subject'
import type { Payment } from '#payments/events'
import { toWire } from '#payments/money'

export type Outcome = 'approved' | 'declined'

/** The connection broke, or no answer came in time: it was done, or it was not. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
}
/** The gateway says that nothing was done (503), or that the first call with this key is still on its way (409). */
export class TryLater extends Error {
  override readonly name = 'TryLater'
}
/** The key stands for another request (422), or the request makes no sense (400). No repetition helps. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

const answerMsMax = 2000
const answerSchema = z.looseObject({ outcome: z.enum(['approved', 'declined']) })

export class Cards {
  readonly #url: string

  /** The lab has written down where the gateway listens. */
  constructor(world: World) {
    const database = world.openDatabase('card-gateway')
    this.#url = String(database.prepare('SELECT url FROM address').pluck().get())
    database.close()
  }

  /**
   * Takes the amount from the customer's card. A second call with the same key takes nothing: it answers what the first one came to.
   * @throws OutcomeUnknown, TryLater, Refused
   */
  async charge(key: string, { payment_id, amount }: Payment): Promise<Outcome> {
    const response = await this.#ask('/charges', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify({ payment_id, amount: toWire(amount) }),
    })
    if (response.status === 201 || response.status === 402) return await outcomeIn(response)
    throw refusalOf(response)
  }

  /**
   * What became of a key; undefined if the gateway knows nothing of it: it never came there, or is still on its way.
   * @throws OutcomeUnknown, TryLater
   */
  async find(key: string): Promise<Outcome | undefined> {
    const response = await this.#ask(`/operations/${encodeURIComponent(key)}`)
    if (response.status === 404) return undefined
    if (response.status === 200) return await outcomeIn(response)
    throw refusalOf(response)
  }

  async #ask(path: string, request: RequestInit = {}): Promise<Response> {
    try {
      return await fetch(this.#url + path, { ...request, signal: AbortSignal.timeout(answerMsMax) })
    } catch (cause) {
      throw new OutcomeUnknown('the card gateway did not answer', { cause })
    }
  }
}

async function outcomeIn(response: Response): Promise<Outcome> {
  try {
    return answerSchema.parse(await response.json()).outcome
  } catch (cause) {
    throw new OutcomeUnknown('the answer of the card gateway broke off', { cause })
  }
}

function refusalOf({ status }: Response): Error {
  if (status === 409 || status === 503) return new TryLater(`the card gateway answered ${status}`)
  return new Refused(`the card gateway answered ${status}`)
}
