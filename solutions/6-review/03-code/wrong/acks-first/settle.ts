// mistake: acks before it books, once both are methods of their own
// refused by: review-03.8
// says: 0 receipts

/** Books requested payments: what becomes of a message is decided in one place, and carried out in another. */
import amqp, { type ConfirmChannel, type ConsumeMessage } from 'amqplib'
import type { Running, World } from '#lab/subject'
import { openEvent, type Payment } from '#payments/events'
import { Ledger, transfer } from '#payments/ledger'

const prefetch = 10
const attemptsMax = 3

/** What is to happen with a message. */
type Decision = 'done' | 'later' | 'refused'

export async function start(world: World): Promise<Running> {
  const books = new Books(world)
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', () => {})
  const settling = new Settling(world, await connection.createConfirmChannel())
  const stop = await settling.consume((message) => decide(world, books, message))
  return {
    async stop() {
      await stop()
      await connection.close()
      books.close()
    },
  }
}

/** Looks at a message, does what it asks for, and says how to answer for it. */
function decide(world: World, books: Books, message: ConsumeMessage): Decision {
  const id = idOf(message)
  try {
    const { data } = openEvent(message.content)
    if (!books.isBusy(data)) {
      setTimeout(() => books.bookOnce(id, data), 300)
      return 'done'
    }
    return attemptOf(message) < attemptsMax ? 'later' : 'refused'
  } catch (error) {
    world.log(`refused ${id}: ${String(error)}`)
    return 'refused'
  }
}

function idOf({ properties }: ConsumeMessage): string {
  return String(properties.messageId)
}

function attemptOf({ properties }: ConsumeMessage): number {
  return Number(properties.headers?.['x-attempt'] ?? 1)
}

/** The wallet's own database, and the one that says which merchants are busy. */
class Books {
  private readonly wallet
  private readonly merchants
  private readonly ledger: Ledger

  constructor(world: World) {
    this.wallet = world.openDatabase('wallet')
    this.wallet.exec('CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY)')
    this.wallet.exec('CREATE TABLE IF NOT EXISTS receipt (id TEXT)')
    this.merchants = world.openDatabase('merchants')
    this.merchants.exec('CREATE TABLE IF NOT EXISTS busy (merchant_id TEXT PRIMARY KEY)')
    this.ledger = new Ledger(this.wallet, world)
  }

  isBusy({ merchant_id }: Payment): boolean {
    return this.merchants.prepare('SELECT 1 FROM busy WHERE merchant_id = ?').get(merchant_id) !== undefined
  }

  /** Note, entry and receipt stand in one transaction: a copy finds the note, and changes nothing. */
  bookOnce(id: string, { payment_id, merchant_id, amount }: Payment): void {
    this.wallet.transaction(() => {
      const { changes } = this.wallet.prepare('INSERT INTO inbox VALUES (?) ON CONFLICT DO NOTHING').run(id)
      if (changes === 0) return
      const legs = transfer('customers', `merchant:${merchant_id}`, amount)
      this.ledger.post({ payment_id, kind: 'capture', legs })
      this.wallet.prepare('INSERT INTO receipt VALUES (?)').run(id)
    })()
  }

  close(): void {
    this.wallet.close()
    this.merchants.close()
  }
}

/** Takes messages from the queue and answers for each of them, once. */
class Settling {
  private readonly world: World
  private readonly channel: ConfirmChannel
  private readonly inWork = new Set<Promise<void>>()
  private isOpen = true

  constructor(world: World, channel: ConfirmChannel) {
    this.world = world
    this.channel = channel
    channel.on('error', () => {})
    channel.on('close', () => {
      this.isOpen = false
    })
  }

  /** Answers how to stop. */
  async consume(decide: (message: ConsumeMessage) => Decision): Promise<() => Promise<void>> {
    await this.channel.prefetch(prefetch)
    const { consumerTag } = await this.channel.consume(this.world.name('payments.work'), (message) => {
      if (message === null) return
      const working = this.settle(message, decide(message)).finally(() => this.inWork.delete(working))
      this.inWork.add(working)
    })
    return async () => {
      if (this.isOpen) await this.channel.cancel(consumerTag)
      await Promise.all(this.inWork)
      if (this.isOpen) await this.channel.close()
    }
  }

  private async settle(message: ConsumeMessage, decision: Decision): Promise<void> {
    const isSettled = decision === 'done' || (decision === 'later' && (await this.putOff(message)))
    // The tags of a lost channel mean nothing any more.
    if (!this.isOpen) return
    if (isSettled) this.channel.ack(message)
    else this.channel.nack(message, false, decision === 'later')
  }

  /** Whether the broker has the message for its next attempt. */
  private async putOff(message: ConsumeMessage): Promise<boolean> {
    try {
      this.channel.sendToQueue(this.world.name('payments.retry'), message.content, {
        messageId: idOf(message),
        persistent: true,
        headers: { 'x-attempt': attemptOf(message) + 1 },
      })
      await this.channel.waitForConfirms()
      return true
    } catch (error) {
      this.world.log(`not put off: ${idOf(message)}, ${String(error)}`)
      return false
    }
  }
}
