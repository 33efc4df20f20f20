/** The tool of whoever looks after payments.dlq: what is in there, and how it goes back to work. */

import type { Running, Start } from '#lab/subject'

/** A message that was sent back so often, and has died again each time, is left to a person. */
export const redrivesMax = 3

/** A message in the DLQ. */
export interface DeadMessage {
  readonly id: string
  /** Header x-reason, or else what x-death says. */
  readonly reason: string
  /** Header x-attempts; 1 where there is none. */
  readonly attempts: number
  /** Where it was published first: headers x-origin-exchange and x-origin-routing-key, or else x-death. */
  readonly exchange: string
  readonly routingKey: string
  /** Header x-redrives: how often it was sent back already. */
  readonly redrives: number
}

/** Which messages are meant: all of them, unless it says otherwise. */
export interface Filter {
  /** Part of the reason. */
  readonly reason?: string
  readonly ids?: readonly string[]
}

/** What became of each message that the filter meant, by its id. */
export interface Redriven {
  /** Sent back; with `dryRun`: would be. */
  readonly sent: readonly string[]
  /** Sent back `redrivesMax` times already: still in the DLQ. */
  readonly refused: readonly string[]
  /** Could not be sent, such as for want of a queue behind its key: still in the DLQ. */
  readonly failed: readonly string[]
}

export interface Dlq extends Running {
  /** Reads the DLQ from its head. Nothing leaves it. */
  list(filter?: Filter): Promise<readonly DeadMessage[]>
  /** Sends messages back to where they came from. `dryRun` only says what would happen. */
  redrive(order: Filter & { readonly dryRun: boolean }): Promise<Redriven>
}

export const start: Start<Dlq> = async (world) => {
  // TODO failure-08.4: list() reads what is in payments.dlq, and leaves it there, in its order.
  // TODO failure-08.5: redrive() sends each message to where it was published first, under its own id, with x-redrives one higher.
  //   Whatever happens in between, it is in payments.dlq or back at work, never nowhere.
  // TODO failure-08.5: its attempts begin at zero again; what was sent back redrivesMax times stays where it is.
  throw new Error('TODO: list and redrive')
}
