/** One message meets a busy database, the other can never be read; both are tried up to five times. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, openConsumer, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { declareLevels, putAside } from './retries/levels.ts'

interface Seen {
  readonly busyCalls: number
  readonly brokenCalls: number
  readonly booked: number
  readonly dead: number
}

const attemptsMax = 5
const delayMs = 1000

export const experiment: Experiment<Seen> = {
  name: 'two-errors',
  place: 1,
  needs: ['inspect'],
  shows: text(
    'waiting cures a busy database and not a message that cannot be read; the second is only tried in vain',
    'chờ thì chữa được database bận, không chữa được message không đọc nổi; cái sau chỉ thử vô ích',
  ),
  question: {
    kind: 'choice',
    id: 'two-errors',
    item: 'study-11.1',
    ask: text(
      'A handler tries each message up to five times, a second apart, whatever the error. For one payment the database is busy during the first two attempts. Of another the amount is not a number. How often is the handler called in all, and what comes of it?',
      'Handler thử mỗi message tối đa năm lần, cách nhau một giây, bất kể lỗi gì. Với một thanh toán, database bận trong hai lần thử đầu. Ở thanh toán kia, số tiền không phải là số. Handler được gọi tổng cộng mấy lần, và kết quả ra sao?',
    ),
    options: [
      {
        id: 'eight',
        text: text(
          '8 times: one is booked, one is dead',
          '8 lần: một cái được ghi sổ, một cái thành dead letter',
        ),
        why: text(
          '3 for the one that time could cure, 5 for the one that nothing cures. Four of those five were known to be in vain after the first.',
          '3 lần cho cái mà thời gian chữa được, 5 lần cho cái không gì chữa được. Bốn trong năm lần đó biết trước là vô ích ngay sau lần đầu.',
        ),
      },
      {
        id: 'ten',
        text: text('10 times: both are tried five times', '10 lần: cả hai đều thử năm lần'),
        why: text(
          'Five is the limit, not the number. What succeeds is not tried again.',
          'Năm là giới hạn, không phải số lần. Thành công rồi thì không thử nữa.',
        ),
      },
      {
        id: 'four',
        text: text('4 times: the broken one is given up at once', '4 lần: cái hỏng bị bỏ ngay'),
        why: text(
          'That is what a handler should do which tells errors apart. This one retries whatever the error.',
          'Một handler biết phân loại lỗi thì nên làm vậy. Handler này thử lại bất kể lỗi gì.',
        ),
      },
      {
        id: 'both-booked',
        text: text(
          '8 times, and both are booked: the fifth attempt repairs it',
          '8 lần, và cả hai đều được ghi sổ: lần thứ năm sửa được',
        ),
        why: text(
          'An attempt repairs nothing by itself. It succeeds when something else has changed in the meantime, and nobody changes a message.',
          'Một lần thử tự nó không sửa gì. Nó thành công khi trong lúc đó có thứ khác thay đổi, mà message thì không ai thay đổi.',
        ),
      },
    ],
    answer: 'eight',
  },
  async scenario(lab: Lab) {
    await declareLevels(lab, [delayMs])
    const [busy, broken] = paymentEvents(lab, 2)
    if (busy === undefined || broken === undefined) throw new Error('no payments were made up')
    const producer = await openProducer(lab)
    for (const event of [busy, broken]) await producer.publish({ exchange: '', routingKey: 'work', event })
    const calls = { busy: 0, broken: 0 }
    let booked = 0
    const worker = await openConsumer(lab, { queue: 'work' })
    let handled = 0
    for (let coming = 2; coming > 0; ) {
      await worker.has(handled + coming)
      let again = 0
      for (; coming > 0; coming--) {
        const delivery = worker.deliveries[handled++]
        const isBusy = delivery?.id === busy.id
        const attempt = isBusy ? ++calls.busy : ++calls.broken
        const isOver = isBusy && attempt > 2
        const isRetried = !isOver && attempt < attemptsMax
        if (isOver) booked += 1
        else await putAside(lab, isBusy ? busy : broken, isRetried ? delayMs : undefined)
        if (isRetried) again += 1
        worker.ack(delivery)
      }
      await worker.told()
      if (again > 0) await lab.elapse(delayMs)
      coming = again
    }
    return {
      busyCalls: calls.busy,
      brokenCalls: calls.broken,
      booked,
      dead: (await countsIn(lab, 'dead'))?.ready ?? 0,
    }
  },
  came({ busyCalls, brokenCalls, booked, dead }) {
    const all = busyCalls + brokenCalls
    const said = text(
      `${busyCalls} calls for the busy database, ${brokenCalls} for the broken message; ${booked} booked, ${dead} dead`,
      `${busyCalls} lần gọi vì database bận, ${brokenCalls} lần vì message hỏng; ghi sổ ${booked}, dead letter ${dead}`,
    )
    const options: Readonly<Record<string, string>> = {
      '8,1': 'eight',
      '10,1': 'ten',
      '4,1': 'four',
      '8,2': 'both-booked',
    }
    return {
      option: options[`${all},${booked}`],
      said,
      witnesses: [witness('calls', all), witness('dead', dead)],
    }
  },
}
