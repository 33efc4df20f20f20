/** What became of a payment: in the ledger, and at the card gateway. */
import type { Lab } from '#lab/kit'
import { type CardCall, type CardGateway, startCardGateway } from '#payments/card-gateway'
import type { Payment } from '#payments/events'
import { seededSource } from '#payments/fixtures'
import { auditLedger, Ledger } from '#payments/ledger'

export interface Books {
  readonly entries: readonly { readonly position: number; readonly payment_id: string }[]
  readonly charges: readonly {
    readonly key: string
    readonly payment_id: string
    readonly outcome: 'approved' | 'declined'
  }[]
}

/** What became of one payment. */
export interface Fate {
  readonly payment: Payment
  /** Keys under which the gateway was called for it, each once. */
  readonly keys: readonly string[]
  /** How often the gateway has taken its money, and how often it refused. */
  readonly approved: number
  readonly declined: number
  readonly captures: number
}

/** A card gateway that the subject finds, for the length of the lab. */
export async function gatewayOf(lab: Lab, onCall: (call: CardCall) => void = () => {}): Promise<CardGateway> {
  const gateway = await startCardGateway({ onCall })
  lab.defer(() => gateway.stop())
  const database = lab.openDatabase('card-gateway')
  database.exec('CREATE TABLE IF NOT EXISTS address (url TEXT NOT NULL) STRICT')
  database.prepare('INSERT INTO address VALUES (?)').run(gateway.url)
  return gateway
}

export const chargesOf = (gateway: CardGateway): Books['charges'] =>
  gateway.operations
    .filter(({ kind }) => kind === 'charge')
    .map((operation) => ({ key: operation.key, payment_id: operation.paymentId, outcome: operation.outcome }))

/** What the gateway and the ledger say of each payment, when all is quiet. */
export function fatesOf(lab: Lab, gateway: CardGateway, payments: readonly Payment[]): readonly Fate[] {
  const ledger = new Ledger(lab.openDatabase('charger'), seededSource(lab.run.seed))
  return payments.map((payment) => {
    const { payment_id } = payment
    const operations = chargesOf(gateway).filter((charge) => charge.payment_id === payment_id)
    return {
      payment,
      keys: [...new Set(gateway.calls.flatMap((call) => (call.paymentId === payment_id ? [call.key] : [])))],
      approved: operations.filter(({ outcome }) => outcome === 'approved').length,
      declined: operations.filter(({ outcome }) => outcome === 'declined').length,
      captures: ledger.count(payment_id, 'capture'),
    }
  })
}

export function auditOf(lab: Lab): readonly string[] {
  return auditLedger(lab.openDatabase('charger'))
}
