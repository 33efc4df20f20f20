/** An operator looks at three dead messages and closes the tool: what is in the DLQ afterwards? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly looked: number
  readonly afterLook: number
  readonly redelivered: number
  readonly afterAutoAck: number
}

export const experiment: Experiment<Seen> = {
  name: 'a-look-inside',
  place: 5,
  shows: text(
    'a look without an ack leaves everything in the DLQ, marked as redelivered; a look with automatic ack empties it',
    'nhìn mà không ack thì mọi thứ vẫn trong DLQ, có đánh dấu redelivered; nhìn với auto-ack thì nó trống trơn',
  ),
  question: {
    kind: 'choice',
    id: 'a-look-inside',
    item: 'study-07.5',
    ask: text(
      'Three payments are in the DLQ. A tool fetches all three without acknowledging, shows them, and closes its connection. Then a second tool does the same with noAck: true. How many are in the DLQ after the first, and after the second?',
      'Trong DLQ có ba thanh toán. Một công cụ lấy cả ba mà không ack, hiển thị, rồi đóng kết nối. Sau đó công cụ thứ hai làm y vậy với noAck: true. Sau cái thứ nhất còn mấy, sau cái thứ hai còn mấy?',
    ),
    options: [
      {
        id: 'three-three',
        text: text('3 and 3: looking takes nothing away', '3 và 3: nhìn thì không lấy mất gì'),
        why: text(
          'There is no looking in AMQP, only taking. noAck means "acknowledged the moment it is sent"; what the tool does with it then is its own affair.',
          'Trong AMQP không có nhìn, chỉ có lấy. noAck nghĩa là "coi như đã ack ngay khi gửi"; công cụ làm gì sau đó là chuyện của nó.',
        ),
      },
      {
        id: 'three-none',
        text: text('3 and 0', '3 và 0'),
        why: text(
          'Closing gave the three back, flagged as redelivered; on a quorum queue it would count against a delivery limit, too. The second tool’s look was an ack.',
          'Đóng kết nối thì cả ba được trả về, có cờ redelivered; trên quorum queue còn bị tính vào delivery limit. Cái nhìn của công cụ thứ hai chính là ack.',
        ),
      },
      {
        id: 'none-none',
        text: text('0 and 0: what was fetched is gone', '0 và 0: lấy ra là mất'),
        why: text(
          'Fetched is not acknowledged. Until the ack they are unacknowledged, and go back with the connection.',
          'Lấy ra chưa phải là ack. Trước khi ack chúng ở trạng thái unacked, và trở về khi mất kết nối.',
        ),
      },
    ],
    answer: 'three-none',
  },
  async scenario(lab: Lab) {
    await declare(lab, { queues: { dlq: {} } })
    const events = paymentEvents(lab, 3)
    const producer = await openProducer(lab)
    for (const event of events) await producer.publish({ exchange: '', routingKey: 'dlq', event })
    const look = async (noAck: boolean): Promise<{ looked: number; redelivered: number }> => {
      const connection = await lab.client('consumer')
      const channel = await connection.createChannel()
      let [looked, redelivered] = [0, 0]
      for (;;) {
        const got = await channel.get(lab.name('dlq'), { noAck })
        if (got === false) break
        looked += 1
        if (got.fields.redelivered) redelivered += 1
      }
      await connection.close()
      return { looked, redelivered }
    }
    const count = async (): Promise<number> => {
      const channel = await lab.observer.channel()
      const { messageCount } = await channel.checkQueue(lab.name('dlq'))
      await channel.close()
      return messageCount
    }
    const first = await look(false)
    const afterLook = await count()
    const second = await look(true)
    return { looked: first.looked, afterLook, redelivered: second.redelivered, afterAutoAck: await count() }
  },
  came({ looked, afterLook, redelivered, afterAutoAck }) {
    const said = text(
      `${afterLook} after the first look, ${redelivered} of them marked as redelivered; ${afterAutoAck} after the second`,
      `sau lần nhìn thứ nhất còn ${afterLook}, trong đó ${redelivered} có cờ redelivered; sau lần thứ hai còn ${afterAutoAck}`,
    )
    const options: Readonly<Record<string, string>> = {
      '3,3': 'three-three',
      '3,0': 'three-none',
      '0,0': 'none-none',
    }
    return {
      option: options[`${afterLook},${afterAutoAck}`],
      said,
      witnesses: [witness('looked at', looked)],
    }
  },
}
