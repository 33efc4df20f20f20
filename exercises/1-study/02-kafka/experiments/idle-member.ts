/** Two partitions, three members of one group: who reads what, and who takes over when a member leaves? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { joinGroup, type Member } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  /** How many partitions each of the three members has. */
  readonly shares: readonly number[]
  /** The same for the two that are left when one that had a partition has gone. */
  readonly afterwards: readonly number[]
}

export const experiment: Experiment<Seen> = {
  name: 'idle-member',
  place: 4,
  brokers: { kafka: 1 },
  shows: text(
    'a partition has one reader in a group, a member too many is idle until another leaves',
    'trong một group mỗi partition chỉ có một bên đọc, member thừa ngồi không cho tới khi có bên rời đi',
  ),
  question: {
    kind: 'choice',
    id: 'idle-member',
    item: 'study-02.5',
    ask: text(
      'A topic has two partitions; three consumers join one group. Who reads what? Then one that has a partition leaves: who reads what now?',
      'Topic có hai partition; ba consumer vào cùng một group. Ai đọc gì? Rồi một bên đang giữ partition rời đi: giờ ai đọc gì?',
    ),
    options: [
      {
        id: 'shared-partition',
        text: text(
          'Two share a partition, record by record; later one each',
          'Hai bên chia nhau một partition, từng record một; sau đó mỗi bên một',
        ),
        why: text(
          'That is what a queue does. In a group a partition belongs to one member, or nobody could keep its order or say how far it was read.',
          'Đó là cách của queue. Trong group, một partition thuộc về một member, nếu không chẳng ai giữ được thứ tự hay biết đã đọc tới đâu.',
        ),
      },
      {
        id: 'one-idle',
        text: text(
          'One partition each for two, none for the third; later one each',
          'Hai bên mỗi bên một partition, bên thứ ba không có; sau đó mỗi bên một',
        ),
        why: text(
          'Partitions are dealt out whole, so their number caps the readers. The idle one is a reserve: it takes over at the next rebalance.',
          'Partition được chia nguyên cái, nên số partition giới hạn số bên đọc. Bên ngồi không là dự phòng: lần rebalance sau nó tiếp quản.',
        ),
      },
      {
        id: 'third-refused',
        text: text(
          'The third is refused; later one partition waits for it to try again',
          'Bên thứ ba bị từ chối; sau đó một partition chờ nó thử lại',
        ),
        why: text(
          'A group takes as many members as come. The third is a full member with an empty assignment.',
          'Group nhận bao nhiêu member cũng được. Bên thứ ba là member đầy đủ, chỉ có phần chia rỗng.',
        ),
      },
    ],
    answer: 'one-idle',
  },
  async scenario(lab: Lab) {
    await lab.kafka.observer.createTopic(lab.name('payments'), { partitions: 2 })
    const group = lab.name('ledger')
    const members: Member[] = []
    for (const count of [1, 2, 3]) {
      members.push(await joinGroup(lab, { topic: 'payments', group: 'ledger' }))
      await lab.kafka.untilStable(group, count, { whose: 'lab' })
    }
    const dealt = (those: readonly Member[]): boolean =>
      those.reduce((sum, { assigned }) => sum + assigned.length, 0) === 2
    const whole = text('the partitions were not dealt out', 'các partition chưa được chia xong')
    await lab.until(whole, () => dealt(members), { whose: 'lab' })
    const shares = members.map(({ assigned }) => assigned.length)
    const leaving = members.find(({ assigned }) => assigned.length > 0)
    await leaving?.leave()
    const rest = members.filter((member) => member !== leaving)
    await lab.kafka.untilStable(group, 2, { whose: 'lab' })
    await lab.until(whole, () => dealt(rest), { whose: 'lab' })
    return { shares, afterwards: rest.map(({ assigned }) => assigned.length) }
  },
  came({ shares, afterwards }) {
    const said = text(
      `partitions of the three: ${shares.toSorted().join(', ')}; of the two that are left: ${afterwards.toSorted().join(', ')}`,
      `số partition của ba bên: ${shares.toSorted().join(', ')}; của hai bên còn lại: ${afterwards.toSorted().join(', ')}`,
    )
    const options: Readonly<Record<string, string>> = {
      '0,1,1/1,1': 'one-idle',
      '1,1,1/1,1': 'shared-partition',
      '0,1,1/0,1': 'third-refused',
    }
    return {
      option: options[`${shares.toSorted().join()}/${afterwards.toSorted().join()}`],
      said,
      witnesses: [witness('members', shares.length)],
    }
  },
}
