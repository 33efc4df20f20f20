/** A top-up is asked for twice, since its answer was lost. The store keeps versions; does that keep out the second one? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { openEventStore } from './wallet/event-store.ts'
import { available, replay, type WalletEvent } from './wallet/wallet.ts'

const amount = 100_000
const deliveries = 2

interface Seen {
  readonly deliveries: number
  /** What the wallet has in the end, when versions alone are unique, and when the command's id is as well. */
  readonly byVersion: number
  readonly byCommand: number
}

export const experiment: Experiment<Seen> = {
  name: 'same-command',
  place: 7,
  brokers: {},
  shows: text(
    'a command that comes twice finds the next version free and is carried out twice, unless its own id is a key as well',
    'command tới hai lần thì thấy phiên bản kế tiếp còn trống và được thực hiện hai lần, trừ khi id của nó cũng là key',
  ),
  question: {
    kind: 'choice',
    id: 'same-command',
    item: 'study-09.2',
    ask: text(
      'An empty wallet is topped up by 100,000 VND. The answer is lost, so the same command comes again; the service loads the wallet, decides and appends, as always. What is in the wallet, with UNIQUE (stream, version) alone, and with a unique key on the command’s id as well?',
      'Một ví trống được nạp 100.000 ₫. Câu trả lời bị mất nên cùng command đó tới lần nữa; service lại nạp ví, quyết định rồi append như mọi khi. Trong ví có bao nhiêu, khi chỉ có UNIQUE (stream, version), và khi có thêm unique key trên id của command?',
    ),
    options: [
      {
        id: 'version-is-enough',
        text: text(
          '100,000 both times: the second append meets a version that is taken',
          'Đều 100.000: append thứ hai gặp phiên bản đã có người lấy',
        ),
        why: text(
          'That is so for two who decided at the same time. The copy comes later: it loads version 1, decides on it and appends version 2, which is free.',
          'Hai bên cùng quyết định một lúc thì vậy. Bản trùng tới sau: nó nạp phiên bản 1, quyết định trên đó và append phiên bản 2, chỗ còn trống.',
        ),
      },
      {
        id: 'needs-its-own',
        text: text(
          '200,000 with the version alone, 100,000 with the second key',
          'Chỉ có phiên bản thì 200.000, thêm key thứ hai thì 100.000',
        ),
        why: text(
          'The version guards against deciding on something old, the command’s id against carrying out one intent twice. They are two mistakes, and it takes two keys.',
          'Phiên bản chống việc quyết định trên thứ đã cũ, id của command chống việc làm một ý định hai lần. Đó là hai lỗi khác nhau nên cần hai key.',
        ),
      },
      {
        id: 'two-facts',
        text: text('200,000 both times: two events are two facts', 'Đều 200.000: hai event là hai sự việc'),
        why: text(
          'The customer paid once. An event is a fact only if the store refuses what has not happened.',
          'Khách chỉ trả một lần. Event chỉ là sự thật khi store từ chối điều chưa từng xảy ra.',
        ),
      },
    ],
    answer: 'needs-its-own',
  },
  async scenario(lab: Lab) {
    const play = (name: string, commandId: string | undefined): number => {
      const store = openEventStore<WalletEvent>(lab.openDatabase(name))
      for (let delivery = 1; delivery <= deliveries; delivery++) {
        // Loaded anew each time: this service never decides on anything old.
        const version = store.load('w-1').length
        const isStored = store.append('w-1', version, { type: 'deposited', amount }, { commandId })
        lab.say(
          `${name}, delivery ${delivery}: version ${version + 1} ${isStored ? 'appended' : 'refused'}.`,
          `${name}, lần giao ${delivery}: phiên bản ${version + 1} ${isStored ? 'đã append' : 'bị từ chối'}.`,
        )
      }
      return available(replay(store.load('w-1').map(({ event }) => event)))
    }
    return {
      deliveries,
      byVersion: play('version-alone', undefined),
      byCommand: play('with-command-id', 'top-up-1'),
    }
  },
  came({ deliveries: count, byVersion, byCommand }) {
    const said = text(
      `delivered ${count} times: ${byVersion} in the wallet with the version alone, ${byCommand} with the command’s id`,
      `giao ${count} lần: ví có ${byVersion} khi chỉ có phiên bản, ${byCommand} khi có thêm id của command`,
    )
    const options: Readonly<Record<string, string>> = {
      '100000,100000': 'version-is-enough',
      '200000,100000': 'needs-its-own',
      '200000,200000': 'two-facts',
    }
    return {
      option: options[`${byVersion},${byCommand}`],
      said,
      witnesses: [witness('deliveries', count), witness('in the wallet', byCommand)],
    }
  },
}
