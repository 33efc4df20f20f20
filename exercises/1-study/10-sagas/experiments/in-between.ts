/** A wallet is topped up by card, in two steps; between them the customer spends, and then the card is declined. */

import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { type CardGateway, startCardGateway } from '#payments/card-gateway'

interface Seen {
  readonly declined: number
  /** What the wallet holds when all is over: the top-up counted at once, or as pending. */
  readonly atOnce: number
  readonly asPending: number
}

const [topUp, spent] = [100_000, 80_000]

export const experiment: Experiment<Seen> = {
  name: 'in-between',
  place: 2,
  brokers: {},
  shows: text(
    'what a saga has done so far is seen and used by others before it ends: compensating leaves a hole that a pending state keeps shut',
    'việc saga mới làm dở đã bị bên khác nhìn thấy và dùng tới: bù trừ xong vẫn thủng, còn trạng thái pending thì chặn được',
  ),
  question: {
    kind: 'choice',
    id: 'in-between',
    item: 'study-10.1',
    ask: text(
      'An empty wallet is topped up: step 1 adds 100,000, step 2 charges the card. Between the two the customer pays 80,000 from the wallet. The card is declined, and the saga takes its 100,000 back. What is in the wallet? And what, if step 1 adds them as pending only?',
      'Nạp tiền vào ví đang rỗng: bước 1 cộng 100.000, bước 2 trừ thẻ. Giữa hai bước, khách trả 80.000 từ ví. Thẻ bị từ chối, saga lấy lại 100.000. Ví còn bao nhiêu? Còn nếu bước 1 chỉ cộng ở trạng thái pending thì sao?',
    ),
    options: [
      {
        id: 'both-zero',
        text: text(
          '0 both times: the payment is taken back with the top-up',
          'Đều 0: lần trả tiền cũng bị huỷ theo',
        ),
        why: text(
          'A rollback would have kept the payment from happening, since nobody sees what is not committed. Step 1 of a saga is committed: the payment rests on it and is gone.',
          'Rollback thì lần trả tiền đã không thể xảy ra, vì chưa commit thì không ai thấy. Bước 1 của saga đã commit: lần trả tiền dựa vào nó và đã đi rồi.',
        ),
      },
      {
        id: 'minus-and-zero',
        text: text('−80,000; and 0', '−80.000; và 0'),
        why: text(
          'A saga gives up isolation. What it has not finished can be seen and used, unless the state itself says "not yet": a semantic lock.',
          'Saga bỏ tính cô lập. Việc chưa xong vẫn bị nhìn thấy và dùng tới, trừ khi chính trạng thái nói "chưa xong": đó là semantic lock.',
        ),
      },
      {
        id: 'both-minus',
        text: text('−80,000 both times: pending is only a label', 'Đều −80.000: pending chỉ là cái nhãn'),
        why: text(
          'It is one until the check for available money leaves it out. Then the payment of 80,000 is refused.',
          'Nó là cái nhãn cho tới khi phép kiểm tra số khả dụng trừ nó ra. Khi đó khoản 80.000 bị từ chối.',
        ),
      },
      {
        id: 'twenty',
        text: text(
          '20,000 each time: the compensation finds only 20,000 left',
          'Đều 20.000: lúc bù trừ chỉ còn 20.000',
        ),
        why: text(
          'A compensation takes what was given, not what is left. If it could fail for want of money, the saga could not be undone.',
          'Bù trừ lấy lại đúng số đã đưa, không phải số còn lại. Nếu thiếu tiền mà bù trừ thất bại thì saga không hoàn tác được.',
        ),
      },
    ],
    answer: 'minus-and-zero',
  },
  async scenario(lab: Lab) {
    const gateway = await startCardGateway()
    lab.defer(gateway.stop)
    return {
      declined: 2,
      atOnce: await toppedUp(lab, gateway, 'posted'),
      asPending: await toppedUp(lab, gateway, 'pending'),
    }
  },
  came({ declined, atOnce, asPending }) {
    const said = text(
      `counted at once: ${atOnce} in the end; as pending: ${asPending}`,
      `cộng ngay: cuối cùng còn ${atOnce}; để pending: ${asPending}`,
    )
    const options: Readonly<Record<string, string>> = {
      '0,0': 'both-zero',
      '-80000,0': 'minus-and-zero',
      '-80000,-80000': 'both-minus',
      '20000,20000': 'twenty',
    }
    return { option: options[`${atOnce},${asPending}`], said, witnesses: [witness('declined', declined)] }
  },
}

/** Plays the saga with the customer in between, and answers what the wallet holds. */
async function toppedUp(lab: Lab, gateway: CardGateway, first: 'posted' | 'pending'): Promise<number> {
  const database = lab.openDatabase(first)
  database.exec('CREATE TABLE entry (amount INTEGER, state TEXT)')
  const enter = database.prepare('INSERT INTO entry VALUES (?, ?)')
  const posted = (): number =>
    Number(
      database.prepare(`SELECT coalesce(sum(amount), 0) FROM entry WHERE state = 'posted'`).pluck().get(),
    )
  const step = (line: string): void => lab.say(`${first}: ${line}`, `${first}: ${line}`)

  enter.run(topUp, first)
  step(`+${topUp} ${first}`)
  if (posted() >= spent) {
    enter.run(-spent, 'posted')
    step(`-${spent}`)
  } else step(`-${spent} ✕`)
  gateway.script({ does: 'decline' })
  const { ok, status } = await fetch(`${gateway.url}/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `${first}-charge` },
    body: JSON.stringify({ payment_id: first, amount: { minor: topUp, currency: 'VND' } }),
  })
  step(`card ${status}`)
  if (ok) throw new Error('the card was not declined')
  // What was posted is taken back by an entry of its own; what was only pending ends.
  if (first === 'posted') enter.run(-topUp, 'posted')
  else database.prepare(`UPDATE entry SET state = 'cancelled' WHERE state = 'pending'`).run()
  return posted()
}
