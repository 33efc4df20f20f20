/** A credit and a debit of one wallet in one queue, two workers: in which order are they applied? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openConsumer, openProducer } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

const steps = ['credit 100', 'debit 80'] as const

interface Seen {
  readonly delivered: readonly string[]
  readonly applied: readonly string[]
  readonly balance: number
  readonly refused: number
}

export const experiment: Experiment<Seen> = {
  name: 'two-workers',
  place: 1,
  shows: text(
    'a queue delivers in order, and two workers apply out of order: the debit comes before its credit and is refused',
    'queue giao đúng thứ tự, còn hai worker thì áp dụng sai thứ tự: khoản trừ đi trước khoản cộng nên bị từ chối',
  ),
  question: {
    kind: 'choice',
    id: 'two-workers',
    item: 'study-04.2',
    ask: text(
      'A wallet has 0. "credit 100" and then "debit 80" are published to one queue; a debit that is not covered is refused. Two workers read the queue, and the one with the credit needs a moment longer. What is the balance at the end?',
      'Ví đang có 0. "credit 100" rồi "debit 80" được gửi vào một queue; khoản trừ không đủ tiền thì bị từ chối. Hai worker cùng đọc, và bên giữ khoản cộng chậm hơn một chút. Cuối cùng số dư là bao nhiêu?',
    ),
    options: [
      {
        id: 'twenty',
        text: text('20: a queue is first in, first out', '20: queue là vào trước ra trước'),
        why: text(
          'It was first out, too: the credit was delivered first. The order ends at delivery. What two workers finish first, nobody decides.',
          'Ra trước thì đúng là ra trước: khoản cộng được giao trước. Thứ tự dừng ở lúc giao. Hai worker ai xong trước thì không ai quyết định.',
        ),
      },
      {
        id: 'hundred',
        text: text('100: the debit was refused', '100: khoản trừ bị từ chối'),
        why: text(
          'Delivered in order, applied out of order. With one worker (or a single active consumer) and one message in hand it would have been 20.',
          'Giao đúng thứ tự, áp dụng sai thứ tự. Nếu chỉ một worker (hoặc single active consumer), mỗi lần cầm một message, thì đã là 20.',
        ),
      },
      {
        id: 'waits',
        text: text(
          '20: the broker holds the debit back until the credit is acknowledged',
          '20: broker giữ khoản trừ lại tới khi khoản cộng được ack',
        ),
        why: text(
          'It would, with a single active consumer and a prefetch of 1. A plain queue gives the next message to the next free consumer.',
          'Chỉ khi có single active consumer và prefetch 1 thì vậy. Queue thường giao message kế tiếp cho consumer rảnh kế tiếp.',
        ),
      },
    ],
    answer: 'hundred',
  },
  async scenario(lab: Lab) {
    await declare(lab, { queues: { wallet: {} } })
    const workers = [
      await openConsumer(lab, { queue: 'wallet', prefetch: 1 }),
      await openConsumer(lab, { queue: 'wallet', prefetch: 1 }),
    ]
    const producer = await openProducer(lab)
    const stepOf = (id: string | undefined): string => id?.replace('-', ' ') ?? '?'
    for (const step of steps) {
      const event = { id: step.replace(' ', '-') }
      await producer.publish({ exchange: '', routingKey: 'wallet', event })
    }
    await lab.until(
      text('the two messages were not delivered', 'chưa giao đủ hai message'),
      () => workers.reduce((sum, { deliveries }) => sum + deliveries.length, 0) === steps.length,
      { whose: 'lab' },
    )
    const delivered = (await lab.frames('consumer'))
      .filter(({ method }) => method === 'basic.deliver')
      .map(({ message }) => stepOf(message))
    const wallet = new Wallet()
    const holders = workers.map((worker) => ({ worker, step: stepOf(worker.deliveries[0]?.id) }))
    // Whoever has the debit is done first; the slow one follows.
    for (const { worker, step } of holders.toSorted((a, b) => b.step.localeCompare(a.step))) {
      wallet.apply(step)
      worker.ack(worker.deliveries[0])
      await worker.told()
    }
    return { delivered, applied: wallet.applied, balance: wallet.balance, refused: wallet.refused }
  },
  came({ delivered, applied, balance, refused }) {
    const said = text(
      `delivered: ${delivered.join(', ')}; applied: ${applied.join(', ')}; balance ${balance}, refused ${refused}`,
      `giao: ${delivered.join(', ')}; áp dụng: ${applied.join(', ')}; số dư ${balance}, từ chối ${refused}`,
    )
    const isInOrder = delivered.join() === steps.join()
    return {
      option: isInOrder ? { 20: 'twenty', 100: 'hundred' }[balance] : undefined,
      said,
      witnesses: [witness('delivered', delivered.length)],
    }
  },
}

/** A balance that refuses what it can't cover. */
class Wallet {
  balance = 0
  refused = 0
  readonly applied: string[] = []

  apply(step: string): void {
    this.applied.push(step)
    const [kind, amount] = step.split(' ')
    const change = kind === 'credit' ? Number(amount) : -Number(amount)
    if (this.balance + change < 0) this.refused += 1
    else this.balance += change
  }
}
