/** What can be promised about order; each is held against the log, the handlers and the database. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import type { Disorder } from './scenarios/events.ts'
import type { JournalSeen } from './scenarios/journal.ts'
import type { HeldBackSeen, OrderSeen } from './scenarios/order.ts'
import type { SpreadSeen } from './scenarios/spread.ts'
import type { SurvivedSeen } from './scenarios/survival.ts'

const creating = [{ file: 'topics.ts', near: ['wallet.events', '.createTopics('] }]
const creatingJournal = [{ file: 'topics.ts', near: ['topic: world.name(journal)', '.createTopics('] }]
const keying = [{ file: 'publisher.ts', near: ['key', '.send('] }]
const publishing = [{ file: 'publisher.ts', near: ['.send(', 'publish('] }]
const handling = [{ file: 'consumer.ts', near: ['handle(', 'eachMessage', 'eachBatch', '.run('] }]
const failing = [{ file: 'consumer.ts', near: ['catch', 'handle(', '.run('] }]
const grouping = [{ file: 'consumer.ts', near: ['groupId', '.consumer('] }]
const entering = [{ file: 'book.ts', near: ['INSERT', 'handle'] }]

export const spreadsWallets: Promised<SpreadSeen> = {
  item: 'mq-09.1',
  text: text(
    'a topic with several partitions carries the events of many wallets',
    'một topic nhiều partition chở event của nhiều ví',
  ),
  judge(seen) {
    if (seen.partitions === 0) return broken(missing('wallet.events', seen.others), { at: creating })
    if (seen.partitions === 1) {
      return broken(
        text(
          'wallet.events has 1 partition: all wallets wait behind each other, and a second consumer has nothing to do',
          'wallet.events có 1 partition: mọi ví xếp hàng sau nhau, và consumer thứ hai không có việc gì làm',
        ),
        { at: creating },
      )
    }
    if (seen.stored !== seen.sent) {
      return broken(
        text(
          `${seen.sent} events were published, and ${seen.stored} records are in the topic`,
          `đã publish ${seen.sent} event, còn trong topic có ${seen.stored} record`,
        ),
        { at: publishing, trace: seen.trace },
      )
    }
    if (seen.keyless > 0) {
      return broken(
        text(
          `${seen.keyless} of ${seen.sent} events have no key: they are dealt out in turn, each to another partition than the one before`,
          `${seen.keyless} trên ${seen.sent} event không có key: chúng được chia lần lượt, cái sau sang partition khác cái trước`,
        ),
        { at: keying, trace: seen.trace },
      )
    }
    const [scattered] = seen.scattered
    if (scattered !== undefined) {
      return broken(
        text(
          `the events of ${seen.scattered.length} of ${seen.wallets} wallets lie in several partitions, first ${scattered}: between partitions there is no order`,
          `event của ${seen.scattered.length} trên ${seen.wallets} ví nằm ở nhiều partition, đầu tiên là ${scattered}: giữa các partition không có thứ tự`,
        ),
        { at: keying, trace: seen.trace },
      )
    }
    if (seen.partitionsUsed < 2) {
      return broken(
        text(
          `all ${seen.wallets} wallets lie in one of ${seen.partitions} partitions`,
          `cả ${seen.wallets} ví nằm trong một trên ${seen.partitions} partition`,
        ),
        { at: keying, trace: seen.trace },
      )
    }
    return held(
      witness(
        'wallets',
        seen.wallets,
        text(
          `${seen.sent} events of ${seen.wallets} wallets in ${seen.partitionsUsed} of ${seen.partitions} partitions`,
          `${seen.sent} event của ${seen.wallets} ví nằm ở ${seen.partitionsUsed} trên ${seen.partitions} partition`,
        ),
      ),
      witness('partitions', seen.partitionsUsed),
    )
  },
}

export const keepsOrderInAKey: Promised<OrderSeen> = {
  item: 'mq-09.2',
  text: text(
    'events with the same key are processed in the order in which they were sent',
    'event cùng key được xử lý đúng thứ tự đã gửi',
  ),
  judge(seen) {
    const { trace } = seen
    const [inLog] = seen.disorderedInLog
    if (inLog !== undefined) {
      return broken(
        text(
          `${inLog.wallet} was published as 1, 2, 3 … and lies in the log as ${list(inLog)}: while a lost request waited to be sent again, what came after it was sent`,
          `${inLog.wallet} được publish theo thứ tự 1, 2, 3 … nhưng nằm trong log là ${list(inLog)}: trong lúc request bị mất chờ gửi lại, cái đến sau đã được gửi`,
        ),
        { at: publishing, trace },
      )
    }
    if (seen.missingInLog > 0) {
      return broken(
        text(
          `${seen.missingInLog} of ${seen.sent} events were reported as published and are not in the log`,
          `${seen.missingInLog} trên ${seen.sent} event được báo đã publish mà không có trong log`,
        ),
        { at: publishing, trace },
      )
    }
    if (seen.overlaps > 0) {
      return broken(
        text(
          `${seen.overlaps} handlers began while an earlier event of the same wallet was still at work: whoever is quicker comes first`,
          `${seen.overlaps} lần handler bắt đầu khi event trước của cùng ví còn đang xử lý: ai nhanh hơn thì xong trước`,
        ),
        { at: handling, trace },
      )
    }
    const [disorder] = seen.disordered
    if (disorder !== undefined) {
      return broken(
        text(
          `${disorder.wallet} lies in the log as 1, 2, 3 … and was worked on as ${list(disorder)}: the log's order is the order, whatever the clocks of the senders say`,
          `${disorder.wallet} nằm trong log là 1, 2, 3 … nhưng được xử lý theo ${list(disorder)}: thứ tự trong log mới là thứ tự, đồng hồ của bên gửi nói gì cũng mặc`,
        ),
        { at: handling, trace },
      )
    }
    if (seen.handled < seen.sent) {
      return broken(
        text(
          `${seen.sent - seen.handled} of ${seen.sent} events were never worked on`,
          `${seen.sent - seen.handled} trên ${seen.sent} event không bao giờ được xử lý`,
        ),
        { at: handling, trace },
      )
    }
    return held(
      witness(
        'handled',
        seen.handled,
        text(
          `${seen.handled} events in order, one request lost`,
          `${seen.handled} event đúng thứ tự, một request bị mất`,
        ),
      ),
      witness('cuts', seen.cuts),
    )
  },
}

export const letsOthersPass: Promised<HeldBackSeen> = {
  item: 'mq-09.3',
  text: text(
    'with one partition held back on purpose, events of different keys come out of order',
    'cố ý giữ chậm một partition: event khác key ra sai thứ tự',
  ),
  judge(seen) {
    if (seen.overtook === 0) {
      return broken(
        text(
          `partition ${seen.heldPartition} was held up, and nobody else went on: wallets that have nothing to do with each other wait for each other`,
          `partition ${seen.heldPartition} bị giữ lại và không ai khác chạy tiếp: những ví không liên quan lại phải chờ nhau`,
        ),
        { at: grouping },
      )
    }
    const [disorder] = seen.disordered
    if (disorder !== undefined) {
      return broken(
        text(
          `${disorder.wallet} was worked on as ${list(disorder)}: within a wallet nothing may overtake`,
          `${disorder.wallet} được xử lý theo thứ tự ${list(disorder)}: trong cùng một ví không được vượt nhau`,
        ),
        { at: handling },
      )
    }
    if (seen.handled !== seen.sent) {
      return broken(
        text(
          `${seen.sent} events were sent and ${seen.handled} times a handler finished one`,
          `đã gửi ${seen.sent} event mà handler xong ${seen.handled} lần`,
        ),
        { at: grouping },
      )
    }
    return held(
      witness(
        'overtook',
        seen.overtook,
        text(
          `${seen.overtook} of ${seen.sent} events overtook the first one, none within its wallet`,
          `${seen.overtook} trên ${seen.sent} event vượt event đầu tiên, không cái nào vượt trong cùng một ví`,
        ),
      ),
      witness('members', seen.members),
    )
  },
}

export const oneOrderForAll: Promised<JournalSeen> = {
  item: 'mq-09.4',
  text: text(
    'on a single partition all events have one order, and only one consumer works on them',
    'với một partition duy nhất, mọi event theo một thứ tự chung và chỉ một consumer xử lý',
  ),
  judge(seen) {
    if (seen.partitions === 0) return broken(missing('wallet.journal', seen.others), { at: creatingJournal })
    if (seen.partitions > 1) {
      return broken(
        text(
          `wallet.journal has ${seen.partitions} partitions: each has an order of its own, and none is over all of them`,
          `wallet.journal có ${seen.partitions} partition: mỗi cái có thứ tự riêng, không có thứ tự nào chung cho tất cả`,
        ),
        { at: creatingJournal },
      )
    }
    const [one, other] = seen.handledBy
    if (one > 0 && other > 0) {
      return broken(
        text(
          `both consumers worked on the journal (${one} and ${other} of ${seen.sent} events): they are in different groups, so each gets everything at its own pace`,
          `cả hai consumer cùng xử lý journal (${one} và ${other} trên ${seen.sent} event): chúng ở hai group khác nhau nên mỗi cái nhận đủ và chạy theo nhịp riêng`,
        ),
        { at: grouping },
      )
    }
    if (seen.overlaps > 0) {
      return broken(
        text(
          `${seen.overlaps} handlers began while another event of the journal was still at work: one partition, and its order is lost in the consumer`,
          `${seen.overlaps} lần handler bắt đầu khi một event khác của journal còn đang xử lý: một partition, mà thứ tự lại mất ngay trong consumer`,
        ),
        { at: handling, trace: seen.trace },
      )
    }
    if (one + other < seen.sent) {
      return broken(
        text(
          `${seen.sent - one - other} of ${seen.sent} events of the journal were never worked on`,
          `${seen.sent - one - other} trên ${seen.sent} event của journal không bao giờ được xử lý`,
        ),
        { at: handling, trace: seen.trace },
      )
    }
    if (seen.outOfTurn !== undefined) {
      const { step, sentAs, doneAs } = seen.outOfTurn
      return broken(
        text(
          `${step.wallet} version ${step.version} was published as number ${sentAs} and worked on as number ${doneAs}`,
          `${step.wallet} version ${step.version} được publish thứ ${sentAs} mà được xử lý thứ ${doneAs}`,
        ),
        { at: [...publishing, ...handling], trace: seen.trace },
      )
    }
    return held(
      witness(
        'handled',
        one + other,
        text(
          `${one + other} events in one order, by one of ${seen.members} consumers`,
          `${one + other} event theo một thứ tự, do một trong ${seen.members} consumer`,
        ),
      ),
      witness('members', seen.members),
    )
  },
}

export const survivesRetriesAndCrashes: Promised<SurvivedSeen> = {
  item: 'mq-09.5',
  text: text(
    'the promised order holds through retries, a consumer crash and a rebalance',
    'thứ tự đã hứa vẫn giữ qua retry, consumer crash và rebalance',
  ),
  judge(seen) {
    const { failing: failed, trace } = seen
    const [byRetry] = seen.disorderedByRetry
    if (byRetry !== undefined) {
      return broken(
        text(
          `${byRetry.wallet} was worked on as ${list(byRetry)}: its event failed, was put aside, and the next one of its wallet went ahead`,
          `${byRetry.wallet} được xử lý theo thứ tự ${list(byRetry)}: event của nó hỏng, bị gác sang bên, và event kế tiếp của chính ví đó đi trước`,
        ),
        { at: failing },
      )
    }
    if (failed.attempts < 3) {
      return broken(
        text(
          `an event of ${failed.step.wallet} failed and was tried ${failed.attempts} ${failed.attempts === 1 ? 'time' : 'times'}: it is skipped, and everything behind it builds on a gap`,
          `một event của ${failed.step.wallet} hỏng và chỉ được thử ${failed.attempts} lần: nó bị bỏ qua, và mọi thứ phía sau dựng trên một lỗ hổng`,
        ),
        { at: failing },
      )
    }
    if (failed.done < failed.sent) {
      return broken(
        text(
          `an event failed twice, and ${failed.sent - failed.done} of ${failed.sent} were never worked on after that`,
          `một event hỏng hai lần, và sau đó ${failed.sent - failed.done} trên ${failed.sent} event không bao giờ được xử lý`,
        ),
        { at: failing },
      )
    }
    const [disorder] = seen.disordered
    if (disorder !== undefined) {
      return broken(
        text(
          `in the book ${disorder.wallet} stands as ${list(disorder)}, after a crash and with a second instance`,
          `trong sổ, ${disorder.wallet} được ghi là ${list(disorder)} sau một lần crash và khi có instance thứ hai`,
        ),
        { at: entering, trace },
      )
    }
    const [twice] = seen.twice
    if (twice !== undefined) {
      return broken(
        text(
          `${twice.wallet} version ${twice.version} stands in the book twice: entered before the crash, and again after it, since its offset had not been committed`,
          `${twice.wallet} version ${twice.version} được ghi sổ hai lần: một lần trước khi crash, một lần sau, vì offset của nó chưa được commit`,
        ),
        { at: entering, trace },
      )
    }
    const [missingStep] = seen.missing
    if (missingStep !== undefined) {
      return broken(
        text(
          `${seen.missing.length} of ${seen.sent} events are not in the book, first ${missingStep.wallet} version ${missingStep.version}: its offset was committed before it was entered, or nobody works on its partition`,
          `${seen.missing.length} trên ${seen.sent} event không có trong sổ, đầu tiên là ${missingStep.wallet} version ${missingStep.version}: offset được commit trước khi ghi sổ, hoặc không ai xử lý partition của nó`,
        ),
        { at: [...handling, ...entering], trace },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(`survived ${seen.kills} SIGKILL`, `sống sót qua ${seen.kills} lần SIGKILL`),
      ),
      witness(
        'attempts',
        failed.attempts,
        text(
          `an event tried ${failed.attempts} times in its place`,
          `một event được thử ${failed.attempts} lần tại chỗ`,
        ),
      ),
      witness(
        'rows',
        seen.rows.length,
        text(
          `${seen.rows.length} entries in order, by ${seen.members} instances in the end`,
          `${seen.rows.length} dòng đúng thứ tự, cuối cùng do ${seen.members} instance`,
        ),
      ),
      witness('members', seen.members),
    )
  },
}

export const analysisIsWritten = {
  item: 'mq-09.6',
  text: text(
    'an analysis weighs throughput against order with figures for one partition and for several',
    'bài phân tích cân giữa throughput và thứ tự, có số liệu cho một partition và cho nhiều partition',
  ),
}

export const notesAreWritten = {
  item: 'mq-09.7',
  text: text(
    'NOTES.md says which key keeps your payments in order and what would break that order',
    'NOTES.md ghi key nào giữ thứ tự cho thanh toán của bạn và điều gì sẽ phá thứ tự đó',
  ),
}

const list = ({ versions }: Disorder): string => versions.join(', ')

function missing(name: string, others: readonly string[]) {
  const found =
    others.length === 0 ? text('none', 'không có topic nào') : text(others.join(', '), others.join(', '))
  return text(
    `there is no topic world.name('${name}'); what is there: ${found.en}`,
    `không có topic world.name('${name}'); đang có: ${found.vi}`,
  )
}
