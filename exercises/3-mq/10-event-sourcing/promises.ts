/** What an event store can promise; each is held against its tables, what was published, and states counted anew. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import type { PublishedSeen, ReplayedSeen } from './scenarios/publishing.ts'
import {
  type EqualSeen,
  type RebuiltSeen,
  type SnapshottedSeen,
  snapshotEvery,
  type TwiceSeen,
} from './scenarios/rebuilding.ts'
import type { Shown } from './scenarios/streams.ts'
import type { Ending } from './scenarios/subject.ts'
import type { AppendedSeen, ContendedSeen } from './scenarios/writing.ts'

const appending = [{ file: 'event-store.ts', near: ['PRIMARY KEY', 'UNIQUE', 'INSERT', 'append'] }]
const transacting = [{ file: 'event-store.ts', near: ['.transaction(', 'INSERT', 'append'] }]
const reading = [{ file: 'event-store.ts', near: ['ORDER BY', 'SELECT', 'read'] }]
const publishing = [{ file: 'service.ts', near: ['.publish('] }]
const evolving = [{ file: 'wallet.ts', near: ['function evolve'] }]
const upcasting = [{ file: 'wallet.ts', near: ['function upcast'] }]
const keeping = [{ file: 'wallets.ts', near: ['INTO snapshot', 'snapshot'] }]
const loading = [{ file: 'wallets.ts', near: ['FROM snapshot', 'function load', 'load'] }]

export const oneWriterWins: Promised<ContendedSeen> = {
  item: 'mq-10.1',
  text: text(
    'the event store takes each version of a stream once: of two writers at a time, one gets a conflict',
    'event store nhận mỗi version của một stream đúng một lần: hai bên ghi cùng lúc thì một bên gặp xung đột',
  ),
  judge({ stale, ahead, versions, reservations, versionsOfBoth, accepted }) {
    if (stale === 'ok') {
      return broken(
        text(
          `two writers took one stream for new, and both were let through (versions ${versions.join(', ')}): the second has decided on a state that was not there any more`,
          `hai bên ghi cùng coi một stream là mới, và cả hai đều được cho qua (version ${versions.join(', ')}): bên thứ hai đã quyết định trên một trạng thái không còn nữa`,
        ),
        { at: appending },
      )
    }
    if (stale !== 'conflict') return noConflict(stale)
    if (ahead === 'ok') {
      return broken(
        text(
          `an append behind version 7 was taken by a stream that is at version 1: what is missing in between, no replay will find`,
          `stream đang ở version 1 mà nhận append sau version 7: phần thiếu ở giữa thì không replay nào tìm ra`,
        ),
        { at: appending },
      )
    }
    if (ahead !== 'conflict') return noConflict(ahead)
    const expected = versionsOfBoth.map((_, index) => index + 1)
    if (versionsOfBoth.join() !== expected.join()) {
      return broken(
        text(
          `two services wrote at a time, and the versions of the stream are ${versionsOfBoth.join(', ')}: one of them was taken twice`,
          `hai service ghi cùng lúc, và version của stream là ${versionsOfBoth.join(', ')}: có version bị chiếm hai lần`,
        ),
        { at: appending },
      )
    }
    if (reservations > 1) {
      return broken(
        text(
          `two services reserved 80,000 ₫ each out of 100,000 ₫: both had decided on the same version, and nobody asked the second to decide again`,
          `hai service mỗi bên giữ 80.000 ₫ trong 100.000 ₫: cả hai quyết định trên cùng một version, và không ai bắt bên thứ hai quyết định lại`,
        ),
        { at: appending },
      )
    }
    if (reservations === 0) {
      return broken(
        text(
          `two services asked for the same money and neither got it: one of two writers must win`,
          `hai service cùng xin một khoản tiền mà không bên nào được: một trong hai bên ghi phải thắng`,
        ),
        { at: [{ file: 'wallets.ts', near: ['VersionConflict', 'append('] }] },
      )
    }
    return held(
      witness('conflicts', 2, text('2 stale appends refused', '2 lần append theo version cũ bị từ chối')),
      witness(
        'accepted',
        accepted,
        text('1 of 2 services at a time got the money', '1 trong 2 service chạy cùng lúc lấy được tiền'),
      ),
    )
  },
}

function noConflict(ending: Exclude<Ending, 'ok' | 'conflict'>): Judgement {
  return broken(
    text(
      `a stale append failed with "${ending.error}", which is no VersionConflict: whoever called can't tell a race, to be decided again, from a defect`,
      `append theo version cũ thất bại với "${ending.error}", không phải VersionConflict: bên gọi không phân biệt được tranh chấp (cần quyết định lại) với lỗi thật`,
    ),
    { at: appending },
  )
}

export const publishedAfterCommit: Promised<PublishedSeen> = {
  item: 'mq-10.2',
  text: text(
    'an event is published after its commit, never before, and a crash makes none forgotten',
    'event chỉ được publish sau khi commit, không bao giờ trước, và crash cũng không làm sót event nào',
  ),
  judge({ stored, published, kills, trace }) {
    const differs = differenceIn({ stored, published })
    if (differs !== undefined) return { ...differs, trace }
    return held(
      witness('kills', kills, text(`survived ${kills} SIGKILL`, `sống sót qua ${kills} lần SIGKILL`)),
      witness(
        'published',
        stored.length,
        text(`${stored.length} events stored and published`, `${stored.length} event đã lưu và đã publish`),
      ),
    )
  },
}

/** What was published and is not stored, or the other way round. */
function differenceIn({ stored, published }: { stored: readonly string[]; published: readonly string[] }) {
  const phantoms = published.filter((id) => !stored.includes(id))
  const forgotten = stored.filter((id) => !published.includes(id))
  const [phantom, missing] = [phantoms[0], forgotten[0]]
  if (phantom === undefined && missing === undefined) return undefined
  const said =
    phantom === undefined
      ? text(
          `${shortId(missing ?? '')} was stored and never published: what the service had not sent when it died is forgotten`,
          `${shortId(missing ?? '')} đã lưu mà không bao giờ được publish: service chết khi chưa gửi là quên luôn`,
        )
      : text(
          `${shortId(phantom)} was published and is in no stream: others act on what never happened here`,
          `${shortId(phantom)} đã được publish mà không có trong stream nào: bên khác hành động theo điều chưa từng xảy ra ở đây`,
        )
  return { broken: said, at: publishing, trace: [], messages: [...phantoms, ...forgotten].slice(0, 3) }
}

export const appendsOnly: Promised<AppendedSeen> = {
  item: 'mq-10.3',
  text: text(
    'events are only ever appended, in one transaction with their outbox row, and never changed',
    'event chỉ được ghi thêm, cùng transaction với dòng outbox của nó, và không bao giờ bị sửa',
  ),
  judge({ torn, tornRows, stored, published, kills, before, after }) {
    if (torn !== 'ok' && tornRows > 0) {
      return broken(
        text(
          `an append of 3 events failed at the third, and ${tornRows} of them are in the stream: half a decision`,
          `append 3 event hỏng ở cái thứ ba, mà ${tornRows} cái đã nằm trong stream: một quyết định nửa vời`,
        ),
        { at: transacting },
      )
    }
    const differs = differenceIn({ stored, published })
    if (differs !== undefined) return { ...differs, at: transacting }
    const changed = before.find((row, index) => JSON.stringify(row) !== JSON.stringify(after[index]))
    if (changed !== undefined) {
      const now = after.find(({ version }) => version === changed.version)
      return broken(
        text(
          `version ${changed.version} was written as ${changed.type} and is now ${now === undefined ? 'gone' : `${now.type} ${now.data}`}: a stream that can be rewritten proves nothing`,
          `version ${changed.version} được ghi là ${changed.type}, bây giờ ${now === undefined ? 'không còn' : `là ${now.type} ${now.data}`}: stream mà sửa được thì không chứng minh được gì`,
        ),
        { at: [{ file: 'event-store.ts', near: ['UPDATE event', 'DELETE FROM event', 'REPLACE'] }] },
      )
    }
    return held(
      witness(
        'unchanged',
        before.length,
        text(
          `${before.length} old events are as they were`,
          `${before.length} event cũ vẫn nguyên như lúc ghi`,
        ),
      ),
      witness(
        'kills',
        kills,
        text(`survived ${kills} SIGKILL after a commit`, `sống sót qua ${kills} lần SIGKILL ngay sau commit`),
      ),
    )
  },
}

export const replaysQuietly: Promised<ReplayedSeen> = {
  item: 'mq-10.4',
  text: text(
    'a replay reads a stream version by version, old schemas included, and sets off no side effect',
    'replay đọc stream theo từng version, kể cả schema cũ, và không gây ra side effect nào',
  ),
  judge({ versions, expected, replayed, notUpcast, events, publishedAgain, added }) {
    const [form] = notUpcast
    if (form !== undefined) {
      return broken(
        text(
          `upcast() does not bring ${form} to what it means today`,
          `upcast() không đưa ${form} về đúng nghĩa của nó ngày nay`,
        ),
        { at: upcasting },
      )
    }
    const inOrder = versions.map((_, index) => index + 1)
    if (versions.length !== events || versions.join() !== inOrder.join()) {
      return broken(
        text(
          `a stream of ${events} events, written while the clock was set back, was read as ${versions.join(', ')}: versions tell the order, times don't`,
          `stream có ${events} event, ghi lúc đồng hồ bị chỉnh lùi, được đọc ra theo thứ tự ${versions.join(', ')}: thứ tự là do version, không phải thời gian`,
        ),
        { at: reading },
      )
    }
    const differs = differenceOf(expected, replayed)
    if (differs !== undefined) {
      return broken(
        text(
          `a replay of ${events} events in three schemas gives a wallet that never was: ${differs.en}`,
          `replay ${events} event thuộc ba schema ra một cái ví chưa từng có: ${differs.vi}`,
        ),
        { at: evolving },
      )
    }
    const [again] = publishedAgain
    if (again !== undefined) {
      return broken(
        text(
          `${shortId(again)} and ${publishedAgain.length - 1} more were published once more by a replay: whoever listens pays out again`,
          `${shortId(again)} và ${publishedAgain.length - 1} event khác bị publish thêm lần nữa vì replay: bên nghe lại chi tiền lần nữa`,
        ),
        { at: publishing, messages: publishedAgain.slice(0, 3) },
      )
    }
    if (added !== 0) {
      return broken(
        text(
          `replays and a new start left ${added} more events in the store: reading is no event`,
          `replay và khởi động lại để lại thêm ${added} event trong store: đọc thì không phải là event`,
        ),
        { at: [{ file: 'wallets.ts', near: ['append(', 'replay'] }] },
      )
    }
    return held(
      witness(
        'events',
        events,
        text(`${events} events in 3 schemas replayed`, `replay ${events} event thuộc 3 schema`),
      ),
    )
  },
}

export const snapshotsInTime: Promised<SnapshottedSeen> = {
  item: 'mq-10.5',
  text: text(
    'a snapshot is written every so many events, with the stream version and the schema version it stands for',
    'cứ sau một số event lại ghi một snapshot, kèm version của stream và version của schema',
  ),
  judge({ events, snapshots, taken }) {
    const newest = snapshots.at(-1)
    if (newest === undefined) {
      return broken(
        text(
          `after ${events} events there is no snapshot of the wallet`,
          `sau ${events} event vẫn chưa có snapshot nào của ví`,
        ),
        { at: keeping },
      )
    }
    if (!Number.isInteger(newest.schema_version) || newest.schema_version < 1) {
      return broken(
        text(
          `the snapshot of version ${newest.version} says schema_version ${newest.schema_version}: when the shape of a wallet changes, nobody can tell old snapshots from new ones`,
          `snapshot của version ${newest.version} ghi schema_version ${newest.schema_version}: khi hình dạng của ví đổi, không ai phân biệt được snapshot cũ với mới`,
        ),
        { at: keeping },
      )
    }
    if (newest.version > events) {
      return broken(
        text(
          `the snapshot says version ${newest.version}, and the stream ends at ${events}: the events in between would be passed over`,
          `snapshot ghi version ${newest.version} mà stream chỉ tới ${events}: các event ở giữa sẽ bị bỏ qua`,
        ),
        { at: keeping },
      )
    }
    if (events - newest.version >= snapshotEvery) {
      return broken(
        text(
          `the stream is at version ${events}, its latest snapshot at ${newest.version}: one is due every ${snapshotEvery} events`,
          `stream đã tới version ${events}, snapshot mới nhất ở ${newest.version}: cứ ${snapshotEvery} event phải có một cái`,
        ),
        { at: keeping },
      )
    }
    if (taken.length > events / snapshotEvery + 1) {
      return broken(
        text(
          `${taken.length} snapshots for ${events} events: each is one more write, and saves the reading of ${Math.floor(events / taken.length)} event`,
          `${taken.length} snapshot cho ${events} event: mỗi cái là thêm một lần ghi, chỉ đỡ phải đọc ${Math.floor(events / taken.length)} event`,
        ),
        { at: keeping },
      )
    }
    return held(
      witness(
        'snapshots',
        taken.length,
        text(
          `${taken.length} snapshots for ${events} events, at ${taken.join(' and ')}`,
          `${taken.length} snapshot cho ${events} event, ở version ${taken.join(' và ')}`,
        ),
      ),
    )
  },
}

export const rebuiltFromEvents: Promised<RebuiltSeen> = {
  item: 'mq-10.6',
  text: text(
    'the state of a wallet is rebuilt from its events alone, by a pure function',
    'trạng thái của ví được dựng lại chỉ từ event, bằng một hàm thuần',
  ),
  judge({ streams, events, wrong, overdraft }) {
    if (wrong !== undefined) {
      const differs = differenceOf(wrong.expected, wrong.seen) ?? text('', '')
      return broken(
        text(
          `${wrong.what.en}: the events come to another wallet than evolve() makes of them: ${differs.en}`,
          `${wrong.what.vi}: từ các event phải ra một cái ví khác với ví mà evolve() dựng nên: ${differs.vi}`,
        ),
        { at: evolving },
      )
    }
    if (overdraft !== 'ok') {
      const why = overdraft === 'conflict' ? 'VersionConflict' : overdraft.error
      return broken(
        text(
          `evolve() refused an event that has happened ("${why}"): today's rules are for commands, and this stream can't be read any more`,
          `evolve() từ chối một event đã xảy ra ("${why}"): quy tắc hôm nay là dành cho command, còn stream này thì không đọc được nữa`,
        ),
        { at: evolving },
      )
    }
    return held(
      witness(
        'events',
        events,
        text(
          `${events} events of ${streams} streams, on frozen states`,
          `${events} event của ${streams} stream, trên state bị đóng băng`,
        ),
      ),
    )
  },
}

export const twiceTheSame: Promised<TwiceSeen> = {
  item: 'mq-10.7',
  text: text(
    'replaying a stream twice gives the same state both times, whatever the stream',
    'stream nào replay hai lần cũng ra cùng một trạng thái',
  ),
  judge({ streams, events, differing, pastThePoint }) {
    if (differing !== undefined) {
      const differs = differenceOf(differing.first, differing.second) ?? text('', '')
      return broken(
        text(
          `the same events, replayed a year later, give another wallet: ${differs.en}. What time it was, or what the dice said, has to stand in the event`,
          `cùng các event đó, một năm sau replay ra cái ví khác: ${differs.vi}. Lúc đó là mấy giờ, hay số ngẫu nhiên là gì, phải nằm trong event`,
        ),
        { at: evolving },
      )
    }
    const [version] = pastThePoint
    if (version !== undefined) {
      return broken(
        text(
          `a replay up to a version answered version ${version} instead: without that, nobody can look at what a wallet was last Monday`,
          `replay tới một version mà lại trả về version ${version}: vậy thì không ai xem được ví hôm thứ Hai trông thế nào`,
        ),
        { at: [{ file: 'wallets.ts', near: ['replay'] }] },
      )
    }
    return held(
      witness(
        'streams',
        streams,
        text(
          `${streams} streams, ${events} events, each replayed twice`,
          `${streams} stream, ${events} event, mỗi stream replay hai lần`,
        ),
      ),
    )
  },
}

export const snapshotIsACache: Promised<EqualSeen> = {
  item: 'mq-10.8',
  text: text(
    'a snapshot plus its later events equals the full replay at every point, and deleting snapshots changes nothing',
    'ở mọi điểm, snapshot cộng các event sau nó bằng replay từ đầu; xoá hết snapshot cũng không đổi gì',
  ),
  judge({ points, differing, events, read, expected, ofAnotherShape, withoutSnapshots }) {
    if (differing !== undefined) {
      const differs =
        differenceOf(differing.replayed, differing.loaded) ?? text('its version', 'version của nó')
      return broken(
        text(
          `at version ${differing.version}, snapshot and later events give another wallet than the whole stream: ${differs.en}`,
          `ở version ${differing.version}, snapshot cộng các event sau nó ra cái ví khác với cả stream: ${differs.vi}`,
        ),
        { at: loading },
      )
    }
    if (read >= snapshotEvery) {
      return broken(
        text(
          `with a snapshot every ${snapshotEvery} events, a load of ${events} events read ${read} of them`,
          `cứ ${snapshotEvery} event có một snapshot, vậy mà load ${events} event phải đọc tới ${read}`,
        ),
        { at: loading },
      )
    }
    const gone = lostIn(expected, withoutSnapshots)
    if (gone !== undefined) {
      return broken(
        text(
          `all snapshots were deleted, and the wallet is another: ${gone.en}. They were more than a cache`,
          `xoá hết snapshot thì ví thành ví khác: ${gone.vi}. Vậy chúng không chỉ là cache`,
        ),
        { at: loading },
      )
    }
    const shape = lostIn(expected, ofAnotherShape)
    if (shape !== undefined) {
      return broken(
        text(
          `a snapshot of an older schema was taken for one of today's: ${shape.en}`,
          `snapshot thuộc schema cũ bị coi như của hôm nay: ${shape.vi}`,
        ),
        { at: loading },
      )
    }
    return held(
      witness('points', points, text(`equal at ${points} points`, `bằng nhau ở ${points} điểm`)),
      witness(
        'read',
        Math.max(1, events - read),
        text(`a load read ${read} of ${events} events`, `một lần load đọc ${read} trên ${events} event`),
      ),
    )
  },
}

export const notesAreWritten = {
  item: 'mq-10.9',
  text: text(
    'NOTES.md says how your store guards versions, when it takes snapshots, and what a replay costs',
    'NOTES.md ghi event store của bạn bảo vệ version ra sao, tạo snapshot khi nào và replay tốn bao nhiêu',
  ),
}

function lostIn(expected: Shown, seen: EqualSeen['withoutSnapshots']) {
  if ('error' in seen) return text(`it failed with "${seen.error}"`, `nó hỏng với lỗi "${seen.error}"`)
  return differenceOf(expected, seen)
}

/** The first thing in which two wallets differ, the right one first. */
function differenceOf(expected: Shown, seen: Shown) {
  const references = [...new Set([...Object.keys(expected.movements), ...Object.keys(seen.movements)])]
  const at = references.find((reference) => expected.movements[reference] !== seen.movements[reference])
  if (at !== undefined) {
    const [right, wrong] = [expected.movements[at], seen.movements[at]]
    return text(
      `${at} is ${wrong ?? 'not there'} instead of ${right ?? 'not there'}`,
      `${at} là ${wrong ?? 'không có'} thay vì ${right ?? 'không có'}`,
    )
  }
  if (expected.posted === seen.posted) return undefined
  return text(
    `posted is ${seen.posted} instead of ${expected.posted}`,
    `posted là ${seen.posted} thay vì ${expected.posted}`,
  )
}
