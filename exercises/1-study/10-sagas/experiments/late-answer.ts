/** The card is charged and the answer is lost. One saga takes silence for a no, the other asks what became of its key. */

import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { type CardGateway, startCardGateway } from '#payments/card-gateway'

type End = 'paid' | 'cancelled'

interface Seen {
  readonly lostAnswers: number
  readonly takesForNo: { readonly end: End; readonly charges: number }
  readonly asks: { readonly end: End; readonly charges: number }
}

export const experiment: Experiment<Seen> = {
  name: 'late-answer',
  place: 5,
  brokers: {},
  shows: text(
    'a time-out is no answer: who takes it for a no cancels what was paid, who asks by the key finds out',
    'timeout không phải câu trả lời: coi nó là từ chối thì huỷ đơn đã trả tiền, hỏi lại theo key thì biết',
  ),
  question: {
    kind: 'choice',
    id: 'late-answer',
    item: 'study-10.6',
    ask: text(
      'The saga’s call to the card network breaks off; the charge was made. Saga A takes that for a failure and cancels the order. Saga B asks the network what became of its idempotency key. How do they end, and how often is each card charged?',
      'Lời gọi của saga tới mạng thẻ bị đứt; thẻ thì đã bị trừ. Saga A coi là thất bại và huỷ đơn. Saga B hỏi mạng thẻ xem idempotency key của nó ra sao. Mỗi bên kết thúc thế nào, và mỗi thẻ bị trừ mấy lần?',
    ),
    options: [
      {
        id: 'paid-and-cancelled',
        text: text(
          'A: cancelled, charged once. B: paid, charged once',
          'A: huỷ đơn, bị trừ một lần. B: đã trả, bị trừ một lần',
        ),
        why: text(
          'Unknown is a third outcome. A customer without goods and with a charge is what "time-out means failed" looks like from outside.',
          '"Không biết" là kết quả thứ ba. Khách bị trừ tiền mà không có hàng: nhìn từ ngoài, "timeout là hỏng" trông như vậy.',
        ),
      },
      {
        id: 'nothing-charged',
        text: text(
          'A: cancelled, not charged. B: paid, charged once',
          'A: huỷ đơn, không bị trừ. B: đã trả, bị trừ một lần',
        ),
        why: text(
          'Cancelling the order tells nobody at the network. Only a refund would, and A believes that there is nothing to refund.',
          'Huỷ đơn không báo gì cho mạng thẻ. Chỉ lệnh hoàn tiền mới báo, mà A tin là không có gì để hoàn.',
        ),
      },
      {
        id: 'asks-charges',
        text: text(
          'A: cancelled, charged once. B: paid, charged twice, as asking is another call',
          'A: huỷ đơn, bị trừ một lần. B: đã trả, bị trừ hai lần vì hỏi cũng là một lời gọi',
        ),
        why: text(
          'Asking changes nothing. Even charging again under the same key would not: the network answers from memory.',
          'Hỏi thì không thay đổi gì. Kể cả trừ lại với cùng key cũng không: mạng thẻ trả lời từ bộ nhớ.',
        ),
      },
    ],
    answer: 'paid-and-cancelled',
  },
  async scenario(lab: Lab) {
    const gateway = await startCardGateway()
    lab.defer(gateway.stop)
    const play = async (key: string, isAsking: boolean): Promise<{ end: End; charges: number }> => {
      gateway.script({ does: 'lose-answer' })
      const before = gateway.operations.length
      const answer = await charge(gateway, key)
      lab.say(`${key}: ${answer}`, `${key}: ${answer}`)
      const end =
        answer === 'approved' || (isAsking && (await outcomeOf(gateway, key))) ? 'paid' : 'cancelled'
      lab.say(`${key}: ${end}`, `${key}: ${end}`)
      return { end, charges: gateway.operations.length - before }
    }
    return {
      lostAnswers: 2,
      takesForNo: await play('saga-a', false),
      asks: await play('saga-b', true),
    }
  },
  came({ lostAnswers, takesForNo: a, asks: b }) {
    const said = text(
      `A: ${a.end}, charged ${a.charges}; B: ${b.end}, charged ${b.charges}`,
      `A: ${a.end}, bị trừ ${a.charges} lần; B: ${b.end}, bị trừ ${b.charges} lần`,
    )
    const options: Readonly<Record<string, string>> = {
      'cancelled,1,paid,1': 'paid-and-cancelled',
      'cancelled,0,paid,1': 'nothing-charged',
      'cancelled,1,paid,2': 'asks-charges',
    }
    return {
      option: options[[a.end, a.charges, b.end, b.charges].join()],
      said,
      witnesses: [witness('lost answers', lostAnswers), witness('charges', a.charges + b.charges)],
    }
  },
}

async function charge(gateway: CardGateway, key: string): Promise<'approved' | 'declined' | 'no answer'> {
  try {
    const { ok } = await fetch(`${gateway.url}/charges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ payment_id: key, amount: { minor: 42_000, currency: 'VND' } }),
    })
    return ok ? 'approved' : 'declined'
  } catch {
    return 'no answer'
  }
}

/** Whether the network has approved a charge under this key. */
async function outcomeOf(gateway: CardGateway, key: string): Promise<boolean> {
  const response = await fetch(`${gateway.url}/operations/${key}`)
  if (!response.ok) return false
  const { outcome } = (await response.json()) as { outcome: string }
  return outcome === 'approved'
}
