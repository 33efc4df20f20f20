/** What a consumer of Kafka can promise; each is held against what the wire, the broker and the ledger showed. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import { formatMoney } from '#payments/money'
import type { GroupsSeen, ParallelSeen, SharesSeen } from './scenarios/group.ts'
import type { KilledSeen } from './scenarios/kills.ts'
import type { BookedSeen, RefusedSeen } from './scenarios/letters.ts'
import type { CommitsSeen, OffsetsSeen } from './scenarios/offsets.ts'
import type { HandledSeen, OrderSeen } from './scenarios/records.ts'

const listener = 'listener.ts'
const consumer = 'consumer.ts'
const running = [{ file: listener, near: ['.run(', 'function listen'] }]
const committing = [{ file: listener, near: ['.commitOffsets(', 'autoCommit', '.run('] }]
const grouping = [{ file: consumer, near: ['groupId', 'listen('] }]
const stopping = [{ file: listener, near: ['async stop(', 'stop(', 'stop:'] }]
const burying = [{ file: listener, near: ['deadTopic,', 'topic: deadTopic', 'catch', '.send('] }]
const booking = [{ file: consumer, near: ['.post(', 'listen('] }]
const reading = [{ file: consumer, near: ['read', 'JSON.parse(', 'listen('] }]

export const handsOver: Promised<HandledSeen> = {
  item: 'mq-07.1',
  text: text(
    'a listener hands each record to its handler once, as read() gave it, with its partition, offset and key',
    'listener đưa mỗi record cho handler đúng một lần, ở dạng read() trả về, kèm partition, offset và key của nó',
  ),
  judge(seen) {
    const counts = countsOf(seen.handled)
    const twice = seen.produced.find((place) => (counts[place] ?? 0) > 1)
    if (twice !== undefined) {
      return broken(
        text(
          `handle() was called ${counts[twice]} times for the record at ${twice}, and nothing had gone wrong`,
          `handle() bị gọi ${counts[twice]} lần cho record ở ${twice} dù không có sự cố gì`,
        ),
        { at: running, trace: seen.trace },
      )
    }
    const missing = seen.produced.filter((place) => counts[place] === undefined)
    if (missing.length > 0) {
      return broken(
        text(
          `${missing.length} of ${seen.produced.length} records reached no handler under their place (${missing.slice(0, 3).join(', ')}): handle() is told { partition, offset, key }`,
          `${missing.length} trên ${seen.produced.length} record không tới handler với đúng chỗ của mình (${missing.slice(0, 3).join(', ')}): handle() nhận { partition, offset, key }`,
        ),
        { at: running },
      )
    }
    if (seen.wrongKeys > 0) {
      return broken(
        text(
          `${seen.wrongKeys} handlers were told another key than the record's`,
          `${seen.wrongKeys} lần handler nhận key khác với key của record`,
        ),
        { at: [{ file: listener, near: ['key', '.handle('] }] },
      )
    }
    if (seen.unread > 0) {
      return broken(
        text(
          `${seen.unread} handlers got something else than what read() had made of the value`,
          `${seen.unread} lần handler nhận thứ khác với thứ read() đã đọc ra từ value`,
        ),
        { at: [{ file: listener, near: ['.handle('] }] },
      )
    }
    return held(
      witness(
        'records',
        seen.handled.length,
        text(
          `${seen.handled.length} records handed over once`,
          `${seen.handled.length} record được giao đúng một lần`,
        ),
      ),
    )
  },
}

export const joinsOneGroup: Promised<GroupsSeen> = {
  item: 'mq-07.2',
  text: text(
    'every instance joins the one group called wallet, leaves it when it stops, and joins it again at a restart',
    'mọi instance vào cùng một group tên wallet, dừng thì rời group, khởi động lại thì vào lại đúng group đó',
  ),
  judge(seen) {
    if (!seen.hasLeft) {
      return broken(
        text(
          'an instance was stopped, and the broker still counts it as a member: its partitions wait for a session timeout, and nobody reads them',
          'một instance đã dừng mà broker vẫn tính nó là member: partition của nó phải chờ hết session timeout, trong lúc đó không ai đọc',
        ),
        { at: stopping },
      )
    }
    const ids = [...new Set([...seen.together, ...seen.afterRestart].map(({ id }) => id))]
    if (ids.length > 1) {
      return broken(
        text(
          `${seen.instances} instances and a restart make ${ids.length} groups (${ids.join(', ')}): each group gets every payment, and each begins from nothing`,
          `${seen.instances} instance và một lần khởi động lại tạo ra ${ids.length} group (${ids.join(', ')}): group nào cũng nhận mọi thanh toán, và group nào cũng bắt đầu từ con số không`,
        ),
        { at: grouping },
      )
    }
    const [id = ''] = ids
    if (seen.unnamed.length > 0 || id !== 'wallet') {
      return broken(
        text(
          `the group is called "${id}": it should be world.name('wallet'), the same in every instance`,
          `group có tên "${id}": phải là world.name('wallet'), giống nhau ở mọi instance`,
        ),
        { at: grouping },
      )
    }
    return held(
      witness(
        'members',
        seen.afterRestart[0]?.members ?? 0,
        text(
          '2 members of one group, before and after a restart',
          '2 member trong một group, trước và sau khi khởi động lại',
        ),
      ),
    )
  },
}

export const commitsBehindTheWork: Promised<CommitsSeen> = {
  item: 'mq-07.3',
  text: text(
    'no offset is committed before its handler is done, whoever commits',
    'không offset nào được commit trước khi handler của nó làm xong, dù ai commit',
  ),
  judge(seen) {
    if (seen.committedEarly > 0) {
      return broken(
        text(
          `offset ${seen.committedEarly} was committed while the first record was still in work: a crash now, and ${seen.committedEarly} records are skipped for ever`,
          `offset ${seen.committedEarly} đã được commit trong khi record đầu tiên còn đang xử lý: crash lúc này là ${seen.committedEarly} record bị bỏ qua vĩnh viễn`,
        ),
        { at: committing, trace: seen.trace },
      )
    }
    if (seen.inWork > 1) {
      return broken(
        text(
          `${seen.inWork} records of one partition are in work at the same time: nobody waited for the first handler`,
          `${seen.inWork} record của cùng một partition đang được xử lý cùng lúc: không ai chờ handler đầu tiên`,
        ),
        { at: running, trace: seen.trace },
      )
    }
    if (seen.committed === undefined || seen.committed < seen.records) {
      return broken(
        text(
          `${seen.records} records are done, and the group has ${seen.committed === undefined ? 'committed nothing' : `committed offset ${seen.committed}`}: the next start would do them again`,
          `${seen.records} record đã xong mà group ${seen.committed === undefined ? 'chưa commit gì' : `mới commit offset ${seen.committed}`}: lần khởi động sau sẽ làm lại chúng`,
        ),
        { at: committing, trace: seen.trace },
      )
    }
    return held(
      witness('records', seen.records),
      witness(
        'commits',
        seen.commits,
        text(
          `${seen.commits} commits, none ahead of its record`,
          `${seen.commits} lần commit, không lần nào đi trước record của nó`,
        ),
      ),
    )
  },
}

export const commitsTheNextOffset: Promised<OffsetsSeen> = {
  item: 'mq-07.4',
  text: text(
    'what is committed after a clean stop is the next offset to read, on every partition',
    'sau khi dừng đúng cách, offset được commit ở mọi partition là offset sẽ đọc tiếp theo',
  ),
  judge(seen) {
    const off = seen.partitions.find(({ end, committed }) => committed !== end)
    if (off !== undefined) {
      const { index, end, committed } = off
      const at = committed === undefined ? 'nothing' : `offset ${committed}`
      const atVi = committed === undefined ? 'chưa có gì' : `offset ${committed}`
      const why =
        committed === end - 1
          ? text(
              `the last record that is done lies at ${end - 1}, the next one to read at ${end}: the last record is read again at every start`,
              `record cuối cùng đã xong nằm ở ${end - 1}, record sẽ đọc tiếp ở ${end}: lần nào khởi động cũng đọc lại record cuối`,
            )
          : (committed ?? 0) > end
            ? text(
                `its end is ${end}: what comes to lie in between is skipped`,
                `partition mới tới ${end}: record nào rơi vào khoảng giữa sẽ bị bỏ qua`,
              )
            : text(
                `everything up to ${end} was done before the stop`,
                `mọi thứ tới ${end} đã xong trước khi dừng`,
              )
      return broken(
        text(
          `partition ${index} has ${at} committed, and ${why.en}`,
          `partition ${index} được commit ${atVi}, còn ${why.vi}`,
        ),
        { at: committing, trace: seen.trace },
      )
    }
    if (seen.again.length > 0) {
      return broken(
        text(
          `${seen.again.length} records were handed out again after a clean stop (${seen.again.slice(0, 3).join(', ')})`,
          `${seen.again.length} record bị giao lại sau khi đã dừng đúng cách (${seen.again.slice(0, 3).join(', ')})`,
        ),
        { at: committing },
      )
    }
    if (seen.skipped.length > 0) {
      return broken(
        text(
          `${seen.skipped.length} of ${seen.fresh} new records never came after the restart (${seen.skipped.slice(0, 3).join(', ')})`,
          `sau khi chạy lại, ${seen.skipped.length} trên ${seen.fresh} record mới không hề tới (${seen.skipped.slice(0, 3).join(', ')})`,
        ),
        { at: committing },
      )
    }
    return held(
      witness(
        'partitions',
        seen.partitions.length,
        text(
          `${seen.partitions.length} partitions committed to their end, a restart read ${seen.fresh} new records and no old one`,
          `${seen.partitions.length} partition được commit tới cuối, chạy lại chỉ đọc ${seen.fresh} record mới`,
        ),
      ),
      witness('fresh records', seen.fresh),
    )
  },
}

export const getsPastTheBroken: Promised<BookedSeen> = {
  item: 'mq-07.5',
  text: text(
    'a payment is booked in one transaction, and a broken record goes to payments.dead without blocking its partition',
    'thanh toán được ghi sổ trong một transaction, record hỏng sang payments.dead mà không làm nghẽn partition',
  ),
  judge(seen) {
    const [fault] = seen.audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    if (seen.committedMeanwhile !== undefined && seen.committedMeanwhile > seen.brokenOffset) {
      return broken(
        text(
          `the record at ${seen.brokenOffset} could not be read, and offset ${seen.committedMeanwhile} was committed while its copy was still on its way to payments.dead: a crash now, and it is nowhere`,
          `record ở ${seen.brokenOffset} không đọc được, vậy mà offset ${seen.committedMeanwhile} đã được commit khi bản sao của nó còn đang trên đường tới payments.dead: crash lúc này là không còn dấu vết gì`,
        ),
        { at: burying, trace: seen.trace },
      )
    }
    const missing = seen.payments.filter((_, at) => seen.captures[at] === 0)
    const [first] = missing
    if (first !== undefined) {
      return broken(
        text(
          `${missing.length} of ${seen.payments.length} payments are not in the ledger, first ${formatMoney(first.amount, 'en')} of ${first.merchant_id}`,
          `${missing.length} trên ${seen.payments.length} thanh toán không có trong sổ cái, đầu tiên là ${formatMoney(first.amount, 'vi')} của ${first.merchant_id}`,
        ),
        { at: booking, trace: seen.trace },
      )
    }
    if (seen.transactions > seen.payments.length) {
      const extra = seen.transactions - seen.payments.length
      return broken(
        text(
          `${extra} of the ${seen.broken.length} records that are no payments were booked all the same`,
          `${extra} trong ${seen.broken.length} record không phải thanh toán vẫn bị ghi sổ`,
        ),
        { at: reading },
      )
    }
    const lost = seen.broken.filter(({ value }) => !seen.dead.some((dead) => dead.value === value))
    if (lost.length > 0) {
      return broken(
        text(
          `${lost.length} broken records are committed and are nowhere now (${lost.map(({ what }) => what).join(', ')}): payments.dead should have each with its value as it was`,
          `${lost.length} record hỏng đã được commit và giờ không còn ở đâu (${lost.map(({ what }) => what).join(', ')}): payments.dead phải có từng cái với value nguyên vẹn`,
        ),
        { at: burying, trace: seen.trace },
      )
    }
    const keyless = seen.dead.filter(({ key }) => key !== seen.brokenKey)
    if (keyless.length > 0) {
      return broken(
        text(
          `${keyless.length} dead letters have lost their key: whoever sends them back can't put them where they belong`,
          `${keyless.length} dead letter bị mất key: người gửi trả lại không biết đặt chúng vào đâu`,
        ),
        { at: burying },
      )
    }
    return held(
      witness(
        'payments',
        seen.payments.length,
        text(
          `${seen.payments.length} payments booked, ${seen.dead.length} dead letters`,
          `${seen.payments.length} thanh toán đã ghi sổ, ${seen.dead.length} dead letter`,
        ),
      ),
      witness('dead letters', seen.dead.length),
    )
  },
}

export const keepsWhatIsRefused: Promised<RefusedSeen> = {
  item: 'mq-07.5',
  text: text(
    'a broken record whose copy payments.dead refuses is not committed until the copy is stored',
    'record hỏng mà payments.dead từ chối bản sao thì chưa được commit, cho tới khi bản sao đã nằm ở đó',
  ),
  judge({ committedMeanwhile, copies, captures, trace }) {
    if (copies === 0) {
      return broken(
        text(
          committedMeanwhile > 0
            ? `payments.dead refused the copy of a broken record (MESSAGE_TOO_LARGE), and offset ${committedMeanwhile} was committed all the same: the record is nowhere now`
            : 'payments.dead refused the copy of a broken record (MESSAGE_TOO_LARGE), and later, when it would have taken it, the record was skipped: it is nowhere now',
          committedMeanwhile > 0
            ? `payments.dead từ chối bản sao của một record hỏng (MESSAGE_TOO_LARGE), vậy mà offset ${committedMeanwhile} vẫn được commit: record đó giờ không còn ở đâu`
            : 'payments.dead từ chối bản sao của một record hỏng (MESSAGE_TOO_LARGE), về sau khi nó nhận được thì record lại bị bỏ qua: giờ không còn ở đâu',
        ),
        { at: burying, trace },
      )
    }
    if (captures !== 1) {
      return broken(
        text(
          `the payment behind the broken record was booked ${captures} times`,
          `thanh toán nằm sau record hỏng được ghi sổ ${captures} lần`,
        ),
        { at: booking, trace },
      )
    }
    return held(
      witness(
        'refused copies',
        copies,
        text('1 copy refused, and stored later', '1 bản sao bị từ chối, về sau đã nằm trong payments.dead'),
      ),
    )
  },
}

export const worksInParallel: Promised<ParallelSeen> = {
  item: 'mq-07.6',
  text: text(
    'partitions are worked on in parallel, and never two records of one partition at a time',
    'các partition được xử lý song song, và không lúc nào có hai record của một partition cùng được xử lý',
  ),
  judge(seen) {
    if (seen.inOnePartition > 1) {
      return broken(
        text(
          `${seen.inOnePartition} records of one partition were in work at the same time: whichever is done first, the order is gone, and no offset can say what is done`,
          `${seen.inOnePartition} record của một partition được xử lý cùng lúc: cái nào xong trước thì thứ tự cũng mất, và không offset nào nói được cái gì đã xong`,
        ),
        { at: running },
      )
    }
    if (seen.atOnce < seen.partitions) {
      return broken(
        text(
          `the listener may work on ${seen.partitions} partitions at a time, and worked on ${seen.atOnce}: the others wait although nothing stands in their way`,
          `listener được phép xử lý ${seen.partitions} partition cùng lúc mà chỉ làm ${seen.atOnce}: các partition khác phải chờ dù không vướng gì`,
        ),
        { at: [{ file: listener, near: ['partitionsConsumedConcurrently', '.run('] }] },
      )
    }
    if (seen.done < seen.produced) {
      return broken(
        text(
          `${seen.produced - seen.done} of ${seen.produced} records were never done once a second listener had joined`,
          `sau khi listener thứ hai vào, ${seen.produced - seen.done} trên ${seen.produced} record không bao giờ được xử lý xong`,
        ),
        { at: running, trace: seen.trace },
      )
    }
    if (seen.shares.some((share) => share === 0)) {
      return broken(
        text(
          'two listeners are members of the group, and one of them was handed nothing',
          'hai listener đều là member của group mà một cái không nhận được gì',
        ),
        { at: running, trace: seen.trace },
      )
    }
    return held(
      witness(
        'partitions at once',
        seen.atOnce,
        text(
          `${seen.atOnce} partitions at once, 1 record each`,
          `${seen.atOnce} partition cùng lúc, mỗi cái 1 record`,
        ),
      ),
      witness('records', seen.done),
    )
  },
}

export const keepsTheOrder: Promised<OrderSeen> = {
  item: 'mq-07.7',
  text: text(
    'every record of every partition is done once, in order within its key, those from before the first start included',
    'mọi record ở mọi partition được xử lý đúng một lần, đúng thứ tự trong từng key, kể cả record có từ trước lần chạy đầu',
  ),
  judge(seen) {
    const names = Object.keys(seen.sequences)
    const disordered = names.find((name) => !isAscending(seen.sequences[name] ?? []))
    if (disordered !== undefined) {
      return broken(
        text(
          `the records of ${disordered} were done as ${seen.sequences[disordered]?.join(', ')}: they lie in that partition from 0 on, in order`,
          `các record của ${disordered} được xử lý theo thứ tự ${seen.sequences[disordered]?.join(', ')}: trong partition chúng nằm lần lượt từ 0`,
        ),
        { at: running },
      )
    }
    const done = names.reduce((sum, name) => sum + (seen.sequences[name]?.length ?? 0), 0)
    if (names.length !== seen.keys || done !== seen.produced) {
      return broken(
        text(
          `${done} of ${seen.produced} records were done, under ${names.length} of ${seen.keys} keys`,
          `${done} trên ${seen.produced} record được xử lý, với ${names.length} trên ${seen.keys} key`,
        ),
        { at: running },
      )
    }
    const [fault] = seen.audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    const missing = seen.captures.filter((times) => times !== 1).length
    if (missing > 0) {
      return broken(
        text(
          `${missing} of ${seen.payments.length} payments that were in the topic before the wallet's first start are not in the ledger`,
          `${missing} trên ${seen.payments.length} thanh toán có trong topic từ trước lần chạy đầu của ví không có trong sổ cái`,
        ),
        { at: [{ file: listener, near: ['.subscribe(', 'fromBeginning'] }] },
      )
    }
    return held(
      witness(
        'records',
        done,
        text(`${done} records in order, ${seen.keys} keys`, `${done} record đúng thứ tự, ${seen.keys} key`),
      ),
      witness('payments', seen.payments.length),
    )
  },
}

export const sharesWithinAGroup: Promised<SharesSeen> = {
  item: 'mq-07.8',
  text: text(
    'two groups each get every record, and two members of one group share them without overlap',
    'hai group thì mỗi group nhận đủ mọi record; hai member cùng group chia nhau, không trùng',
  ),
  judge(seen) {
    const [one = [], two = []] = seen.wallet
    const both = one.filter((place) => two.includes(place))
    if (both.length > 0) {
      return broken(
        text(
          `${both.length} records came to both members of the group wallet (${both.slice(0, 3).join(', ')})`,
          `${both.length} record tới cả hai member của group wallet (${both.slice(0, 3).join(', ')})`,
        ),
        { at: running, trace: seen.trace },
      )
    }
    for (const [group, got] of [
      ['wallet', [...one, ...two]],
      ['reports', seen.reports],
    ] as const) {
      const missing = seen.produced.filter((place) => !got.includes(place))
      if (missing.length === 0) continue
      return broken(
        text(
          `the group ${group} was handed ${seen.produced.length - missing.length} of ${seen.produced.length} records`,
          `group ${group} chỉ nhận ${seen.produced.length - missing.length} trên ${seen.produced.length} record`,
        ),
        { at: running, trace: seen.trace },
      )
    }
    if (one.length === 0 || two.length === 0) {
      return broken(
        text(
          'one member of the group wallet was handed everything, the other nothing',
          'một member của group wallet nhận hết, member kia không nhận gì',
        ),
        { at: running, trace: seen.trace },
      )
    }
    return held(
      witness(
        'records',
        seen.produced.length,
        text(
          `${seen.produced.length} records: ${one.length} + ${two.length} in one group, ${seen.reports.length} in the other`,
          `${seen.produced.length} record: ${one.length} + ${two.length} trong một group, ${seen.reports.length} ở group kia`,
        ),
      ),
    )
  },
}

export const survivesTheKills: Promised<KilledSeen> = {
  item: 'mq-07.9',
  text: text(
    'killed and started again, the consumer goes on at the committed offset, skips nothing and books nothing twice',
    'bị kill rồi chạy lại, consumer đọc tiếp từ offset đã commit, không sót record nào và không ghi sổ hai lần',
  ),
  judge(seen) {
    const [fault] = seen.audit
    if (fault !== undefined)
      return broken(text(`the books don't balance: ${fault}`, `sổ không cân: ${fault}`), { at: booking })
    const lost = seen.payments.filter((_, at) => seen.captures[at] === 0)
    const [first] = lost
    if (first !== undefined && seen.dead === 0) {
      return broken(
        text(
          `killed before it had booked, the consumer never booked ${formatMoney(first.amount, 'en')} of ${first.merchant_id}: the offset behind that payment was committed already`,
          `bị kill trước khi ghi sổ, consumer không bao giờ ghi ${formatMoney(first.amount, 'vi')} của ${first.merchant_id}: offset sau thanh toán đó đã được commit rồi`,
        ),
        { at: committing, trace: seen.trace },
      )
    }
    if (seen.dead > 0) {
      return broken(
        text(
          `${seen.dead} payments came again after a crash and ended in payments.dead as if they had failed: that a payment is booked already is a success`,
          `${seen.dead} thanh toán tới lại sau sự cố và vào payments.dead như thể bị hỏng: thanh toán đã ghi sổ rồi cũng là thành công`,
        ),
        { at: booking },
      )
    }
    const astray = seen.resumed.find(({ committed, readFrom }) => readFrom !== committed)
    if (astray !== undefined) {
      return broken(
        text(
          `the group had committed offset ${astray.committed}, and the new process began to read at ${astray.readFrom ?? 'no offset at all'}`,
          `group đã commit offset ${astray.committed} mà process mới bắt đầu đọc từ ${astray.readFrom ?? 'không offset nào'}`,
        ),
        { at: running, trace: seen.trace },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(`${seen.kills} SIGKILLs survived`, `sống qua ${seen.kills} lần SIGKILL`),
      ),
      witness(
        'payments',
        seen.payments.length,
        text(
          `${seen.payments.length} payments booked once`,
          `${seen.payments.length} thanh toán đã ghi sổ, mỗi cái một lần`,
        ),
      ),
    )
  },
}

export const notesAreWritten = {
  item: 'mq-07.10',
  text: text(
    'NOTES.md says when your consumer commits, what is read again after a crash, and where a broken record ends',
    'NOTES.md ghi consumer của bạn commit lúc nào, crash thì đọc lại những gì, và record hỏng kết thúc ở đâu',
  ),
}

const isAscending = (numbers: readonly number[]) => numbers.every((number, at) => number === at)

function countsOf(places: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const place of places) counts[place] = (counts[place] ?? 0) + 1
  return counts
}
