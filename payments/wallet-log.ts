/**
 * The log of a wallet: events of four kinds, numbered by their writer from 1 on, that care about order in different ways. The fold of the log
 * says what a wallet has; a book in SQLite applies whatever it is given, in whichever order, and can be out of service.
 */
import type { Database, Statement } from 'better-sqlite3'
import { z } from 'zod'
import { type IdSource, newId } from './ids.ts'

const common = {
  id: z.string().min(1),
  wallet_id: z.string().min(1),
  /** Its place among all events of this wallet, from 1, without a gap. */
  sequence: z.int().positive(),
}

const logEventSchema = z.discriminatedUnion('kind', [
  /** Adds to the balance, in the smallest unit of its currency. */
  z.strictObject({ ...common, kind: z.literal('deposited'), amount_minor: z.int().positive() }),
  /** Takes from the balance, if it covers the amount; else it is refused and changes nothing. */
  z.strictObject({ ...common, kind: z.literal('withdrawn'), amount_minor: z.int().positive() }),
  /** Adds to the points, which nothing looks at. */
  z.strictObject({ ...common, kind: z.literal('points-earned'), points: z.int().positive() }),
  /** Says where the statements go from now on. */
  z.strictObject({ ...common, kind: z.literal('address-set'), address: z.string().min(1) }),
])
export type LogEvent = Readonly<z.infer<typeof logEventSchema>>

export const logKinds = ['deposited', 'withdrawn', 'points-earned', 'address-set'] as const
export type LogKind = (typeof logKinds)[number]

/** What a wallet has. */
export interface WalletState {
  readonly balance_minor: number
  readonly points: number
  /** Empty until one was set. */
  readonly address: string
}

export const emptyWallet: WalletState = { balance_minor: 0, points: 0, address: '' }

/** Reads the body of a message. @throws Error when it is no event of a wallet's log */
export function readLogEvent(content: Uint8Array): LogEvent {
  return logEventSchema.parse(JSON.parse(Buffer.from(content).toString('utf8')))
}

/** What a wallet has after one more event. */
export function evolveWallet(state: WalletState, event: LogEvent): WalletState {
  switch (event.kind) {
    case 'deposited':
      return { ...state, balance_minor: state.balance_minor + event.amount_minor }
    case 'withdrawn': {
      const left = state.balance_minor - event.amount_minor
      return left < 0 ? state : { ...state, balance_minor: left }
    }
    case 'points-earned':
      return { ...state, points: state.points + event.points }
    case 'address-set':
      return { ...state, address: event.address }
    default:
      return event satisfies never
  }
}

/** What these events come to, in the order in which they stand. */
export function foldLog(events: readonly LogEvent[]): WalletState {
  return events.reduce(evolveWallet, emptyWallet)
}

/** A log of so many events, of these kinds in turn; a withdrawal takes nearly all that is there, so that it matters when it comes. */
export function walletLog(
  walletId: string,
  count: number,
  source: IdSource,
  kinds: readonly LogKind[] = logKinds,
): readonly LogEvent[] {
  const events: LogEvent[] = []
  for (let at = 0; at < count; at += 1) {
    const { balance_minor } = foldLog(events)
    const kind = kinds[at % kinds.length] ?? 'deposited'
    const some = 1 + Math.floor(source.random.next() * 900)
    const shared = { id: newId(source), wallet_id: walletId, sequence: at + 1 }
    switch (kind) {
      case 'deposited':
        events.push({ ...shared, kind, amount_minor: 1000 + some })
        break
      case 'withdrawn':
        events.push({ ...shared, kind, amount_minor: Math.max(1, balance_minor - (some % 7)) })
        break
      case 'points-earned':
        events.push({ ...shared, kind, points: some })
        break
      case 'address-set':
        events.push({ ...shared, kind, address: `${some} Lotus Street, flat ${at + 1}` })
        break
      default:
        throw new Error(`unknown kind ${kind satisfies never}`)
    }
  }
  return events
}

/** The wallet can't be written to now. It may be possible later: nothing was changed. */
export class WalletUnavailable extends Error {
  override readonly name = 'WalletUnavailable'
}

const schema = `
CREATE TABLE IF NOT EXISTS wallet (
  wallet_id     TEXT PRIMARY KEY,
  balance_minor INTEGER NOT NULL CHECK (balance_minor >= 0),
  points        INTEGER NOT NULL,
  address       TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS applied (
  position  INTEGER PRIMARY KEY AUTOINCREMENT,
  wallet_id TEXT NOT NULL,
  sequence  INTEGER NOT NULL,
  kind      TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS out_of_service (wallet_id TEXT PRIMARY KEY) STRICT`

/** An event as it took effect. */
export interface AppliedEvent {
  readonly wallet_id: string
  readonly sequence: number
  readonly kind: LogKind
}

/** The wallets in SQLite. Which event may take effect when, is for its caller to know. */
export class WalletBook {
  readonly #database: Database
  readonly #find: Statement
  readonly #keep: Statement
  readonly #note: Statement
  readonly #all: Statement
  readonly #isOut: Statement
  readonly #inTransaction: (event: LogEvent) => void

  /** Makes the tables when they are missing. */
  constructor(database: Database) {
    database.exec(schema)
    this.#database = database
    this.#find = database.prepare('SELECT balance_minor, points, address FROM wallet WHERE wallet_id = ?')
    this.#keep = database.prepare(
      `INSERT INTO wallet VALUES (?, ?, ?, ?) ON CONFLICT (wallet_id)
       DO UPDATE SET balance_minor = excluded.balance_minor, points = excluded.points, address = excluded.address`,
    )
    this.#note = database.prepare('INSERT INTO applied (wallet_id, sequence, kind) VALUES (?, ?, ?)')
    this.#all = database.prepare('SELECT wallet_id, sequence, kind FROM applied ORDER BY position')
    this.#isOut = database.prepare('SELECT 1 FROM out_of_service WHERE wallet_id = ?')
    this.#inTransaction = database.transaction((event: LogEvent) => this.#write(event))
  }

  /**
   * Applies one event. Inside a transaction of the caller's it is part of that.
   * @throws WalletUnavailable while the wallet is out of service
   */
  apply(event: LogEvent): void {
    if (this.#database.inTransaction) this.#write(event)
    else this.#inTransaction(event)
  }

  state(walletId: string): WalletState {
    return (this.#find.get(walletId) as WalletState | undefined) ?? emptyWallet
  }

  /** What took effect, in the order in which it did. */
  applied(): readonly AppliedEvent[] {
    return this.#all.all() as AppliedEvent[]
  }

  /** From now on nothing can be written to this wallet. */
  takeOutOfService(walletId: string): void {
    this.#database.prepare('INSERT INTO out_of_service VALUES (?) ON CONFLICT DO NOTHING').run(walletId)
  }

  putBack(walletId: string): void {
    this.#database.prepare('DELETE FROM out_of_service WHERE wallet_id = ?').run(walletId)
  }

  #write(event: LogEvent): void {
    const { wallet_id, sequence, kind } = event
    if (this.#isOut.get(wallet_id) !== undefined)
      throw new WalletUnavailable(`${wallet_id} is out of service`)
    const { balance_minor, points, address } = evolveWallet(this.state(wallet_id), event)
    this.#keep.run(wallet_id, balance_minor, points, address)
    this.#note.run(wallet_id, sequence, kind)
  }
}
