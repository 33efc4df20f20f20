/** A wallet is loaded in full, from its snapshot and the events behind it, and from its snapshot and one event too many. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { openEventStore } from './wallet/event-store.ts'
import { available, replay, type Wallet, type WalletEvent } from './wallet/wallet.ts'

interface Seen {
  readonly events: number
  readonly inFull: number
  readonly behindIt: number
  readonly fromIt: number
  readonly withoutAny: number
}

const deposits = [100_000, 20_000, 5_000, 1_000, 300]
const snapshotAt = 3

export const experiment: Experiment<Seen> = {
  name: 'after-the-snapshot',
  place: 4,
  brokers: {},
  shows: text(
    'from a snapshot at version 3 the replay goes on with event 4; from event 3 on it counts one twice; without any snapshot the wallet is the same',
    'snapshot ở phiên bản 3 thì replay tiếp từ event 4; từ event 3 thì một cái bị tính hai lần; không có snapshot nào ví vẫn như cũ',
  ),
  question: {
    kind: 'choice',
    id: 'after-the-snapshot',
    item: 'study-09.4',
    ask: text(
      'Five deposits: 100,000, 20,000, 5,000, 1,000 and 300. A snapshot says "version 3, 125,000". What does one get by going on with event 3, what with event 4, and what when all snapshots are deleted?',
      'Năm lần nạp: 100.000, 20.000, 5.000, 1.000 và 300. Snapshot ghi "phiên bản 3, 125.000". Đọc tiếp từ event 3 thì được bao nhiêu, từ event 4 thì sao, và xoá hết snapshot thì sao?',
    ),
    options: [
      {
        id: 'from-three',
        text: text(
          '126,300; 121,300; and the wallet is lost without snapshots',
          '126.300; 121.300; và không còn snapshot thì mất ví',
        ),
        why: text(
          '"Version 3" means that event 3 is in it. And nothing is lost: a snapshot is computed from the events and can be computed again.',
          '"Phiên bản 3" nghĩa là đã gồm event 3. Và không mất gì: snapshot được tính từ event nên tính lại được.',
        ),
      },
      {
        id: 'from-four',
        text: text('131,300; 126,300; 126,300', '131.300; 126.300; 126.300'),
        why: text(
          'From 3 on, the 5,000 count twice. A test with full replays alone never sees it: compare both, at every version.',
          'Từ event 3 thì 5.000 bị tính hai lần. Chỉ test replay đầy đủ sẽ không bao giờ thấy: hãy so cả hai cách, ở mọi phiên bản.',
        ),
      },
      {
        id: 'all-the-same',
        text: text('126,300 each time: events are idempotent', 'Đều 126.300: event là idempotent'),
        why: text(
          '"Deposited 5,000" applied twice is 10,000. Only an evolve that skips versions it has seen would forgive the overlap.',
          '"Nạp 5.000" áp dụng hai lần là 10.000. Chỉ evolve biết bỏ qua phiên bản đã gặp mới bỏ qua được chỗ chồng nhau.',
        ),
      },
    ],
    answer: 'from-four',
  },
  async scenario(lab: Lab) {
    const database = lab.openDatabase('events')
    const store = openEventStore<WalletEvent>(database)
    database.exec('CREATE TABLE snapshot (stream TEXT PRIMARY KEY, version INTEGER, state TEXT) STRICT')
    for (const [at, amount] of deposits.entries()) {
      store.append('w-1', at, { type: 'deposited', amount })
      lab.say(`event ${at + 1}  deposited ${amount}`, `event ${at + 1}  nạp ${amount}`)
    }
    const eventsBehind = (version: number) => store.load('w-1', version).map(({ event }) => event)
    const state = replay(
      store
        .load('w-1')
        .slice(0, snapshotAt)
        .map(({ event }) => event),
    )
    database.prepare('INSERT INTO snapshot VALUES (?, ?, ?)').run('w-1', snapshotAt, JSON.stringify(state))
    const snapshot = () =>
      database.prepare('SELECT version, state FROM snapshot WHERE stream = ?').get('w-1') as
        | { version: number; state: string }
        | undefined
    /** Loads from the snapshot, if there is one. @param overlap how many events it takes that are in it already */
    const load = (overlap: number): number => {
      const found = snapshot()
      if (found === undefined) return available(replay(eventsBehind(0)))
      return available(replay(eventsBehind(found.version - overlap), JSON.parse(found.state) as Wallet))
    }
    const [inFull, behindIt, fromIt] = [available(replay(eventsBehind(0))), load(0), load(1)]
    lab.say(
      `snapshot of version ${snapshotAt}: ${available(state)}`,
      `snapshot ở phiên bản ${snapshotAt}: ${available(state)}`,
    )
    lab.say(`all events: ${inFull}`, `mọi event: ${inFull}`)
    lab.say(`snapshot, then from event 4 on: ${behindIt}`, `snapshot, rồi từ event 4: ${behindIt}`)
    lab.say(`snapshot, then from event 3 on: ${fromIt}`, `snapshot, rồi từ event 3: ${fromIt}`)
    database.exec('DELETE FROM snapshot')
    const withoutAny = load(0)
    lab.say(`all snapshots deleted: ${withoutAny}`, `xoá hết snapshot: ${withoutAny}`)
    return { events: deposits.length, inFull, behindIt, fromIt, withoutAny }
  },
  came({ events, inFull, behindIt, fromIt, withoutAny }) {
    const said = text(
      `from event 3: ${fromIt}; from event 4: ${behindIt}; in full: ${inFull}; without snapshots: ${withoutAny}`,
      `từ event 3: ${fromIt}; từ event 4: ${behindIt}; đầy đủ: ${inFull}; không snapshot: ${withoutAny}`,
    )
    const witnesses = [witness('events', events)]
    if (withoutAny !== inFull) return { option: undefined, said, witnesses }
    if (fromIt === inFull)
      return { option: behindIt === inFull ? 'all-the-same' : 'from-three', said, witnesses }
    return { option: behindIt === inFull ? 'from-four' : undefined, said, witnesses }
  },
}
