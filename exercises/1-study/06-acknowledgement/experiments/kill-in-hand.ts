/** Two wallets with a prefetch of 5 are killed after their second booking: one acknowledges by taking, one after the commit. */
import type { Actor } from '#lab/actors'
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { countsIn, declare, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly sent: number
  readonly kills: number
  /** Payments that are neither booked nor in the queue any more. */
  readonly lostOnAuto: number
  readonly lostOnManual: number
}

const sent = 12
const bookings = 2

export const experiment: Experiment<Seen> = {
  name: 'kill-in-hand',
  place: 1,
  needs: ['inspect'],
  shows: text(
    'with auto-ack a kill loses all that was delivered and not booked, whatever the prefetch; with an ack after the commit it loses nothing',
    'với auto-ack, bị kill là mất hết những gì đã giao mà chưa ghi sổ, prefetch bao nhiêu cũng vậy; ack sau commit thì không mất gì',
  ),
  question: {
    kind: 'choice',
    id: 'kill-in-hand',
    item: 'study-06.2',
    ask: text(
      'Twelve payments wait in each of two queues. Two wallets read them with a prefetch of 5, one with auto-ack (noAck: true), one that acks after its commit. Each is killed (SIGKILL) just after its second booking. How many payments are lost for good?',
      'Hai queue, mỗi queue có 12 thanh toán đang chờ. Hai ví đọc với prefetch 5, một ví dùng auto-ack (noAck: true), một ví ack sau khi commit. Mỗi ví bị kill (SIGKILL) ngay sau lần ghi sổ thứ hai. Mất hẳn bao nhiêu thanh toán?',
    ),
    options: [
      {
        id: 'three-none',
        text: text(
          '3 with auto-ack, none with manual ack: five were in hand, two of them booked',
          'Auto-ack mất 3, ack thủ công không mất: trong tay có năm, đã ghi sổ hai',
        ),
        why: text(
          'That would be so if the prefetch held. It counts deliveries without an ack, and with auto-ack there are none: the broker sends all twelve.',
          'Sẽ đúng nếu prefetch có tác dụng. Prefetch đếm số message đã giao mà chưa ack, mà với auto-ack thì không có cái nào như vậy: broker gửi cả mười hai.',
        ),
      },
      {
        id: 'ten-none',
        text: text('10 with auto-ack, none with manual ack', 'Auto-ack mất 10, ack thủ công không mất'),
        why: text(
          'All twelve had left the queue at the moment they were sent; ten of them died with the process. Without acks no prefetch holds anything back.',
          'Cả mười hai đã rời queue ngay khi được gửi đi; mười cái chết theo process. Không có ack thì prefetch không giữ lại được gì.',
        ),
      },
      {
        id: 'none-none',
        text: text(
          'None and none: when the connection breaks the broker takes them back',
          'Cả hai đều không mất: đứt kết nối thì broker lấy lại',
        ),
        why: text(
          'It takes back what it still has. With auto-ack it had forgotten each message the moment it was written to the socket.',
          'Broker chỉ lấy lại thứ nó còn giữ. Với auto-ack, viết xong ra socket là nó quên.',
        ),
      },
      {
        id: 'ten-three',
        text: text('10 with auto-ack, 3 with manual ack', 'Auto-ack mất 10, ack thủ công mất 3'),
        why: text(
          'The three in hand of the manual one were unacked, so they went back into the queue when its connection ended, marked as redelivered.',
          'Ba cái trong tay ví ack thủ công vẫn là unacked, nên kết nối đứt thì chúng về lại queue, có cờ redelivered.',
        ),
      },
    ],
    answer: 'ten-none',
  },
  async scenario(lab: Lab) {
    await declare(lab, { queues: { auto: {}, manual: {} } })
    const events = paymentEvents(lab, sent)
    const producer = await openProducer(lab)
    for (const queue of ['auto', 'manual'])
      for (const event of events) await producer.publish({ exchange: '', routingKey: queue, event })
    const [lostOnAuto, lostOnManual] = await Promise.all([lostOn(lab, 'auto'), lostOn(lab, 'manual')])
    return { sent, kills: 2, lostOnAuto, lostOnManual }
  },
  came({ sent: all, kills, lostOnAuto, lostOnManual }) {
    const said = text(
      `of ${all} payments each: ${lostOnAuto} lost with auto-ack, ${lostOnManual} with manual ack`,
      `mỗi bên ${all} thanh toán: auto-ack mất ${lostOnAuto}, ack thủ công mất ${lostOnManual}`,
    )
    const options: Readonly<Record<string, string>> = {
      '3,0': 'three-none',
      '10,0': 'ten-none',
      '0,0': 'none-none',
      '10,3': 'ten-three',
    }
    return {
      option: options[`${lostOnAuto},${lostOnManual}`],
      said,
      witnesses: [witness('sent', all), witness('kills', kills)],
    }
  },
}

/** Plays one wallet until it is killed, and counts the payments that are nowhere any more. */
async function lostOn(lab: Lab, queue: 'auto' | 'manual'): Promise<number> {
  const database = lab.openDatabase(queue)
  database.exec('CREATE TABLE entry (id TEXT)')
  let wallet: Actor | undefined
  const crash = await lab.place({
    name: `kill after ${bookings} bookings of ${queue}`,
    text: text('the wallet is killed here', 'ví bị kill ở đây'),
    lane: 'consumer',
    when: { point: 'commit', side: 'after', nth: bookings, fields: { database: queue } },
    what: {
      kind: 'do',
      async action() {
        // The wallet stands still at this commit. What the broker will send it, it has sent by then.
        await lab.until(
          text(`not all of ${queue} was delivered`, `chưa giao hết ${queue}`),
          async () => queue === 'manual' || (await countsIn(lab, queue))?.ready === 0,
          { whose: 'lab' },
        )
        if (wallet !== undefined) await lab.killSubject(wallet)
      },
    },
  })
  const starting = lab.start(`experiments/actors/${queue}.ts`, 'consumer', (actor) => {
    wallet = actor
  })
  starting.catch(() => {})
  await lab.fired(crash, text('the wallet never booked twice', 'ví chưa ghi sổ đủ hai lần'))
  const booked = Number(database.prepare('SELECT count(DISTINCT id) FROM entry').pluck().get())
  const unbooked = sent - booked
  if (queue === 'auto') {
    const { ready = 0, unacked = 0 } = (await countsIn(lab, queue)) ?? {}
    return unbooked - ready - unacked
  }
  const left = await lab.until(
    text('unacked payments did not come back', 'thanh toán unacked chưa trở về'),
    async () => {
      const counts = await countsIn(lab, queue)
      return counts?.unacked === 0 ? counts : undefined
    },
    { whose: 'lab' },
  )
  // The first ack may have died in the wallet's own buffer: then its payment is booked and in the queue as well.
  return Math.max(0, unbooked - left.ready)
}
