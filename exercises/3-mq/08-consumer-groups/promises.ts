/** What a consumer group can promise; each is held against what the broker, the wire and the ledger showed. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import type { Payment } from '#payments/events'
import { formatMoney } from '#payments/money'
import { type AssignedSeen, type CrashedSeen, type GrownSeen, type JoinedSeen, sessionMsMax } from './run.ts'

const member = 'member.ts'
const grouping = [{ file: member, near: ['groupId', '.consumer('] }]
const owning = [{ file: member, near: ['GROUP_JOIN', 'owned'] }]
const timing = [{ file: member, near: ['sessionTimeout', '.consumer('] }]
const assigning = [{ file: member, near: ['partitionAssigners', '.consumer('] }]
const stopping = [{ file: member, near: ['async stop(', 'stop(', 'stop:'] }]
const working = [{ file: member, near: ['.run(', 'eachMessage'] }]
const beginning = [{ file: member, near: ['fromBeginning', '.subscribe('] }]

export const listsTheMembers: Promised<JoinedSeen> = {
  item: 'mq-08.1',
  text: text(
    'several consumers run in one group: the broker lists each of them while it runs, and none that has stopped',
    'nhiều consumer chạy trong một group: broker liệt kê đủ từng cái đang chạy, và không còn cái nào đã dừng',
  ),
  judge(seen) {
    if (seen.groups.length > 1) {
      const names = seen.groups.map(({ id }) => id).join(', ')
      return broken(
        text(
          `${seen.instances} instances make ${seen.groups.length} groups (${names}): each reads every payment, and none shares the work`,
          `${seen.instances} instance tạo ra ${seen.groups.length} group (${names}): cái nào cũng đọc mọi thanh toán, không ai chia việc cho ai`,
        ),
        { at: grouping },
      )
    }
    if (!seen.hasRightName) {
      return broken(
        text(
          `the group is called "${seen.groups[0]?.id}": it should be world.name('wallet')`,
          `group có tên "${seen.groups[0]?.id}": phải là world.name('wallet')`,
        ),
        { at: grouping },
      )
    }
    const missing = lostOf(seen)
    if (missing !== undefined) {
      return broken(
        text(
          `${missing.count} of ${seen.payments.length} payments that were there before the group are not in the ledger: a partition without a committed offset has to begin at the beginning`,
          `${missing.count} trên ${seen.payments.length} thanh toán có từ trước khi có group không nằm trong sổ cái: partition chưa commit offset nào thì phải đọc từ đầu`,
        ),
        { at: beginning },
      )
    }
    if (!seen.hasLeft) {
      return broken(
        text(
          'one member was stopped, and the broker goes on listing it: its partitions wait for a session timeout',
          'một member đã dừng mà broker vẫn liệt kê nó: partition của nó phải chờ hết session timeout',
        ),
        { at: stopping },
      )
    }
    return held(
      witness(
        'members',
        seen.instances,
        text(`${seen.instances} members, 1 left at once`, `${seen.instances} member, 1 cái rời đi ngay`),
      ),
      witness('payments', seen.payments.length),
    )
  },
}

export const ownsAlone: Promised<AssignedSeen> = {
  item: 'mq-08.2',
  text: text(
    'each partition has exactly one owner, every consumer gets some, and one too many sits idle and says so',
    'mỗi partition có đúng một chủ, consumer nào cũng có phần, thừa một cái thì nó ngồi không và nói đúng như vậy',
  ),
  judge(seen) {
    const unfair = unfairly(seen.given, seen.partitions)
    if (unfair !== undefined) return broken(unfair, { at: assigning, trace: seen.trace })
    const wrong = saysWrong(seen.owned, seen.given)
    if (wrong !== undefined) return broken(wrong, { at: owning, trace: seen.trace })
    const idle = seen.owned.filter((partitions) => partitions.length === 0).length
    return held(
      witness(
        'owners',
        seen.owned.length - idle,
        text(
          `${seen.partitions} partitions, ${seen.owned.length - idle} owners, ${idle} idle`,
          `${seen.partitions} partition, ${seen.owned.length - idle} chủ, ${idle} ngồi không`,
        ),
      ),
    )
  },
}

export const inherits: Promised<CrashedSeen> = {
  item: 'mq-08.3',
  text: text(
    'the partitions of a killed consumer pass to the others within 10 s, and no record is left behind',
    'partition của consumer bị kill sang tay các consumer khác trong vòng 10 giây, không record nào bị bỏ lại',
  ),
  judge(seen) {
    if (seen.sessionMs > sessionMsMax) {
      return broken(
        text(
          `partitions ${seen.orphaned.join(', ')} would have waited ${seen.sessionMs / 1000} s for their dead owner: that is the session timeout it joined with`,
          `partition ${seen.orphaned.join(', ')} lẽ ra phải chờ người chủ đã chết ${seen.sessionMs / 1000} giây: đó là session timeout nó xin khi vào group`,
        ),
        { at: timing },
      )
    }
    const unowned = seen.orphaned.filter((partition) => !seen.owned.flat().includes(partition))
    if (unowned.length > 0) {
      return broken(
        text(
          `partitions ${unowned.join(', ')} belonged to the dead member, and none of the others says that it owns them now`,
          `partition ${unowned.join(', ')} là của member đã chết, và không member nào nói mình đang giữ chúng`,
        ),
        { at: owning, trace: seen.trace },
      )
    }
    const lost = lostOf(seen)
    if (lost !== undefined) return broken(lost.said, { at: working, trace: seen.trace })
    if (seen.lag > 0) return uncommitted(seen.lag, seen.trace)
    return held(
      witness(
        'inherited',
        seen.orphaned.length,
        text(
          `${seen.orphaned.length} partitions inherited, ${seen.payments.length} payments booked once`,
          `${seen.orphaned.length} partition đổi chủ, ${seen.payments.length} thanh toán đã ghi sổ, mỗi cái một lần`,
        ),
      ),
    )
  },
}

export const sharesWithNewcomers: Promised<GrownSeen> = {
  item: 'mq-08.4',
  text: text(
    'a consumer that joins gets its share of partitions, all know what they own afterwards, and no record is lost meanwhile',
    'consumer mới vào nhận phần partition của mình, sau đó ai cũng biết mình giữ gì, và trong lúc đó không mất record nào',
  ),
  judge(seen) {
    const unfair = unfairly(seen.given, seen.partitions)
    if (unfair !== undefined) return broken(unfair, { at: assigning, trace: seen.trace })
    const wrong = saysWrong(seen.after, seen.given)
    if (wrong !== undefined) return broken(wrong, { at: owning, trace: seen.trace })
    const lost = lostOf(seen)
    if (lost !== undefined) return broken(lost.said, { at: working, trace: seen.trace })
    if (seen.lag > 0) return uncommitted(seen.lag, seen.trace)
    const newcomer = seen.after.at(-1)?.length ?? 0
    return held(
      witness(
        'share',
        newcomer,
        text(
          `${newcomer} of ${seen.partitions} partitions for the newcomer, ${seen.payments.length} payments booked once`,
          `member mới nhận ${newcomer} trên ${seen.partitions} partition, ${seen.payments.length} thanh toán đã ghi sổ, mỗi cái một lần`,
        ),
      ),
    )
  },
}

export const notesAreWritten = {
  item: 'mq-08.6',
  text: text(
    'NOTES.md says who owned which partition before and after, and which timeout set the pace',
    'NOTES.md ghi trước và sau rebalance ai giữ partition nào, và timeout nào quyết định nhanh hay chậm',
  ),
}

/** Whether anybody has nothing while somebody has two, or a partition has no owner or two. */
function unfairly(given: readonly (readonly number[])[], partitions: number) {
  const all = given.flat()
  const shown = given.map((each) => `[${each.join(', ')}]`).join(' ')
  if (new Set(all).size !== all.length || all.length !== partitions) {
    return text(
      `${partitions} partitions were shared out as ${shown}: each needs exactly one owner`,
      `${partitions} partition được chia thành ${shown}: mỗi partition phải có đúng một chủ`,
    )
  }
  const sizes = given.map(({ length }) => length)
  if (Math.max(...sizes) - Math.min(...sizes) <= 1) return undefined
  return text(
    `${given.length} members share ${partitions} partitions as ${shown}: some work for others who wait`,
    `${given.length} member chia ${partitions} partition thành ${shown}: người làm hộ, người ngồi chờ`,
  )
}

/** Whether the members say something else than the broker gave them. */
function saysWrong(owned: readonly (readonly number[])[], given: readonly (readonly number[])[]) {
  const inWords = (lists: readonly (readonly number[])[]) =>
    lists
      .map((each) => `[${each.join(', ')}]`)
      .sort()
      .join(' ')
  if (inWords(owned) === inWords(given)) return undefined
  return text(
    `the members were given ${inWords(given)} and say that they own ${inWords(owned)}: after each rebalance what was owned before means nothing`,
    `các member được giao ${inWords(given)} mà nói rằng mình giữ ${inWords(owned)}: sau mỗi rebalance, những gì giữ trước đó không còn ý nghĩa`,
  )
}

function lostOf({
  payments,
  captures,
}: {
  readonly payments: readonly Payment[]
  readonly captures: readonly number[]
}) {
  const lost = payments.filter((_, at) => captures[at] !== 1)
  const [first] = lost
  if (first === undefined) return undefined
  return {
    count: lost.length,
    said: text(
      `${lost.length} of ${payments.length} payments are not in the ledger, first ${formatMoney(first.amount, 'en')} of ${first.merchant_id}`,
      `${lost.length} trên ${payments.length} thanh toán không có trong sổ cái, đầu tiên là ${formatMoney(first.amount, 'vi')} của ${first.merchant_id}`,
    ),
  }
}

function uncommitted(lag: number, trace: CrashedSeen['trace']): Judgement {
  return broken(
    text(
      `every payment is booked, and the group lags ${lag} records behind: what is not committed is read again at every rebalance`,
      `mọi thanh toán đã ghi sổ mà group vẫn trễ ${lag} record: cái gì chưa commit thì rebalance nào cũng đọc lại`,
    ),
    { at: [{ file: member, near: ['.commitOffsets(', 'autoCommit', '.run('] }], trace },
  )
}
