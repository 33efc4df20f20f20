/** An event that comes several times, for every reason there is. */
import type { Lab } from '#lab/kit'
import { countIn, takeIds } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { type Books, chargesOf, gatewayOf } from './books.ts'
import { deadQueue, declare, eventsOf, put } from './events.ts'
import type { Cause, Delivery } from './findings.ts'
import { drained, inspectEveryMs, msMax, unprotectedFile } from './services.ts'

interface Misfortunes {
  readonly deliveries: readonly Delivery[]
  /** Why each of them came; the lab has seen to it. */
  readonly causes: readonly Cause[]
  readonly books: Books
}

export async function misfortunes(lab: Lab): Promise<Misfortunes> {
  await declare(lab)
  const gateway = await gatewayOf(lab)
  const [plain, handedOutAgain, resent, failed, unanswered] = eventsOf(lab, 5) as [
    Envelope,
    Envelope,
    Envelope,
    Envelope,
    Envelope,
  ]
  let service = await lab.start(unprotectedFile, 'consumer')
  const came = async (event: Envelope): Promise<void> => {
    await put(lab, event)
    await drained(lab, unprotectedFile)
  }
  await came(plain)
  lab.say('The service dies before it can acknowledge …', 'Service chết trước khi kịp ack …')
  const kill = await lab.place({
    name: 'kill before the ack',
    text: text('the service is killed before its ack (SIGKILL)', 'service bị kill trước khi ack (SIGKILL)'),
    lane: 'consumer',
    when: { direction: 'to-broker', method: 'basic.ack' },
    what: { kind: 'kill-subject', subject: service },
  })
  await put(lab, handedOutAgain)
  await lab.fired(
    kill,
    text('the unprotected service acknowledged nothing', 'service chưa bảo vệ không ack gì'),
  )
  service = await lab.start(unprotectedFile, 'consumer')
  await drained(lab, unprotectedFile)
  lab.say('… a producer sends twice …', '… producer gửi hai lần …')
  await came(resent)
  await came(resent)
  lab.say('… and two dead letters are sent back.', '… và hai dead letter được gửi trả lại.')
  for (const [event, does] of [
    [failed, 'fail'],
    [unanswered, 'lose-answer'],
  ] as const) {
    gateway.script({ does })
    await came(event)
    await lab.until(
      text(
        'a payment that could not be charged did not come to payments.dead',
        'thanh toán không trừ được tiền đã không tới payments.dead',
      ),
      async () => (await countIn(lab, deadQueue)) > 0,
      { withinMs: msMax, everyMs: inspectEveryMs },
    )
    await takeIds(lab, deadQueue)
    await put(lab, event, { 'x-redrives': 1 })
    await drained(lab, unprotectedFile)
  }
  await service.stop()
  const database = lab.openDatabase('unprotected')
  const deliveries = database
    .prepare('SELECT message_id, redelivered, headers FROM delivery ORDER BY position')
    .all()
    .map((row) => {
      const { message_id, redelivered, headers } = row as {
        message_id: string
        redelivered: number
        headers: string
      }
      return {
        message_id,
        redelivered: redelivered === 1,
        headers: JSON.parse(headers) as Record<string, unknown>,
      }
    })
  const entries = database
    .prepare('SELECT position, payment_id FROM entry ORDER BY position')
    .all() as Books['entries']
  return {
    deliveries,
    causes: ['first', 'first', 'redelivered', 'first', 'resent', 'first', 'sent back', 'first', 'sent back'],
    books: { entries, charges: chargesOf(gateway) },
  }
}
