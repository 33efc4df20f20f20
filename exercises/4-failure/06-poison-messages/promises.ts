/** What can be promised about poison; each is held against the queue, the attempts, the ledger, the DLQ and the monitor. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import type { BoundedSeen, EndlessSeen, Fate } from './scenarios/attempts.ts'
import type { BatchSeen } from './scenarios/batch.ts'
import type { MixedSeen } from './scenarios/letters.ts'
import { agedSeconds, type Look, type MonitoredSeen } from './scenarios/monitor.ts'
import { attemptsMax } from './scenarios/operator.ts'

const consumer = 'consumer.ts'
const kindVi = { unreadable: 'không đọc được', frozen: 'tài khoản bị khoá', deadly: 'giết consumer' } as const
const publishing = [{ file: 'poison.ts', near: ['.publish(', 'function publishBatch'] }]
const requeueing = [{ file: 'naive.ts', near: ['.nack(', '.reject(', '.consume('] }]
const counting = [{ file: consumer, near: ['x-delivery-count', 'attempts', '.reject(', '.publish('] }]
const limiting = [{ file: 'topology.ts', near: ["'x-dead-letter-exchange'", 'assertQueue(work'] }]
const classifying = [{ file: consumer, near: ['openEvent(', 'catch'] }]
const holding = [{ file: consumer, near: ['.prefetch(', '.consume('] }]
const burying = [{ file: consumer, near: ['.publish(', '.reject(', '.nack('] }]
const measuring = [{ file: 'monitor.ts', near: ['new Gauge', 'new Counter', '/metrics'] }]
/** How far two counts of the same deliveries may be apart: some were on their way when the consumer was stopped. */
const onTheirWayMax = 10
/** What an age may be off by: the broker dates deaths by a clock of its own, in whole seconds. */
const slackSeconds = 300

export const poisonAmongGood: Promised<BatchSeen> = {
  item: 'failure-06.1',
  text: text(
    'a message that fails every time it is processed stands in the queue among good ones',
    'trong queue có một message lần nào xử lý cũng hỏng, nằm xen giữa các message tốt',
  ),
  judge(seen) {
    const at = seen.found.findIndex(({ id }) => id === seen.poison)
    const booked = seen.found.filter(({ tries }) => tries.every((outcome) => outcome === 'booked'))
    if (seen.found.length !== seen.payments.length + 1) {
      return broken(
        text(
          `publishBatch() has resolved, and ${seen.found.length} messages are in payments.work: ${seen.payments.length} payments and one poison message were asked for. What is not confirmed yet may still be on its way`,
          `publishBatch() đã resolve mà payments.work có ${seen.found.length} message: đề bài là ${seen.payments.length} thanh toán và một poison message. Cái chưa confirm có thể còn đang trên đường`,
        ),
        { at: publishing },
      )
    }
    const poison = seen.found[at]
    if (poison === undefined) {
      return broken(
        text(
          `publishBatch() answers "${seen.poison}", and no message in payments.work has that message id`,
          `publishBatch() trả về "${seen.poison}" mà không message nào trong payments.work có message id đó`,
        ),
        { at: publishing },
      )
    }
    if (poison.tries.includes('booked')) {
      return broken(
        text(
          `the poison ${shortId(poison.id)} was booked: attempts ${poison.tries.join(', ')}. Poison fails every time, whoever tries it`,
          `poison ${shortId(poison.id)} được ghi sổ: ba lần thử ra ${poison.tries.join(', ')}. Poison thì lần nào cũng hỏng, ai thử cũng vậy`,
        ),
        { at: publishing, messages: [poison.id] },
      )
    }
    if (booked.length !== seen.payments.length) {
      return broken(
        text(
          `${seen.payments.length - booked.length} of ${seen.payments.length} payments can't be booked: only one message is to be poison`,
          `${seen.payments.length - booked.length} trên ${seen.payments.length} thanh toán không ghi sổ được: chỉ một message được là poison`,
        ),
        { at: publishing },
      )
    }
    if (at === 0 || at === seen.found.length - 1) {
      return broken(
        text(
          `the poison is message ${at + 1} of ${seen.found.length}: put it among the good ones, or nobody waits behind it, or nobody was before it`,
          `poison là message thứ ${at + 1} trên ${seen.found.length}: đặt nó xen giữa các message tốt, nếu không thì chẳng ai chờ sau nó, hoặc chẳng ai đứng trước`,
        ),
        { at: publishing },
      )
    }
    if (seen.persistent < seen.found.length) {
      return broken(
        text(
          `${seen.found.length - seen.persistent} of ${seen.found.length} messages are not persistent: a restart of the broker ends this experiment`,
          `${seen.found.length - seen.persistent} trên ${seen.found.length} message không persistent: broker khởi động lại là hết thí nghiệm`,
        ),
        { at: publishing },
      )
    }
    return held(
      witness(
        'failures',
        poison.tries.length,
        text(
          `message ${at + 1} of ${seen.found.length} failed ${poison.tries.length} times out of ${poison.tries.length}`,
          `message thứ ${at + 1} trên ${seen.found.length} hỏng cả ${poison.tries.length} lần thử`,
        ),
      ),
      witness('booked', booked.length),
    )
  },
}

export const comesBackForEver: Promised<EndlessSeen> = {
  item: 'failure-06.2',
  text: text(
    'without a limit it comes back for ever: the run shows its deliveries rise while good messages wait',
    'không có giới hạn thì nó quay lại mãi: lần chạy cho thấy số lần giao cứ tăng, message tốt phải chờ',
  ),
  judge(seen) {
    if (seen.ahead === 0) {
      return broken(
        text(
          'the good payment in front of the poison was not booked',
          'thanh toán tốt đứng trước poison chưa được ghi sổ',
        ),
        { at: [{ file: 'naive.ts', near: ['.book(', '.consume('] }], trace: seen.trace },
      )
    }
    if (Math.abs(seen.deliveries - seen.counted) > onTheirWayMax) {
      return broken(
        text(
          `the broker delivered ${shortId(seen.poison)} ${seen.deliveries} times, and deliveries() says ${seen.counted}`,
          `broker đã giao ${shortId(seen.poison)} ${seen.deliveries} lần mà deliveries() nói ${seen.counted}`,
        ),
        { at: [{ file: 'naive.ts', near: ['deliveries'] }], messages: [seen.poison] },
      )
    }
    const waiting = seen.behind - seen.behindBooked
    if (waiting === 0) {
      return broken(
        text(
          `${shortId(seen.poison)} came ${seen.deliveries} times, and all ${seen.behind} good payments behind it were booked meanwhile: take one message at a time (prefetch), and see who waits then`,
          `${shortId(seen.poison)} tới ${seen.deliveries} lần, mà cả ${seen.behind} thanh toán tốt sau nó vẫn được ghi sổ: nhận từng message một (prefetch) rồi xem ai phải chờ`,
        ),
        { at: [{ file: 'naive.ts', near: ['.prefetch(', '.consume('] }] },
      )
    }
    const ms = Math.round(seen.ms)
    return held(
      witness(
        'deliveries',
        seen.deliveries,
        text(
          `${seen.deliveries} deliveries of one message in ${ms} ms, ${waiting} good payments waiting`,
          `${seen.deliveries} lần giao một message trong ${ms} ms, ${waiting} thanh toán tốt phải chờ`,
        ),
      ),
      witness('waiting', waiting),
    )
  },
}

export const attemptsAreBounded: Promised<BoundedSeen> = {
  item: 'failure-06.3',
  text: text(
    'attempts have a limit, and a restarted consumer goes on counting where it was',
    'số lần thử có giới hạn, và consumer khởi động lại thì đếm tiếp chứ không đếm lại từ đầu',
  ),
  judge({ frozen, unreadable, kills, trace }) {
    if (frozen.attempts > attemptsMax) {
      return broken(
        text(
          `${shortId(frozen.id)}, whose account is frozen, was tried ${frozen.attempts} times, and ${attemptsMax} is the limit. Its consumer was killed once, in the second attempt: what did the next one know of the attempts before it?`,
          `${shortId(frozen.id)}, tài khoản bị khoá, bị thử ${frozen.attempts} lần trong khi giới hạn là ${attemptsMax}. Consumer bị kill một lần, giữa lần thử thứ hai: consumer sau biết gì về những lần thử trước?`,
        ),
        { at: counting, trace, messages: [frozen.id] },
      )
    }
    if (frozen.attempts < attemptsMax) {
      return broken(
        text(
          `${shortId(frozen.id)}, whose account may be thawed any moment, was given up after ${frozen.attempts} attempts; ${attemptsMax} are allowed`,
          `${shortId(frozen.id)}, tài khoản có thể được mở khoá bất cứ lúc nào, bị bỏ sau ${frozen.attempts} lần thử; giới hạn là ${attemptsMax}`,
        ),
        { at: counting, trace, messages: [frozen.id] },
      )
    }
    if (unreadable.attempts > 1) {
      return broken(
        text(
          `${shortId(unreadable.id)}, which can't be read, was delivered ${unreadable.attempts} times: the same bytes fail the same way each time`,
          `${shortId(unreadable.id)}, không đọc được, bị giao ${unreadable.attempts} lần: vẫn những byte đó thì lần nào cũng hỏng y như nhau`,
        ),
        { at: classifying, trace, messages: [unreadable.id] },
      )
    }
    const lost = [frozen, unreadable].find(({ isDead }) => !isDead)
    if (lost !== undefined) return nowhere(lost)
    return held(
      witness(
        'attempts',
        frozen.attempts,
        text(
          `${frozen.attempts} attempts of a failing payment with one kill between them, ${unreadable.attempts} of what can't be read`,
          `${frozen.attempts} lần thử một thanh toán hỏng với một lần kill ở giữa, ${unreadable.attempts} lần với cái không đọc được`,
        ),
      ),
      witness('kills', kills),
    )
  },
}

function nowhere({ id, attempts }: Fate): Judgement {
  return broken(
    text(
      `${shortId(id)} was given up after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}, and is not in payments.dlq: it is lost`,
      `${shortId(id)} bị bỏ sau ${attempts} lần thử mà không có trong payments.dlq: nó mất rồi`,
    ),
    { at: [...burying, ...limiting], messages: [id] },
  )
}

export const poisonDiesAlone: Promised<MixedSeen> = {
  item: 'failure-06.4',
  text: text(
    'after its last attempt the poison message is in the DLQ, alone, and every good one is processed',
    'sau lần thử cuối, trong DLQ chỉ có poison message, còn message tốt đều được xử lý',
  ),
  judge(seen) {
    const dead = seen.dead.map(({ id }) => id)
    const innocent = seen.good.filter((id) => dead.includes(id))
    const trace = seen.trace
    if (seen.deaths > attemptsMax) {
      return broken(
        text(
          `one payment has killed ${seen.deaths} consumers, and ${attemptsMax} is the limit: a consumer that dies of a message never comes to the line that counts the attempt. Who else knows that it was delivered?`,
          `một thanh toán đã giết ${seen.deaths} consumer trong khi giới hạn là ${attemptsMax}: consumer chết vì message thì không bao giờ chạy tới dòng đếm số lần thử. Còn ai biết là message đã được giao?`,
        ),
        { at: limiting, trace },
      )
    }
    if (innocent.length > 0) {
      return broken(
        text(
          `${innocent.length} good payments lie in payments.dlq beside the poison: the consumer died ${seen.deaths} times, and each time everything it held, unacknowledged, came back and was counted too. How much does it have to hold?`,
          `${innocent.length} thanh toán tốt nằm trong payments.dlq cạnh poison: consumer chết ${seen.deaths} lần, lần nào mọi thứ nó đang giữ mà chưa ack cũng quay lại và bị tính thêm một lần. Nó cần giữ bao nhiêu message?`,
        ),
        { at: holding, trace, messages: innocent },
      )
    }
    if (seen.left > 0) {
      return broken(
        text(
          `${seen.left} messages neither get done nor die: they are still in payments.work, or waiting for it`,
          `${seen.left} message không xong mà cũng không chết: vẫn nằm trong payments.work, hoặc đang chờ quay lại đó`,
        ),
        { at: counting, trace },
      )
    }
    const missing = seen.poison.filter(({ id }) => !dead.includes(id))
    const [lost] = missing
    if (lost !== undefined) {
      return broken(
        text(
          `${missing.length} of ${seen.poison.length} poison messages are not in payments.dlq (${lost.kind}: ${shortId(lost.id)}): nobody will ever ask what was in them`,
          `${missing.length} trên ${seen.poison.length} poison message không có trong payments.dlq (${kindVi[lost.kind]}: ${shortId(lost.id)}): sẽ không ai biết trong đó từng có gì`,
        ),
        { at: [...burying, ...limiting], trace, messages: missing.map(({ id }) => id) },
      )
    }
    if (seen.unbooked.length > 0) {
      return broken(
        text(
          `${seen.unbooked.length} of ${seen.good.length} good payments were not booked, and are in no queue any more`,
          `${seen.unbooked.length} trên ${seen.good.length} thanh toán tốt chưa được ghi sổ mà không còn ở queue nào`,
        ),
        { at: [{ file: consumer, near: ['.ack(', '.book('] }], trace, messages: seen.unbooked },
      )
    }
    const twice = seen.poison.find(({ id }) => dead.filter((one) => one === id).length > 1)
    if (twice !== undefined) {
      return broken(
        text(
          `${shortId(twice.id)} lies in payments.dlq twice: published there, and rejected as well`,
          `${shortId(twice.id)} nằm trong payments.dlq hai bản: vừa publish vào đó, vừa reject`,
        ),
        { at: burying, messages: [twice.id] },
      )
    }
    const fault = seen.audit[0]
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: burying })
    for (const { id, kind } of seen.poison) {
      const found = seen.dead.find((one) => one.id === id)
      const wanted = kind === 'frozen' ? /frozen/i : /\S/
      if (!wanted.test(found?.reason ?? '')) return noReason(id, kind, found?.reason)
      if (found?.exchange !== 'payments' || found.routingKey !== 'payment.requested') {
        return broken(
          text(
            `${shortId(id)} in payments.dlq says that it came from exchange "${found?.exchange ?? ''}", key "${found?.routingKey ?? ''}"; it was published to "payments" as "payment.requested". Who wants to send it again needs to know`,
            `${shortId(id)} trong payments.dlq nói nó tới từ exchange "${found?.exchange ?? ''}", key "${found?.routingKey ?? ''}"; thật ra nó được publish vào "payments" với "payment.requested". Ai muốn gửi lại thì cần biết điều đó`,
          ),
          { at: burying, messages: [id] },
        )
      }
    }
    return held(
      witness(
        'dead',
        seen.dead.length,
        text(
          `${seen.dead.length} poison messages in the DLQ, ${seen.good.length} good payments booked, ${seen.deaths} deaths of the consumer`,
          `${seen.dead.length} poison message trong DLQ, ${seen.good.length} thanh toán tốt đã ghi sổ, consumer chết ${seen.deaths} lần`,
        ),
      ),
      witness('booked', seen.good.length - seen.unbooked.length),
      witness('deaths', seen.deaths),
    )
  },
}

function noReason(
  id: string,
  kind: 'unreadable' | 'frozen' | 'deadly',
  reason: string | undefined,
): Judgement {
  const said = reason === undefined ? text('nothing', 'không có gì') : text(`"${reason}"`, `"${reason}"`)
  const wanted =
    kind === 'frozen'
      ? text('the error of its last attempt ("… is frozen")', 'lỗi của lần thử cuối ("… is frozen")')
      : text('what killed it', 'cái gì đã giết nó')
  return broken(
    text(
      `${shortId(id)} lies in payments.dlq, and its header x-reason (or else x-death) says ${said.en}: whoever finds it needs ${wanted.en}`,
      `${shortId(id)} nằm trong payments.dlq mà header x-reason (hoặc x-death) nói ${said.vi}: người tìm thấy nó cần biết ${wanted.vi}`,
    ),
    { at: burying, messages: [id] },
  )
}

export const deadAreNoticed: Promised<MonitoredSeen> = {
  item: 'failure-06.5',
  text: text(
    'depth, oldest age and inflow of the DLQ are metrics, and a single dead payment raises an alert',
    'số message, tuổi lớn nhất và tốc độ vào DLQ là metric; chỉ một thanh toán rơi vào DLQ là có cảnh báo',
  ),
  judge(seen) {
    const missing = missingIn(seen.empty)
    if (missing !== undefined) {
      return broken(text(`GET /metrics has no ${missing}`, `GET /metrics không có ${missing}`), {
        at: measuring,
      })
    }
    const wrong = (en: string, vi: string, near: readonly string[]): Judgement =>
      broken(text(en, vi), { at: [{ file: 'monitor.ts', near }] })
    const { empty, one, two, aged, agedAfterRestart, emptied } = seen
    if (empty.depth !== 0 || empty.ageSeconds !== 0 || empty.alerts.length > 0) {
      return wrong(
        `payments.dlq is empty, and the monitor says: depth ${empty.depth}, age ${empty.ageSeconds} s, ${empty.alerts.length} alerts`,
        `payments.dlq trống mà monitor nói: ${empty.depth} message, tuổi ${empty.ageSeconds} giây, ${empty.alerts.length} cảnh báo`,
        ['.set('],
      )
    }
    if (one.depth !== 1) {
      return wrong(
        `one payment died, and dlq_messages says ${one.depth}`,
        `một thanh toán chết mà dlq_messages nói ${one.depth}`,
        ['dlq_messages', '.set('],
      )
    }
    if (one.alerts.length === 0) {
      return wrong(
        'one payment died and no alert fires: somebody waits for their money, and nobody knows',
        'một thanh toán chết mà không có cảnh báo nào: có người đang chờ tiền mà không ai biết',
        ['alert'],
      )
    }
    if (seen.stillThere !== 1) {
      return broken(
        text(
          `1 message was in payments.dlq; the monitor was asked ${seen.looks} times, and ${seen.stillThere} are left. Since RabbitMQ 4.0 a quorum queue drops what came back to it 20 times (x-delivery-limit)`,
          `payments.dlq có 1 message; hỏi monitor ${seen.looks} lần thì còn ${seen.stillThere}. Từ RabbitMQ 4.0, quorum queue bỏ message đã quay lại 20 lần (x-delivery-limit)`,
        ),
        {
          at: [
            { file: 'topology.ts', near: ['assertQueue(dlq', "'payments.dlq'"] },
            { file: 'monitor.ts', near: ['.get(', '.nack('] },
          ],
        },
      )
    }
    if (two.depth !== 1 || two.arrivals !== 2) {
      return wrong(
        `two payments died, and one of them was taken out before anybody looked: dlq_messages says ${two.depth} (1 is right), dlq_arrivals_total ${two.arrivals} (2 is right). What is there now does not tell what has come`,
        `hai thanh toán chết, một cái được lấy ra trước khi có ai nhìn: dlq_messages nói ${two.depth} (đúng là 1), dlq_arrivals_total nói ${two.arrivals} (đúng là 2). Cái đang có không cho biết đã tới bao nhiêu`,
        ['dlq_arrivals_total', '.inc('],
      )
    }
    for (const look of [...aged, agedAfterRestart]) {
      const age = look.ageSeconds ?? 0
      if (Math.abs(age - agedSeconds) <= slackSeconds) continue
      return wrongAge(look, age)
    }
    if (emptied.depth !== 0 || emptied.ageSeconds !== 0 || emptied.alerts.length > 0) {
      return wrong(
        `payments.dlq was emptied, and the monitor still says: depth ${emptied.depth}, age ${emptied.ageSeconds} s, ${emptied.alerts.length} alerts firing. An alert that does not end is soon not read any more`,
        `payments.dlq đã được dọn trống mà monitor vẫn nói: ${emptied.depth} message, tuổi ${emptied.ageSeconds} giây, ${emptied.alerts.length} cảnh báo. Cảnh báo không bao giờ hết thì chẳng mấy chốc không ai đọc nữa`,
        ['alert'],
      )
    }
    return held(
      witness(
        'looks',
        seen.looks,
        text(
          `fired at 1 dead payment, counted ${two.arrivals} arrivals, resolved at 0; ${seen.looks} looks took nothing away`,
          `1 thanh toán chết là báo, đếm được ${two.arrivals} lần vào, hết thì thôi báo; nhìn ${seen.looks} lần không làm mất gì`,
        ),
      ),
      witness('arrivals', two.arrivals ?? 0),
      witness('alerts', one.alerts.length),
    )
  },
}

function wrongAge({ depth }: Look, age: number): Judgement {
  return broken(
    text(
      `${depth} payments are in payments.dlq, one of them for ${agedSeconds} s by the clock, and dlq_oldest_age_seconds says ${age}. The age begins with the death, which the message itself can tell; and the oldest is the first one only as long as the queue puts back in front what was looked at`,
      `payments.dlq có ${depth} thanh toán, một cái đã ở đó ${agedSeconds} giây theo đồng hồ, mà dlq_oldest_age_seconds nói ${age}. Tuổi tính từ lúc chết, và chính message cho biết lúc đó; còn cái cũ nhất chỉ đứng đầu chừng nào queue trả message đã xem về lại phía trước`,
    ),
    {
      at: [
        { file: 'monitor.ts', near: ['dlq_oldest_age_seconds', 'clock.now'] },
        { file: 'topology.ts', near: ["'x-delivery-limit': -1", "'payments.dlq'"] },
      ],
    },
  )
}

function missingIn({ depth, ageSeconds, arrivals }: Look): string | undefined {
  if (depth === undefined) return 'dlq_messages'
  if (ageSeconds === undefined) return 'dlq_oldest_age_seconds'
  return arrivals === undefined ? 'dlq_arrivals_total' : undefined
}

export const notesAreWritten = {
  item: 'failure-06.6',
  text: text(
    'NOTES.md says which errors are permanent, which deserve a retry, and who acts on the alert',
    'NOTES.md ghi lỗi nào là vĩnh viễn, lỗi nào đáng retry và ai xử lý khi có cảnh báo',
  ),
}
