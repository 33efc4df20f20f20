/** What the design of the payment event claims; each claim is held against what the attacks saw. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { EvolutionSeen, FieldsSeen, RulesSeen, VersionsSeen, WrittenSeen } from './run.ts'

const writing = [{ file: 'event.ts', near: ['function write'] }]
const rules = [{ file: 'event.ts', near: ['function problems'] }]
const publishing = [{ file: 'event.ts', near: ['function jsonSchema'] }]
const pointing = [{ file: 'event.ts', near: ['const fields'] }]
const telling = [{ file: 'versions.ts', near: ['function versionOf'] }]
const deciding = [{ file: 'versions.ts', near: ['function needsNewVersion'] }]
const reading = [{ file: 'versions.ts', near: ['function read'] }]
const lookingBack = [{ file: 'versions.ts', near: ['function asFirstVersion'] }]

export const comesBackWhole: Promised<WrittenSeen> = {
  item: 'design-01.1',
  text: text(
    'a payment written as a CloudEvents message comes back as it was, and the published schema agrees',
    'một thanh toán ghi thành message CloudEvents đọc lại vẫn y nguyên, và schema đã công bố nói cùng một điều',
  ),
  judge(seen) {
    const [attribute] = seen.missingAttributes
    if (attribute !== undefined) {
      return broken(
        text(
          `the message has no CloudEvents attribute "${attribute}" (text${attribute === 'specversion' ? ', "1.0"' : ''}): a router that has never heard of payments can't tell what this is`,
          `message thiếu attribute "${attribute}" của CloudEvents (dạng chữ${attribute === 'specversion' ? ', "1.0"' : ''}): một router không biết gì về thanh toán sẽ không hiểu đây là gì`,
        ),
        { at: writing },
      )
    }
    if (seen.lostInJson !== undefined) {
      return broken(
        text(
          `write() answers something that JSON can't carry: ${short(seen.lostInJson)}`,
          `write() trả về thứ mà JSON không chở được: ${short(seen.lostInJson)}`,
        ),
        { at: writing },
      )
    }
    if (seen.unlike) {
      return broken(
        text(
          'the same event was written twice and came out as two different messages: a retry would look like a second payment',
          'cùng một event ghi hai lần ra hai message khác nhau: một lần retry trông như thanh toán thứ hai',
        ),
        { at: writing },
      )
    }
    if (seen.changed !== undefined) {
      return broken(
        text(
          `an event did not come back as it was: ${json(seen.changed.sent)} was read as ${json(seen.changed.read)}`,
          `một event đọc lại không còn như cũ: ${json(seen.changed.sent)} thành ${json(seen.changed.read)}`,
        ),
        { at: [...reading, ...writing] },
      )
    }
    if (seen.refusedByItself !== undefined) {
      return broken(
        text(
          `problems() objects to what write() wrote: ${short(seen.refusedByItself.join('; '))}`,
          `problems() chê chính thứ write() vừa ghi: ${short(seen.refusedByItself.join('; '))}`,
        ),
        { at: rules },
      )
    }
    if (seen.schemaError !== undefined) {
      return broken(
        text(
          `what jsonSchema() answers is no JSON Schema: ${short(seen.schemaError)}`,
          `jsonSchema() trả về thứ không phải JSON Schema: ${short(seen.schemaError)}`,
        ),
        { at: publishing },
      )
    }
    if (seen.schemaRefuses !== undefined) {
      return broken(
        text(
          `the published schema refuses a message that write() wrote: ${short(seen.schemaRefuses)}`,
          `schema đã công bố từ chối một message do write() ghi: ${short(seen.schemaRefuses)}`,
        ),
        { at: publishing },
      )
    }
    if (seen.schemaTakesWithout.length > 0) {
      const names = seen.schemaTakesWithout.join(', ')
      return broken(
        text(
          `the published schema takes a message without ${names}: a team that goes by it will send one`,
          `schema đã công bố chấp nhận message thiếu ${names}: team nào làm theo nó sẽ gửi đúng như vậy`,
        ),
        { at: publishing },
      )
    }
    return held(
      witness(
        'events',
        seen.events,
        text(
          `${seen.events} payments in 5 currencies came back whole`,
          `${seen.events} thanh toán bằng 5 loại tiền đọc lại nguyên vẹn`,
        ),
      ),
    )
  },
}

export const fieldsMeanOneThing: Promised<FieldsSeen> = {
  item: 'design-01.2',
  text: text(
    'each of the six fields stands where you say, is required, and means one thing',
    'mỗi field trong sáu field nằm đúng chỗ bạn ghi, là bắt buộc, và chỉ có một nghĩa',
  ),
  judge(seen) {
    const wrong = seen.fields.find(({ isRight }) => !isRight)
    if (wrong !== undefined) {
      const where = wrong.pointer === '' ? '(nowhere)' : wrong.pointer
      return broken(
        text(
          `${wrong.name} should stand at ${where}, where there is ${json(wrong.found)} instead of ${wrong.expected}`,
          `${wrong.name} lẽ ra nằm ở ${where}, nhưng ở đó là ${json(wrong.found)} chứ không phải ${wrong.expected}`,
        ),
        { at: pointing },
      )
    }
    const optional = seen.fields.find(({ mayBeMissing }) => mayBeMissing)
    if (optional !== undefined) {
      return broken(
        text(
          `a message without ${optional.name} may be sent: problems() says nothing`,
          `message thiếu ${optional.name} vẫn gửi được: problems() không nói gì`,
        ),
        { at: rules },
      )
    }
    if (seen.mistaken !== undefined) return broken(mistakes[seen.mistaken], { at: writing })
    return held(
      witness(
        'fields',
        seen.fields.length,
        text('6 fields found, taken away and looked at again', '6 field được tìm thấy, lấy đi và xem lại'),
      ),
    )
  },
}

const mistakes: Readonly<Record<NonNullable<FieldsSeen['mistaken']>, Text>> = {
  currency: text(
    '12.50 USD and 1,250 VND have the same amount on the wire: whoever reads it has to guess the currency',
    '12,50 USD và 1.250 ₫ có cùng amount trên đường truyền: bên đọc phải đoán loại tiền',
  ),
  digits: text(
    'two amounts that differ by 1 are the same on the wire: a JSON number beyond 2^53 has lost digits',
    'hai số tiền lệch nhau 1 đơn vị lại giống hệt nhau trên đường truyền: JSON number vượt 2^53 bị mất chữ số',
  ),
  event: text(
    'two events have the same event_id: a consumer that drops duplicates would drop a payment',
    'hai event khác nhau có cùng event_id: consumer lọc trùng sẽ bỏ mất một thanh toán',
  ),
}

export const versionStandsOnTheWire: Promised<VersionsSeen> = {
  item: 'design-01.3',
  text: text(
    'the version can be told from the message alone, and you know which change calls for a new one',
    'chỉ nhìn message là biết phiên bản, và bạn biết thay đổi nào buộc phải lên phiên bản mới',
  ),
  judge(seen) {
    const unread = seen.older.find((version) => version !== 1)
    if (unread !== undefined) {
      return broken(
        text(
          `versionOf() says ${said(unread)} of a message of the first version`,
          `versionOf() nói ${said(unread)} về một message phiên bản đầu tiên`,
        ),
        { at: telling },
      )
    }
    if (typeof seen.newer !== 'number' || !(seen.newer > 1)) {
      return broken(
        text(
          `versionOf() says ${said(seen.newer)} of a message that write() wrote; the first version is 1, so this one is later`,
          `versionOf() nói ${said(seen.newer)} về một message do write() ghi; phiên bản đầu là 1, nên message này phải lớn hơn`,
        ),
        { at: telling },
      )
    }
    if (seen.grown !== seen.newer) {
      return broken(
        text(
          `with one more optional attribute the same message is version ${said(seen.grown)}, no longer ${seen.newer}`,
          `thêm một attribute không bắt buộc thì cùng message đó thành phiên bản ${said(seen.grown)}, không còn là ${seen.newer}`,
        ),
        { at: telling },
      )
    }
    const [misjudged] = seen.misjudged
    if (misjudged !== undefined) {
      const { change, expected, breaks } = misjudged
      const reason = reasons[change.kind] ?? text('', '')
      const why =
        breaks === undefined
          ? reason
          : text(
              `${reason.en} (in your schema: ${breaks.said.en})`,
              `${reason.vi} (trong schema của bạn: ${breaks.said.vi})`,
            )
      return broken(
        expected
          ? text(
              `needsNewVersion() lets "${change.kind}" of ${change.field} pass within a version: ${why.en}`,
              `needsNewVersion() cho "${change.kind}" ở ${change.field} qua mà không lên phiên bản: ${why.vi}`,
            )
          : text(
              `needsNewVersion() asks for a new version for "${change.kind}" of ${change.field}: ${why.en}`,
              `needsNewVersion() đòi phiên bản mới cho "${change.kind}" ở ${change.field}: ${why.vi}`,
            ),
        { at: deciding },
      )
    }
    return held(
      witness(
        'changes',
        seen.changes,
        text(
          `${seen.changes} proposed changes judged, ${seen.compared} of them made to your schema and compared`,
          `đã phán xét ${seen.changes} đề xuất thay đổi, ${seen.compared} trong đó được thử trên schema của bạn và so sánh`,
        ),
      ),
      witness('old messages', seen.older.length),
    )
  },
}

/** Who would be hurt by a change, or why nobody is. */
const reasons: Readonly<Record<string, Text>> = {
  'add-optional-field': text(
    'yesterday’s consumer passes over it, tomorrow’s can do without it',
    'consumer hôm qua bỏ qua nó, consumer ngày mai thiếu nó vẫn chạy',
  ),
  'describe-better': text('no byte on the wire changes', 'không byte nào trên đường truyền thay đổi'),
  'add-required-field': text(
    'tomorrow’s consumer can’t read the events that already lie in the log',
    'consumer ngày mai không đọc được các event đang nằm sẵn trong log',
  ),
  'make-required': text(
    'tomorrow’s consumer refuses the old events that lack it',
    'consumer ngày mai từ chối các event cũ không có nó',
  ),
  'remove-field': text('yesterday’s consumer looks for it', 'consumer hôm qua vẫn tìm nó'),
  'rename-field': text('yesterday’s consumer looks for the old name', 'consumer hôm qua vẫn tìm tên cũ'),
  'change-type': text('yesterday’s consumer can’t parse it', 'consumer hôm qua không phân tích được nó'),
  'change-unit': text(
    'it still parses everywhere, and every amount is wrong',
    'ở đâu cũng đọc được, chỉ là số tiền nào cũng sai',
  ),
  'change-meaning': text(
    'no validator sees it, and yesterday’s consumer acts on what it used to mean',
    'không bộ kiểm tra nào thấy, còn consumer hôm qua vẫn làm theo nghĩa cũ',
  ),
}

export const oldAndNewUnderstandEachOther: Promised<EvolutionSeen> = {
  item: 'design-01.4',
  text: text(
    'old messages keep their meaning, additions confuse nobody, and an old consumer is told the truth or nothing',
    'message cũ giữ nguyên nghĩa, phần thêm vào không làm ai rối, consumer cũ được nghe đúng sự thật hoặc không nghe gì',
  ),
  judge(seen) {
    if (seen.misread !== undefined) {
      const { message, read, expected } = seen.misread
      return broken(
        text(
          `a message of the first version, ${json(message)}, was read as ${json(read)}; it means ${json(expected)}`,
          `một message phiên bản đầu, ${json(message)}, bị đọc thành ${json(read)}; nghĩa của nó là ${json(expected)}`,
        ),
        { at: reading },
      )
    }
    if (seen.confusedBy !== undefined) {
      const { added, read } = seen.confusedBy
      return broken(
        text(
          `a later producer adds ${added}, and read() makes of the message: ${json(read)}`,
          `một producer về sau thêm ${added}, và read() hiểu message thành: ${json(read)}`,
        ),
        { at: reading },
      )
    }
    if (seen.newStatus instanceof Error) {
      return broken(
        text(
          `a status that was not there last year stops the consumer: ${seen.newStatus.message}`,
          `một status năm ngoái chưa có làm consumer dừng lại: ${seen.newStatus.message}`,
        ),
        { at: reading },
      )
    }
    if (seen.misunderstood !== undefined) {
      const { sent, understood } = seen.misunderstood
      return broken(
        text(
          `a consumer of the first version takes ${json(sent)} for ${understood === undefined ? 'nothing, though that version can say it' : json(understood)}`,
          `consumer phiên bản đầu hiểu ${json(sent)} thành ${understood === undefined ? 'không có gì, dù phiên bản đó nói được' : json(understood)}`,
        ),
        { at: lookingBack },
      )
    }
    return held(
      witness(
        'golden messages',
        seen.golden,
        text(
          `${seen.golden} messages from the log of 2023 to 2025 read`,
          `đọc đúng ${seen.golden} message trong log từ 2023 đến 2025`,
        ),
      ),
      witness(
        'grown messages',
        seen.grown,
        text(`${seen.grown} messages with additions read`, `đọc đúng ${seen.grown} message có phần thêm vào`),
      ),
      witness('messages for old consumers', seen.dual),
    )
  },
}

export const strictOutTolerantIn: Promised<RulesSeen> = {
  item: 'design-01.5',
  text: text(
    'nothing spoilt is sent, and what cannot be read is refused rather than guessed',
    'không thứ hỏng nào được gửi đi, và thứ không đọc được thì bị từ chối chứ không bị đoán mò',
  ),
  judge(seen) {
    const [letOut, ...others] = seen.letOut
    if (letOut !== undefined) {
      const [more, moreVi] = [others.map(({ en }) => en).join(', '), others.map(({ vi }) => vi).join(', ')]
      const count = others.length
      return broken(
        text(
          `problems() has nothing against a message with ${letOut.en}${count === 0 ? '' : ` (${count} more: ${more})`}`,
          `problems() không chê gì message có: ${letOut.vi}${count === 0 ? '' : ` (và ${count} thứ nữa: ${moreVi})`}`,
        ),
        { at: rules },
      )
    }
    const [takenIn] = seen.takenIn
    if (takenIn !== undefined) {
      return broken(
        text(
          `read() made ${json(takenIn.read)} of ${takenIn.what.en}: a guess that nobody will notice`,
          `read() biến ${takenIn.what.vi} thành ${json(takenIn.read)}: một phép đoán không ai nhận ra`,
        ),
        { at: reading },
      )
    }
    return held(
      witness(
        'spoilt messages',
        seen.spoilt,
        text(`${seen.spoilt} spoilt messages not sent`, `${seen.spoilt} message hỏng không được gửi`),
      ),
      witness(
        'unreadable messages',
        seen.hopeless,
        text(`${seen.hopeless} unreadable ones refused`, `${seen.hopeless} message không đọc nổi bị từ chối`),
      ),
    )
  },
}

export const schemaIsWrittenDown = {
  item: 'design-01.6',
  text: text(
    'DESIGN.md says every field, unit, version and rule, with an example',
    'DESIGN.md ghi đủ field, đơn vị, phiên bản và luật kiểm tra, có ví dụ',
  ),
}

/** As a reader writes it: a bigint without its n, an error as its message. */
function json(value: unknown): string {
  if (value instanceof Error) return short(value.message)
  const written = JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'bigint' ? each.toString() : each,
  )
  return short(written ?? String(value))
}

const said = (value: unknown): string =>
  value instanceof Error ? `"${short(value.message)}"` : String(value)

const short = (value: string): string => (value.length > 240 ? `${value.slice(0, 239)}…` : value)
