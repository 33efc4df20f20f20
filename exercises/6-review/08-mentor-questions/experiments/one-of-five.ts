/** Q4: ten partitions, five members, and one of them dies with work that it has not committed. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { joinGroup, type Member } from '#lab/study/kafka-moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** Records that the dead member had processed and not committed. */
  readonly uncommitted: number
  /** Of these, how many the others processed again. */
  readonly again: number
}

/** What the member that dies answers. */
interface Doomed {
  readonly assigned: readonly number[]
  readonly processed: readonly string[]
}

const partitions = 10

export const experiment: Experiment<Seen> = {
  name: 'one-of-five',
  place: 4,
  brokers: { kafka: 1 },
  shows: text(
    'five members have two partitions each; after one died four have 3, 3, 2, 2, and what it had not committed is processed again',
    'năm member mỗi bên hai partition; một bên chết thì bốn bên còn lại có 3, 3, 2, 2, và phần nó chưa commit bị xử lý lại',
  ),
  question: {
    kind: 'choice',
    id: 'one-of-five',
    item: 'review-08.4',
    ask: text(
      'Ten partitions with one record each, five members. One member has processed the records of its partitions, has committed nothing, and is killed. What do the other four have afterwards, and what becomes of those records?',
      'Mười partition, mỗi cái một record, năm member. Một member đã xử lý record trong các partition của nó, chưa commit gì, và bị kill. Sau đó bốn bên còn lại có gì, và các record kia ra sao?',
    ),
    options: [
      {
        id: 'unread',
        text: text(
          '2 partitions each; the two of the dead one wait for it',
          'Mỗi bên 2 partition; hai cái của bên chết nằm chờ nó',
        ),
        why: text(
          'So it is until its session ends (45 s by default), and on purpose longer with static membership. Then the group deals out anew.',
          'Đúng cho tới khi session của nó hết hạn (mặc định 45 giây), và cố ý lâu hơn nếu dùng static membership. Sau đó group chia lại.',
        ),
      },
      {
        id: 'shared-once',
        text: text(
          '3, 3, 2, 2; they read on behind what it had processed',
          '3, 3, 2, 2; họ đọc tiếp sau phần nó đã xử lý',
        ),
        why: text(
          'Nobody knows what it had processed. They know what it had committed.',
          'Không ai biết nó đã xử lý gì. Họ chỉ biết nó đã commit gì.',
        ),
      },
      {
        id: 'shared-again',
        text: text(
          '3, 3, 2, 2; they process its records again',
          '3, 3, 2, 2; họ xử lý lại các record của nó',
        ),
        why: text(
          'The position of a group is what was committed. Everything behind it is done twice, so it has to be harmless.',
          'Vị trí của group là chỗ đã commit. Mọi thứ sau đó bị làm hai lần, nên phải vô hại.',
        ),
      },
    ],
    answer: 'shared-again',
  },
  async scenario(lab: Lab) {
    lab.needs('kill')
    const [topic, group] = [lab.name('payments'), lab.name('wallets')]
    await lab.kafka.observer.createTopic(topic, { partitions })
    for (let partition = 0; partition < partitions; partition += 1)
      await lab.kafka.observer.produce(topic, [
        { partition, key: `w-${partition}`, value: `payment ${partition}` },
      ])
    const doomed = await lab.start('experiments/actors/member.ts', 'consumer')
    await lab.kafka.untilStable(group, 1, { whose: 'lab' })
    const members: Member[] = []
    for (let count = 2; count <= 5; count += 1) {
      // The four keep what they read to themselves until the fifth is dead: whoever commits first would have nothing to repeat.
      members.push(await joinGroup(lab, { topic: 'payments', group: 'wallets', commits: () => undefined }))
      await lab.kafka.untilStable(group, count, { whose: 'lab' })
    }
    const told = async (): Promise<Doomed> => {
      const answer = await doomed.call('told')
      return answer as Doomed
    }
    const sizes = (): number[] => members.map(({ assigned }) => assigned.length)
    const whole = text('the partitions were not dealt out', 'các partition chưa được chia xong')
    await lab.until(
      whole,
      async () =>
        sizes().every((size) => size > 0) && (await told()).assigned.length + sum(sizes()) === partitions,
      { whose: 'lab' },
    )
    await lab.until(
      text('the member did not process its records', 'member chưa xử lý record của nó'),
      async () => {
        const { assigned, processed } = await told()
        return assigned.every((partition) => processed.includes(`payment ${partition}`))
      },
      { whose: 'lab' },
    )
    const { assigned } = await told()
    const before = [assigned.length, ...sizes()]
    const already = members.map(({ records }) => records.length)
    lab.say('One of the five is killed.', 'Một trong năm bị kill.')
    await lab.killSubject(doomed)
    await lab.kafka.expireSessions()
    await lab.kafka.untilStable(group, 4, { whose: 'lab' })
    await lab.until(whole, () => sum(sizes()) === partitions, { whose: 'lab' })
    const again = (): number =>
      assigned.filter((partition) =>
        members.some(({ records }, at) =>
          records.slice(already[at]).some(({ value }) => value === `payment ${partition}`),
        ),
      ).length
    await lab.until(
      text('nobody read its partitions', 'không ai đọc partition của nó'),
      () => again() === assigned.length,
      {
        whose: 'lab',
      },
    )
    return { before, after: sizes(), uncommitted: assigned.length, again: again() }
  },
  came({ before, after, uncommitted, again }) {
    const list = (sizes: readonly number[]): string => sizes.toSorted((a, b) => b - a).join(', ')
    const said = text(
      `partitions: ${list(before)}, then ${list(after)}; ${again} of ${uncommitted} records processed again`,
      `partition: ${list(before)}, rồi ${list(after)}; xử lý lại ${again} trên ${uncommitted} record`,
    )
    const isDealt = list(before) === '2, 2, 2, 2, 2' && list(after) === '3, 3, 2, 2'
    const option = isDealt ? (again === uncommitted ? 'shared-again' : 'shared-once') : undefined
    return {
      option,
      said,
      witnesses: [witness('members', before.length), witness('uncommitted', uncommitted)],
    }
  },
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
