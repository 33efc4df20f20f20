/** Where messages go that were confirmed, and are gone. */
import type { Lab } from '#lab/kit'
import { deadLettersTo, declare } from './queues.ts'
import { becomes, momentMs } from './services.ts'

/** A way to lose what the broker has confirmed. */
interface Pit {
  readonly name: string
  readonly confirmed: number
  readonly kept: number
}

/** Five ways of losing a message that was confirmed. Nobody's code is judged here: it is what the broker does. */
export async function confirmedAndGone(lab: Lab, howMany = 1): Promise<readonly Pit[]> {
  lab.needs('kill', 'inspect')
  await declare(lab)
  const channel = await lab.observer.channel()
  const names = ['last', 'transient', 'left', 'right', 'rejects'].map((name) => lab.name(`pit.${name}`))
  const [last, transient, left, right, rejects] = names as [string, string, string, string, string]
  await channel.assertQueue(last, { durable: true, maxLength: 1 })
  await channel.assertQueue(transient, { durable: true })
  await channel.assertQueue(left, { durable: true, messageTtl: 1000, ...deadLettersTo(right) })
  await channel.assertQueue(right, { durable: true, messageTtl: 1000, ...deadLettersTo(left) })
  await channel.assertQueue(rejects, { durable: true, deadLetterExchange: lab.name('nowhere') })
  const put = async (routingKey: string, exchange = '', persistent = true): Promise<number> => {
    // publish() resolves with the confirm, and rejects with a nack.
    for (let each = 0; each < howMany; each += 1)
      await lab.observer.publish({ exchange, routingKey, body: 'a payment', persistent })
    return howMany
  }
  const kept = async (...queues: readonly string[]): Promise<number> => {
    const { queues: found } = await lab.inspect()
    return found.reduce((sum, { name, ready }) => sum + (queues.includes(name) ? ready : 0), 0)
  }

  lab.say('A key that nothing is bound to: confirmed.', 'Một key không có binding nào: vẫn được confirm.')
  const unroutable = {
    name: 'unroutable',
    confirmed: await put('payment.refunded', lab.name('payments')),
    kept: 0,
  }
  unroutable.kept = await kept(lab.name('payments.work'))
  lab.say('A queue of length 1 drops its head.', 'Queue dài tối đa 1 vứt message ở đầu.')
  const dropHead = { name: 'drop-head', confirmed: await put(last), kept: 0 }
  await put(last)
  dropHead.kept = Math.max(0, (await kept(last)) - 1)
  lab.say(
    'Two queues expire into each other, nobody rejects.',
    'Hai queue hết hạn vào nhau, không ai reject.',
  )
  const cycle = { name: 'expiry-cycle', confirmed: await put(left), kept: 0 }
  for (let round = 0; round < 3; round += 1) await lab.elapse(1001)
  await becomes(lab, async () => (await kept(left, right)) === 0, momentMs)
  cycle.kept = await kept(left, right)
  lab.say('Rejected into an exchange that is not there.', 'Bị reject vào một exchange không tồn tại.')
  const missingDlx = { name: 'missing-dlx', confirmed: await put(rejects), kept: 0 }
  for (let got = await channel.get(rejects); got !== false; got = await channel.get(rejects))
    channel.reject(got, false)
  await channel.close()
  missingDlx.kept = await kept(rejects)
  lab.say(
    'A transient message in a durable queue; the broker is killed and started again.',
    'Message transient trong queue durable; broker bị kill rồi khởi động lại.',
  )
  const lostWithBroker = { name: 'transient', confirmed: await put(transient, '', false), kept: 0 }
  await lab.killBroker()
  await lab.restartBroker()
  lostWithBroker.kept = await kept(transient)
  const pits = [unroutable, dropHead, cycle, missingDlx, lostWithBroker]
  for (const { name, confirmed, kept: left } of pits)
    lab.say(`${name}: ${confirmed} confirmed, ${left} left`, `${name}: confirm ${confirmed}, còn lại ${left}`)
  return pits
}
