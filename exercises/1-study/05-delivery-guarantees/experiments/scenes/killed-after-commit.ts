/** The scene of three experiments: a wallet gets a SIGKILL just after its first commit, and is started again. */
import type { Actor } from '#lab/actors'
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Outcome } from '#lab/study/experiment'
import { declare, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

export interface Seen {
  readonly sent: number
  readonly kills: number
  /** How often each payment was booked. */
  readonly booked: readonly number[]
}

/** @param actor the wallet's file below `experiments/actors/` */
export async function killedAfterCommit(lab: Lab, actor: string): Promise<Seen> {
  const database = lab.openDatabase('book')
  database.exec('CREATE TABLE entry (id TEXT); CREATE TABLE inbox (id TEXT PRIMARY KEY)')
  await declare(lab, {
    exchanges: { payments: 'direct' },
    queues: { 'payments.work': { bindings: [['payments', 'payment.requested']] } },
  })
  const producer = await openProducer(lab)
  const events = paymentEvents(lab, 3)
  for (const event of events) {
    await producer.publish({ exchange: 'payments', routingKey: 'payment.requested', event })
  }
  const file = `experiments/actors/${actor}.ts`
  let wallet: Actor | undefined
  const crash = await lab.place({
    name: 'crash after the commit',
    text: text('the wallet is killed here, just after its commit', 'ví bị kill ở đây, ngay sau khi commit'),
    lane: 'consumer',
    when: { point: 'commit', side: 'after' },
    what: {
      kind: 'do',
      async action() {
        if (wallet !== undefined) await lab.killSubject(wallet)
      },
    },
  })
  // It is to find all three waiting, so it is there before the fault can name it.
  const starting = lab.start(file, 'consumer', (actor) => {
    wallet = actor
  })
  starting.catch(() => {})
  await lab.fired(crash, text('the wallet never booked', 'ví chưa ghi sổ lần nào'))
  lab.say('The wallet is started again.', 'Ví được khởi động lại.')
  await lab.start(file, 'consumer')
  await lab.settled({ whose: 'lab' })
  const count = database.prepare('SELECT count(*) FROM entry WHERE id = ?').pluck()
  return { sent: events.length, kills: 1, booked: events.map(({ id }) => Number(count.get(id))) }
}

/** @param options the question's options by how often the three payments were booked: `1,0,0` */
export function cameOf({ sent, kills, booked }: Seen, options: Readonly<Record<string, string>>): Outcome {
  return {
    option: options[booked.join()],
    said: text(
      `the three payments were booked ${booked.join(', ')} times`,
      `ba thanh toán được ghi sổ lần lượt ${booked.join(', ')} lần`,
    ),
    witnesses: [witness('sent', sent), witness('kills', kills)],
  }
}
