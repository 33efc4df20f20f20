/** Three confirmed messages, a SIGKILL of the broker, a restart: which of them are still there? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly confirmed: number
  readonly kills: number
  /** Of each kind, whether it was found after the restart. */
  readonly persistentInDurable: boolean
  readonly transientInDurable: boolean
  readonly persistentInTransient: boolean
}

export const experiment: Experiment<Seen> = {
  name: 'broker-killed',
  place: 4,
  needs: ['kill', 'inspect'],
  shows: text(
    'of three confirmed messages, only the persistent one in the durable queue outlives a kill of the broker',
    'trong ba message đã confirm, chỉ message persistent trong queue durable còn lại sau khi broker bị kill',
  ),
  question: {
    kind: 'choice',
    id: 'broker-killed',
    item: 'study-01.10',
    ask: text(
      'Three messages are confirmed: 1 persistent and 2 transient, both in a durable classic queue; 3 persistent in a classic queue that is not durable. The broker gets a SIGKILL and starts again. Which are there?',
      'Ba message đã được confirm: 1 persistent và 2 transient, cùng trong một classic queue durable; 3 persistent trong một classic queue không durable. Broker bị SIGKILL rồi chạy lại. Message nào còn?',
    ),
    options: [
      {
        id: 'all',
        text: text('All three: each was confirmed', 'Cả ba: cái nào cũng đã được confirm'),
        why: text(
          'A confirm says that the broker has done with a message what its queue and its delivery mode ask for. For a transient message or queue that is to keep it in memory.',
          'Confirm nói rằng broker đã làm với message đúng điều mà queue và delivery mode yêu cầu. Với message hay queue transient, điều đó là giữ trong bộ nhớ.',
        ),
      },
      {
        id: 'durable-queue',
        text: text(
          '1 and 2: what lies in a durable queue is kept',
          '1 và 2: nằm trong queue durable thì được giữ',
        ),
        why: text(
          '"Durable" is about the queue’s declaration: it is there again after the restart. Whether a message comes back in it is up to the message’s delivery mode. (A quorum queue does store both.)',
          '"Durable" nói về khai báo của queue: khởi động lại thì queue vẫn có. Message có trở lại hay không là do delivery mode của message. (Quorum queue thì lưu cả hai.)',
        ),
      },
      {
        id: 'persistent-messages',
        text: text('1 and 3: persistent messages are kept', '1 và 3: message persistent thì được giữ'),
        why: text(
          'A persistent message needs a queue to come back to. The one that is not durable is forgotten, and everything in it.',
          'Message persistent cần có queue để trở về. Queue không durable bị quên, cùng mọi thứ trong đó.',
        ),
      },
      {
        id: 'both-needed',
        text: text('Only 1', 'Chỉ 1'),
        why: text(
          'It takes both: a queue that is declared durable and a message that is marked persistent. The confirm then tells that it has been stored.',
          'Phải đủ cả hai: queue khai báo durable và message đánh dấu persistent. Khi đó confirm mới có nghĩa là đã lưu.',
        ),
      },
    ],
    answer: 'both-needed',
  },
  async scenario(lab: Lab) {
    const classic = { 'x-queue-type': 'classic' }
    await declare(lab, {
      queues: {
        durable: { durable: true, arguments: classic },
        transient: { durable: false, arguments: classic },
      },
    })
    const producer = await openProducer(lab)
    const answers: string[] = []
    const [first, second, third] = paymentEvents(lab, 3)
    for (const [routingKey, event, persistent] of [
      ['durable', first, true],
      ['durable', second, false],
      ['transient', third, true],
    ] as const) {
      if (event !== undefined)
        answers.push(await producer.publish({ exchange: '', routingKey, event, persistent }))
    }
    await lab.killBroker()
    await lab.restartBroker()
    const { queues } = await lab.inspect()
    const ids = async (queue: string): Promise<string[]> => {
      if (!queues.some(({ name }) => name === lab.name(queue))) return []
      const found = await lab.observer.takeAll(lab.name(queue))
      return found.map(({ messageId = '' }) => messageId)
    }
    const [inDurable, inTransient] = [await ids('durable'), await ids('transient')]
    return {
      confirmed: answers.filter((answer) => answer === 'confirmed').length,
      kills: 1,
      persistentInDurable: inDurable.includes(first?.id ?? '-'),
      transientInDurable: inDurable.includes(second?.id ?? '-'),
      persistentInTransient: inTransient.includes(third?.id ?? '-'),
    }
  },
  came(seen) {
    const { confirmed, kills, persistentInDurable, transientInDurable, persistentInTransient } = seen
    const there = [persistentInDurable, transientInDurable, persistentInTransient]
    const left = there.flatMap((isThere, index) => (isThere ? [String(index + 1)] : []))
    const said = text(
      `${confirmed} confirmed; after the SIGKILL there ${left.length === 1 ? 'is' : 'are'} ${left.join(' and ') || 'none'}`,
      `confirm ${confirmed}; sau SIGKILL còn lại: ${left.join(' và ') || 'không cái nào'}`,
    )
    const options: Readonly<Record<string, string>> = {
      '1,2,3': 'all',
      '1,2': 'durable-queue',
      '1,3': 'persistent-messages',
      '1': 'both-needed',
    }
    return {
      option: confirmed === 3 ? options[left.join()] : undefined,
      said,
      witnesses: [witness('confirmed', confirmed), witness('kills', kills)],
    }
  },
}
