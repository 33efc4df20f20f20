/** consistency-05 measured: how many reads are stale at which delay, and what comes out of many crashes, counted by the subject's checker. */
import { zeroOf } from '#lab/checkers/zero-of'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { text } from '#lab/verdict/language'
import { seededSource } from '#payments/fixtures'
import { crashedHistory } from './experiments/crashes.ts'
import { delayedHistory } from './experiments/delays.ts'
import { checkerOf } from './run.ts'

/** Delays of the sweep, milliseconds. */
const delays = [0, 10, 50, 200, 500, 1000, 2000, 5000] as const
const payments = 60
const readsEach = 6
/** How often the service is taken through its crashes. */
const rounds = 8

export const measurement: Measurement = {
  libraries: ['amqplib', 'fast-check'],
  async measure(lab: Lab, meter) {
    const checker = await checkerOf(lab)
    const { random } = seededSource(lab.run.seed)
    const item = 'consistency-05.5'
    let anomalies = 0
    let operations = 0
    for (const delay of delays) {
      const history = await delayedHistory(lab, { delays: [delay], payments, readsEach, random })
      const { reads, stale } = checker.metrics(history)
      anomalies += checker.anomalies(history, delay + 1).length
      operations += history.operations.length
      meter.share(
        {
          item,
          name: `stale-${delay}`,
          said: text(`stale reads at a delay of ${delay} ms`, `lần đọc phải bản cũ khi trễ ${delay} ms`),
          method: text(
            `simulation: virtual time; a payment every second through RabbitMQ, ${readsEach} reads at seeded moments in between; stale is a read that lacks a payment acknowledged before it`,
            `mô phỏng: thời gian ảo; mỗi giây một thanh toán qua RabbitMQ, xen giữa là ${readsEach} lần đọc vào thời điểm theo seed; bản cũ là lần đọc thiếu một thanh toán đã được xác nhận trước nó`,
          ),
        },
        { count: Number(stale), n: Number(reads) },
      )
    }
    let unknown = 0
    let asked = 0
    for (let round = 0; round < rounds; round += 1) {
      const { history } = await crashedHistory(lab, 'sound', round)
      unknown += Number(checker.metrics(history).unknown)
      asked += history.operations.length
      anomalies += checker.anomalies(history, 1000).length
      operations += history.operations.length
    }
    meter.share(
      {
        item,
        name: 'unknown-outcomes',
        said: text('outcomes that nobody knows', 'kết quả không ai biết'),
        method: text(
          `${rounds} rounds of six orders each: four SIGKILLs of the service, one of the broker, one lost confirm`,
          `${rounds} vòng, mỗi vòng sáu lệnh: bốn lần SIGKILL service, một lần SIGKILL broker, một confirm bị mất`,
        ),
      },
      { count: unknown, n: asked },
    )
    const bound = anomalies === 0 ? zeroOf(operations) : text('', '')
    meter.share(
      {
        item,
        name: 'anomalies',
        said: text(`anomalies ${bound.en}`.trim(), `bất thường ${bound.vi}`.trim()),
        method: text(
          'all operations of the sweep and of the crashes, by the checker; a read may be as old as the delay',
          'mọi thao tác của lượt quét độ trễ và của các lần crash, do checker tìm; lần đọc được phép cũ bằng độ trễ',
        ),
      },
      { count: anomalies, n: operations },
    )
  },
}
