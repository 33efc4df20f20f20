/** A wallet commits a payment; an app reads the balance from a view that has not heard of it yet. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly committed: number
  readonly atOnce: number
  /** Whether a reader who names the version of the write is told to wait. */
  readonly isToldToWait: boolean
  readonly afterwards: number
}

const [before, paid] = [100_000, 42_000]

export const experiment: Experiment<Seen> = {
  name: 'old-balance',
  place: 3,
  shows: text(
    'a view shows the old balance until it has applied the event; who asks by version learns that it has to wait',
    'view hiện số dư cũ cho tới khi áp dụng event; ai hỏi kèm phiên bản thì biết là phải chờ',
  ),
  question: {
    kind: 'choice',
    id: 'old-balance',
    item: 'study-08.5',
    ask: text(
      'A wallet holds 100,000 VND. A payment of 42,000 is committed and answered with 201. The app reads the balance view at once; the view’s consumer has the event in hand and has not applied it. What does the customer see, and what when the consumer is through?',
      'Ví có 100.000 ₫. Thanh toán 42.000 ₫ đã commit và trả lời 201. App đọc ngay view số dư; consumer của view đã nhận event nhưng chưa áp dụng. Khách thấy gì, và thấy gì khi consumer làm xong?',
    ),
    options: [
      {
        id: 'new-at-once',
        text: text('58,000 both times: it is committed', 'Cả hai lần 58.000: đã commit rồi'),
        why: text(
          'Committed in the wallet’s database. The view is another database, which knows what its consumer has told it.',
          'Đã commit trong database của ví. View là database khác, chỉ biết những gì consumer của nó đã ghi vào.',
        ),
      },
      {
        id: 'old-then-new',
        text: text('100,000, then 58,000', '100.000, rồi 58.000'),
        why: text(
          'Old and right: it is the balance as of the last event that was applied. The harm is done when it is shown as if it were new, and the customer pays again.',
          'Cũ nhưng không sai: đó là số dư tính tới event cuối đã áp dụng. Tai hại là khi hiện nó như số mới, và khách trả thêm lần nữa.',
        ),
      },
      {
        id: 'old-for-ever',
        text: text(
          '100,000 both times, until somebody reloads the view',
          'Cả hai lần 100.000, tới khi có người nạp lại view',
        ),
        why: text(
          'That would be a cache without an expiry. This view is fed: it lags by as much as its consumer does, and no more.',
          'Đó là cache không hết hạn. View này được nuôi bằng event: nó trễ đúng bằng độ trễ của consumer, không hơn.',
        ),
      },
      {
        id: 'error',
        text: text(
          'An error, then 58,000: the view knows that it is behind',
          'Báo lỗi, rồi 58.000: view biết mình đang chậm',
        ),
        why: text(
          'It can’t know what it has not been told. It can compare when the reader brings the version that its write was answered with.',
          'Nó không thể biết điều chưa ai báo. Chỉ so được khi người đọc mang theo phiên bản mà lần ghi đã trả về.',
        ),
      },
    ],
    answer: 'old-then-new',
  },
  async scenario(lab: Lab) {
    await declare(lab, {
      exchanges: { wallets: 'topic' },
      queues: { 'balance-view': { bindings: [['wallets', 'wallet.#']] } },
    })
    const wallet = lab.openDatabase('wallet')
    wallet.exec(`CREATE TABLE wallet (balance INTEGER, version INTEGER);
      INSERT INTO wallet VALUES (${before}, 1)`)
    const view = lab.openDatabase('view')
    view.exec(`CREATE TABLE balance (balance INTEGER, version INTEGER);
      INSERT INTO balance VALUES (${before}, 1)`)
    const read = (): { balance: number; version: number } =>
      view.prepare('SELECT balance, version FROM balance').get() as { balance: number; version: number }

    const written = wallet
      .prepare('UPDATE wallet SET balance = balance - ?, version = version + 1 RETURNING version')
      .get(paid) as { version: number }
    const event = { id: 'balance-changed-2', delta: -paid, version: written.version }
    const producer = await openProducer(lab)
    await producer.publish({ exchange: 'wallets', routingKey: 'wallet.balance-changed', event })
    const consumer = await openConsumer(lab, { queue: 'balance-view' })
    await consumer.has(1)

    const atOnce = read()
    lab.say(`The app reads: ${atOnce.balance}.`, `App đọc được: ${atOnce.balance}.`)
    const apply = view.prepare('UPDATE balance SET balance = balance + ?, version = ? WHERE version = ?')
    for (const delivery of consumer.deliveries) {
      const { delta, version } = JSON.parse(delivery.message.content.toString()) as typeof event
      apply.run(delta, version, version - 1)
      consumer.ack(delivery)
    }
    await consumer.told()
    return {
      committed: 1,
      atOnce: atOnce.balance,
      isToldToWait: atOnce.version < written.version,
      afterwards: read().balance,
    }
  },
  came({ committed, atOnce, isToldToWait, afterwards }) {
    const said = text(
      `the view showed ${atOnce}, then ${afterwards}; asked for the version of the write it ${isToldToWait ? 'was not there yet' : 'was there'}`,
      `view hiện ${atOnce}, rồi ${afterwards}; hỏi theo phiên bản của lần ghi thì ${isToldToWait ? 'chưa tới' : 'đã tới'}`,
    )
    const options: Readonly<Record<string, string>> = {
      '58000,58000': 'new-at-once',
      '100000,58000': 'old-then-new',
      '100000,100000': 'old-for-ever',
    }
    return { option: options[`${atOnce},${afterwards}`], said, witnesses: [witness('commits', committed)] }
  },
}
