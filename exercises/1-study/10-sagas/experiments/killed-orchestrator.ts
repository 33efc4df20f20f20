/** Two orchestrators are killed when the broker has their command; one had stored its saga before, the other keeps it in memory. */
import type { Actor } from '#lab/actors'
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly kills: number
  /** How often the card was charged. */
  readonly stored: number
  readonly inMemory: number
}

export const experiment: Experiment<Seen> = {
  name: 'killed-orchestrator',
  place: 3,
  needs: ['inspect'],
  shows: text(
    'a saga that is stored before its command goes on under the same key after a kill; one in memory begins anew and charges again',
    'saga lưu trước khi gửi command thì bị kill xong vẫn chạy tiếp với key cũ; saga trong bộ nhớ thì bắt đầu lại và trừ thẻ lần nữa',
  ),
  question: {
    kind: 'choice',
    id: 'killed-orchestrator',
    item: 'study-10.3',
    ask: text(
      'The card service charges once for each key. Orchestrator A stores saga and key (payment + step), then sends the command; when it starts, it sends again what is open. Orchestrator B makes a key, keeps the saga in memory, and acks the request when the saga is over. Both are killed just after the broker got their command, and started again. How often is the card charged?',
      'Card service mỗi key chỉ trừ một lần. Orchestrator A lưu saga và key (payment + bước) rồi gửi command; khi khởi động nó gửi lại những gì còn dở. Orchestrator B tạo một key, giữ saga trong bộ nhớ, và ack yêu cầu khi saga xong. Cả hai bị kill ngay sau khi broker nhận command, rồi được khởi động lại. Thẻ bị trừ mấy lần?',
    ),
    options: [
      {
        id: 'once-once',
        text: text(
          'Once for both: the card service knows repeats',
          'Cả hai một lần: card service nhận ra bản trùng',
        ),
        why: text(
          'By the key. B’s second attempt has a new one, for the old one died with its memory.',
          'Nhận ra theo key. Lần thử sau của B mang key mới, vì key cũ đã chết theo bộ nhớ.',
        ),
      },
      {
        id: 'once-twice',
        text: text('A once, B twice', 'A một lần, B hai lần'),
        why: text(
          'Both sent the command twice. With A it was the same command: the key followed from what was stored. With B the request came again and began another saga.',
          'Cả hai đều gửi command hai lần. Với A đó là cùng một command: key suy ra từ thứ đã lưu. Với B, yêu cầu tới lại và bắt đầu một saga khác.',
        ),
      },
      {
        id: 'once-never',
        text: text(
          'A once; B’s payment hangs, charged once and never finished',
          'A một lần; thanh toán của B bị treo, trừ một lần mà không bao giờ xong',
        ),
        why: text(
          'It would, had B acked the request at the beginning. It acks late, so the request comes again: the other way to be wrong.',
          'Sẽ vậy nếu B ack yêu cầu ngay từ đầu. B ack muộn nên yêu cầu tới lại: đó là cách sai còn lại.',
        ),
      },
      {
        id: 'twice-twice',
        text: text(
          'Twice for both: each sends again after the start',
          'Cả hai hai lần: khởi động xong bên nào cũng gửi lại',
        ),
        why: text(
          'Sending again is right, and the only way not to lose it. What counts is whether the second command can be known again.',
          'Gửi lại là đúng, và là cách duy nhất để không mất. Điều quyết định là có nhận ra được command thứ hai hay không.',
        ),
      },
    ],
    answer: 'once-twice',
  },
  async scenario(lab: Lab) {
    const sagas = lab.openDatabase('sagas')
    sagas.exec('CREATE TABLE saga (payment TEXT PRIMARY KEY, key TEXT, state TEXT)')
    const [stored, inMemory] = await Promise.all([begin(lab, 'stored'), begin(lab, 'in-memory')])
    await killed(lab, stored)
    await killed(lab, inMemory)
    lab.say('Both orchestrators are started again.', 'Cả hai orchestrator được khởi động lại.')
    await Promise.all([stored, inMemory].map(({ file }) => lab.start(file, 'producer')))
    return { kills: 2, stored: await chargesOf(lab, stored), inMemory: await chargesOf(lab, inMemory) }
  },
  came({ kills, stored, inMemory }) {
    const said = text(
      `stored: charged ${stored} times; in memory: ${inMemory} times`,
      `có lưu: trừ thẻ ${stored} lần; trong bộ nhớ: ${inMemory} lần`,
    )
    const options: Readonly<Record<string, string>> = {
      '1,1': 'once-once',
      '1,2': 'once-twice',
      '2,2': 'twice-twice',
    }
    return { option: options[`${stored},${inMemory}`], said, witnesses: [witness('kills', kills)] }
  },
}

interface Orchestrator {
  readonly name: 'stored' | 'in-memory'
  readonly file: string
  readonly actor: Actor
}

/** Starts an orchestrator that has nothing to do yet. */
async function begin(lab: Lab, name: Orchestrator['name']): Promise<Orchestrator> {
  await declare(lab, {
    queues: { [`${name}.start`]: {}, [`${name}.card`]: {}, [`${name}.replies`]: {} },
  })
  const file = `experiments/actors/${name}.ts`
  return { name, file, actor: await lab.start(file, 'producer') }
}

/** Gives it one payment, and kills it when the broker has its command. */
async function killed(lab: Lab, { name, actor }: Orchestrator): Promise<void> {
  const crash = await lab.place({
    name: `kill of ${name}`,
    text: text(`the orchestrator "${name}" is killed here`, `orchestrator "${name}" bị kill ở đây`),
    lane: 'producer',
    when: { direction: 'to-broker', method: 'basic.publish' },
    what: { kind: 'kill-subject', subject: actor, side: 'after' },
  })
  const body = JSON.stringify({ payment: 'p-1' })
  await lab.observer.publish({ exchange: '', routingKey: lab.name(`${name}.start`), body })
  await lab.fired(crash, text('no command was sent', 'chưa gửi command nào'))
}

/** The card service: one charge for each key, and an answer to each command. How often it has charged in the end. */
async function chargesOf(lab: Lab, { name }: Orchestrator): Promise<number> {
  const charged = new Set<string>()
  let answered = 0
  const channel = await (await lab.client('consumer')).createConfirmChannel()
  channel.on('error', () => {})
  await channel.consume(lab.name(`${name}.card`), (command) => {
    if (command === null) return
    charged.add(String(command.properties.messageId))
    channel.publish('', lab.name(`${name}.replies`), command.content, {}, () => {
      channel.ack(command)
      answered += 1
    })
  })
  await lab.until(text('the command was not sent again', 'command không được gửi lại'), () => answered > 1, {
    whose: 'lab',
  })
  const queues = ['start', 'card', 'replies'].map((queue) => `${name}.${queue}`)
  await lab.settled({ whose: 'lab', queues })
  return charged.size
}
