/** What the event-sourced history claims; each claim is held against what the attacks saw. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import type { Text } from '#lab/verdict'
import { formatNumber, text } from '#lab/verdict/language'
import type { ReplaySeen } from './attacks/replays.ts'
import { eventsASnapshotMin, readMax, type SnapshotsSeen } from './attacks/snapshots.ts'
import type { StoreSeen } from './attacks/two-writers.ts'
import type { MigrationSeen, RebuiltSeen, SchemasSeen } from './run.ts'

const at = (file: string, ...near: readonly string[]) => [{ file, near }]

export const everyBalanceFollows: Promised<RebuiltSeen> = {
  item: 'design-03.1',
  text: text(
    'of ten thousand events every balance is rebuilt, of today and of any day before, and no money came from nowhere',
    'từ mười nghìn event dựng lại được mọi số dư, của hôm nay lẫn bất kỳ ngày nào trước đó, và không đồng nào tự dưng xuất hiện',
  ),
  judge({ events, wallets, looksBack, wrong, unbalanced }) {
    if (wrong !== undefined) {
      return broken(
        text(
          `${wrong.walletId} was replayed up to version ${wrong.at} as ${wrong.said}; its events come to ${wrong.right}`,
          `${wrong.walletId} được replay tới version ${wrong.at} thành ${wrong.said}; các event của nó cho ra ${wrong.right}`,
        ),
        { at: at('history.ts', 'function evolve', 'replay', 'function openHistory') },
      )
    }
    if (unbalanced !== undefined) {
      const { currency, said, right } = unbalanced
      return broken(
        text(
          `all wallets together hold ${said} ${currency}, and ${right} came in: transfers must cancel out`,
          `mọi ví cộng lại có ${said} ${currency}, trong khi ${right} đã vào: các lần chuyển phải triệt tiêu nhau`,
        ),
        { at: at('history.ts', 'function evolve') },
      )
    }
    return held(
      witness(
        'events',
        events,
        text(
          `${formatNumber(events, 'en')} events of ${formatNumber(wallets, 'en')} wallets replayed`,
          `${formatNumber(events, 'vi')} event của ${formatNumber(wallets, 'vi')} ví được replay`,
        ),
      ),
      witness(
        'looks back',
        looksBack,
        text(`${looksBack} balances of the past`, `${looksBack} số dư trong quá khứ`),
      ),
    )
  },
}

const allowances: Readonly<Record<NonNullable<StoreSeen['allowed']>, Text>> = {
  'two-writers': text(
    'two writers who had both decided on version 1 of a wallet were both appended: one of them decided on a balance that was gone',
    'hai bên ghi cùng quyết định trên version 1 của một ví đều được ghi: một bên đã quyết định trên số dư không còn nữa',
  ),
  'no-name': text(
    'the second writer is refused, but not by an error named VersionConflict: it can’t know that deciding anew would help',
    'bên ghi thứ hai bị từ chối, nhưng không phải bằng lỗi tên VersionConflict: nó không biết là quyết định lại thì được',
  ),
  'no-table': text(
    'tables.event in store.ts names what is not in the database',
    'tables.event trong store.ts nêu tên thứ không có trong database',
  ),
  'no-constraint': text(
    'the table was attacked and answered by something else than a constraint',
    'bảng bị tấn công mà trả lời bằng thứ không phải ràng buộc',
  ),
  'a-copied-version': text(
    'a row was copied with another event id: two events have one version, and the table let it happen',
    'một dòng được chép lại với event id khác: hai event chung một version mà bảng vẫn cho phép',
  ),
  'an-update': text('a stored event was updated', 'một event đã ghi bị UPDATE'),
  'a-delete': text('a stored event was deleted', 'một event đã ghi bị DELETE'),
  'half-an-append': text(
    'an append whose second event must not be stored left the first one behind, or was taken',
    'một lần append có event thứ hai không được phép ghi lại để sót event thứ nhất, hoặc được nhận luôn',
  ),
  'a-gap': text(
    'events were appended behind version 7 of a stream that was at version 2',
    'event được append sau version 7 trong khi stream mới ở version 2',
  ),
  'one-event-twice': text(
    'an event with an id that is stored already was stored once more, in another stream',
    'một event có id đã được ghi rồi lại được ghi lần nữa, ở stream khác',
  ),
  'no-pages': text(
    'readAll() did not answer every event once, in the order in which they were stored, page by page',
    'readAll() không trả về mỗi event đúng một lần, theo thứ tự được ghi, từng trang một',
  ),
}

export const oneWriterAVersion: Promised<StoreSeen> = {
  item: 'design-03.2',
  text: text(
    'the table itself lets one writer have a version, takes an append whole or not at all, and changes nothing that is written',
    'chính bảng chỉ cho một bên ghi chiếm một version, nhận trọn hoặc không nhận một lần append, và không cho sửa gì đã ghi',
  ),
  judge({ attempts, allowed, detail }) {
    if (allowed !== undefined) {
      const said = allowances[allowed]
      const more = detail === '' ? '' : ` (${detail})`
      return broken(text(said.en + more, said.vi + more), {
        at: at('store.ts', 'CREATE TABLE', 'append', 'function openStore'),
      })
    }
    return held(
      witness(
        'attacks',
        attempts,
        text(`${attempts} attacks on the tables`, `${attempts} lần tấn công vào bảng`),
      ),
    )
  },
}

export const eventsAreEnough: Promised<SchemasSeen> = {
  item: 'design-03.3',
  text: text(
    'each event gives back the whole fact, and nothing spoilt is ever stored',
    'mỗi event trả lại trọn vẹn sự việc, và không thứ hỏng nào được ghi xuống',
  ),
  judge({ kinds, spoilt, lost, refused, takenIn, unknownRead }) {
    if (refused !== undefined) {
      const why = refused.problems.join('; ')
      return broken(
        text(
          `problems() objects to what write() made of "${refused.kind}": ${why}`,
          `problems() chê chính thứ write() làm từ "${refused.kind}": ${why}`,
        ),
        { at: at('events.ts', 'function problems') },
      )
    }
    if (lost !== undefined) {
      return broken(
        text(
          `"${lost.kind}" went in as ${json(lost.fact)} and came back as ${json(lost.read)}`,
          `"${lost.kind}" đi vào là ${json(lost.fact)} mà đi ra là ${json(lost.read)}`,
        ),
        { at: at('events.ts', 'function read', 'function write') },
      )
    }
    if (unknownRead) {
      return broken(
        text(
          'read() answers something for an event of a type that nobody knows: a wallet without it would be wrong, and nobody would hear of it',
          'read() vẫn trả lời cho một event có type không ai biết: thiếu nó thì ví sai mà không ai hay',
        ),
        { at: at('events.ts', 'function upcast', 'function read') },
      )
    }
    const [taken, ...others] = takenIn
    if (taken !== undefined) {
      const more =
        others.length === 0 ? ['', ''] : [` (and ${others.length} more)`, ` (và ${others.length} thứ nữa)`]
      return broken(
        text(
          `problems() lets ${taken} be stored${more[0]}: it will stand there for ever`,
          `problems() cho ghi ${taken}${more[1]}: nó sẽ nằm đó mãi mãi`,
        ),
        { at: at('events.ts', 'function problems') },
      )
    }
    return held(
      witness('kinds', kinds, text(`${kinds} kinds of fact`, `${kinds} loại sự việc`)),
      witness('spoilt', spoilt, text(`${spoilt} spoilt events refused`, `${spoilt} event hỏng bị từ chối`)),
    )
  },
}

const whens: Readonly<Record<NonNullable<SnapshotsSeen['differs']>['when'], Text>> = {
  always: text('With its snapshots', 'Với các snapshot của nó'),
  'all-deleted': text('With all snapshots deleted', 'Khi mọi snapshot bị xoá'),
  'another-shape': text(
    'With snapshots of another shape, as a release leaves them',
    'Với các snapshot có hình dạng khác, như một bản release để lại',
  ),
}

export const snapshotsAreDisposable: Promised<SnapshotsSeen> = {
  item: 'design-03.4',
  text: text(
    'a load reads few events however long the stream, costs few snapshots, and is right without any of them',
    'stream dài mấy thì một lần load cũng đọc ít event, tốn ít snapshot, và không có snapshot nào vẫn đúng',
  ),
  judge({ absent, events, loads, readMost, snapshots, shortSnapshots, differs }) {
    const spot = at('history.ts', 'load(', 'function openHistory')
    if (absent !== undefined) {
      return broken(
        text(
          `tables.snapshot in store.ts names ${absent}, which is not in the database once the history is open`,
          `tables.snapshot trong store.ts nêu ${absent}, thứ không có trong database sau khi mở history`,
        ),
        { at: at('store.ts', 'snapshot:') },
      )
    }
    if (differs !== undefined) {
      const { when, version, said, right } = differs
      return broken(
        text(
          `${whens[when].en} a wallet at version ${version} was loaded as ${said}; its events say ${right}`,
          `${whens[when].vi}, ví ở version ${version} được load thành ${said}; các event của nó nói ${right}`,
        ),
        { at: spot },
      )
    }
    if (readMost.events > readMax) {
      return broken(
        text(
          `a load read ${readMost.events} events at version ${readMost.version}; a command may wait for ${readMax}`,
          `một lần load đọc ${readMost.events} event ở version ${readMost.version}; một command chỉ được chờ ${readMax}`,
        ),
        { at: spot },
      )
    }
    if (snapshots * eventsASnapshotMin > events) {
      return broken(
        text(
          `${snapshots} snapshots were written for ${events} events (${shortSnapshots} of them for wallets of ten events): they cost more than the reading that they save`,
          `${snapshots} snapshot được ghi cho ${events} event (${shortSnapshots} trong đó cho những ví chỉ có mười event): chúng tốn hơn việc đọc mà chúng tiết kiệm`,
        ),
        { at: at('history.ts', 'record(', 'function openHistory') },
      )
    }
    return held(
      witness(
        'loads',
        loads,
        text(`${loads} loads equal to their replays`, `${loads} lần load bằng đúng replay`),
      ),
      witness(
        'most events read',
        readMost.events,
        text(`${readMost.events} events read at most`, `đọc nhiều nhất ${readMost.events} event`),
      ),
    )
  },
}

const tellings: Readonly<Record<NonNullable<ReplaySeen['told']>, (count: number) => Text>> = {
  'again-on-rebuild': (count) =>
    text(
      `a rebuild sent ${count} receipts that customers have had for months`,
      `một lần rebuild gửi lại ${count} biên lai mà khách đã nhận từ lâu`,
    ),
  'again-on-catch-up': (count) =>
    text(
      `catchUp() was called again with nothing new, and sent ${count} receipts`,
      `gọi lại catchUp() khi không có gì mới mà vẫn gửi ${count} biên lai`,
    ),
  never: (count) =>
    text(
      `the mail server failed once, and ${count} receipts were never sent`,
      `mail server lỗi một lần, và ${count} biên lai không bao giờ được gửi`,
    ),
  'again-after-a-crash': (count) =>
    text(
      `it was started again after a failure, and sent ${count} receipts once more`,
      `được khởi động lại sau sự cố, nó gửi lại ${count} biên lai`,
    ),
}

export const replayIsSilent: Promised<ReplaySeen> = {
  item: 'design-03.5',
  text: text(
    'a replay makes the same table each time, also after it was interrupted, and nothing outside hears of it',
    'lần replay nào cũng cho ra cùng một bảng, kể cả sau khi bị ngắt giữa chừng, và bên ngoài không hề hay biết',
  ),
  judge({ events, receipts, replays, told, toldCount, wrong }) {
    const spot = at('projector.ts', 'rebuild()', 'catchUp()', 'function openProjector')
    if (told !== undefined) return broken(tellings[told](toldCount), { at: spot })
    if (wrong !== undefined) {
      return broken(
        text(
          `${wrong.walletId} has ${wrong.said} in the table ${wrong.when}; its events say ${wrong.right}`,
          `${wrong.walletId} có ${wrong.said} trong bảng (${wrong.when}); các event của nó nói ${wrong.right}`,
        ),
        { at: spot },
      )
    }
    return held(
      witness('events', events, text(`${events} events projected`, `${events} event được chiếu`)),
      witness(
        'receipts',
        receipts,
        text(`${receipts} receipts, none again`, `${receipts} biên lai, không cái nào gửi lại`),
      ),
      witness(
        'replays',
        replays,
        text(`${replays} rebuilds, one of them interrupted`, `${replays} lần rebuild, một lần bị ngắt`),
      ),
    )
  },
}

export const oldEventsKeepTheirMeaning: Promised<MigrationSeen> = {
  item: 'design-03.6',
  text: text(
    'events of the first years are read as what they meant, copied whole and once, and never touched',
    'event của những năm đầu được đọc đúng nghĩa cũ, được chép đủ và đúng một lần, và không bị đụng vào',
  ),
  judge({ old, misread, changedToday, touched, copies, newIds, wrong }) {
    if (misread !== undefined) {
      return broken(
        text(
          `${json(misread.row.data)} (${misread.row.type}) is read as ${json(misread.read)}, and has always meant ${json(misread.right)}`,
          `${json(misread.row.data)} (${misread.row.type}) được đọc thành ${json(misread.read)}, trong khi xưa nay nó có nghĩa ${json(misread.right)}`,
        ),
        { at: at('events.ts', 'function upcast') },
      )
    }
    if (changedToday !== undefined) {
      return broken(
        text(
          `upcast() changes ${changedToday}, which is an event of today`,
          `upcast() sửa cả ${changedToday}, vốn là event của hôm nay`,
        ),
        { at: at('events.ts', 'function upcast') },
      )
    }
    const spot = at('migration.ts', 'function migrate')
    if (touched !== undefined) {
      return broken(
        text(
          `copying the old rows (they are frozen) ended with: ${touched}`,
          `chép các dòng cũ (đã đóng băng) kết thúc bằng: ${touched}`,
        ),
        { at: spot },
      )
    }
    const { first, rest, again, stored } = copies
    if (stored !== old || first + rest !== old || again !== 0) {
      return broken(
        text(
          `of ${old} old events the new store has ${stored}: migrate() said ${first} for the first four, ${rest} when it went on, and ${again} when there was nothing left`,
          `có ${old} event cũ mà store mới có ${stored}: migrate() báo ${first} cho bốn cái đầu, ${rest} khi chạy tiếp, và ${again} khi không còn gì`,
        ),
        { at: spot },
      )
    }
    if (newIds) {
      return broken(
        text(
          'copied events have other ids than before: whoever has seen one will take its copy for another',
          'event được chép mang id khác trước: ai từng thấy nó sẽ tưởng bản chép là event khác',
        ),
        { at: spot },
      )
    }
    if (wrong !== undefined) {
      return broken(
        text(
          `${wrong.walletId} comes to ${wrong.said} in the new store, and to ${wrong.right} by the old rows`,
          `${wrong.walletId} trong store mới ra ${wrong.said}, theo các dòng cũ thì ${wrong.right}`,
        ),
        { at: spot },
      )
    }
    return held(
      witness(
        'old events',
        old,
        text(
          `${old} events in three versions read and copied`,
          `${old} event thuộc ba phiên bản được đọc và chép`,
        ),
      ),
    )
  },
}

export const designIsWrittenUp = {
  item: 'design-03.7',
  text: text(
    'DESIGN.md says what is stored, what decides between writers, what snapshots save, and how old events are read',
    'DESIGN.md nói lưu gì, cái gì phân xử giữa các bên ghi, snapshot tiết kiệm được gì, và đọc event cũ thế nào',
  ),
}

/** Short enough for one line; amounts are bigints. */
function json(value: unknown): string {
  const written =
    JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each)) ?? 'undefined'
  return written.length > 160 ? `${written.slice(0, 160)}…` : written
}
