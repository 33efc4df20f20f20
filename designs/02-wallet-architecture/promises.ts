/** What the wallet's architecture claims; each claim is held against the data, a broker, or the drawing. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import type { DesignFinding } from '#lab/lint/design'
import type { Flow } from '#lab/lint/flow'
import type { Played } from '#lab/simulate/services'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Moment, StaleSeen } from './attacks/lag.ts'
import { outageMs, wrongMsMax } from './attacks/model.ts'
import type {
  BordersSeen,
  DecidedSeen,
  EventsSeen,
  FlowSeen,
  PublishersSeen,
  SubscribersSeen,
} from './run.ts'

// Spaces in a needle keep the interfaces above out, where the same words stand behind "readonly".
const near = (...needles: readonly string[]) => [
  { file: 'architecture.ts', near: [...needles, 'architecture: Architecture'] },
]
const inBalances = (...needles: readonly string[]) => [{ file: 'balances.ts', near: needles }]

/** The first finding as a breach, with a word on how many there are. */
function breach([first, ...others]: readonly DesignFinding[]): Judgement | undefined {
  if (first === undefined) return undefined
  const more =
    others.length === 0
      ? text('', '')
      : text(` (and ${others.length} more)`, ` (và ${others.length} điểm nữa)`)
  return broken(text(first.said.en + more.en, first.said.vi + more.vi), {
    at: near(`'${first.about}'`),
  })
}

/** Without the parts that the brief speaks of, nothing can be played. */
function roleless([first]: readonly string[]): Judgement | undefined {
  if (first === undefined) return undefined
  const kind = first === 'request' ? 'command' : 'event'
  return broken(
    text(`roles.${first} names no ${kind} of yours yet`, `roles.${first} chưa trỏ tới ${kind} nào của bạn`),
    { at: near(`    ${first}:`) },
  )
}

const notYet = (what: string) =>
  broken(text(`no ${what} is declared yet`, `chưa khai báo ${what} nào`), { at: near(`  ${what}s:`) })

export const eachOwnsItsFacts: Promised<BordersSeen> = {
  item: 'design-02.1',
  text: text(
    'each table has one service that goes into it, and no service waits for another',
    'mỗi bảng chỉ có một service đụng vào, và không service nào chờ service khác',
  ),
  judge(seen) {
    if (seen.services === 0) return notYet('service')
    const found = breach(seen.findings)
    if (found !== undefined) return found
    const [idle] = seen.idle
    if (idle !== undefined) {
      return broken(
        text(`${idle} does nothing on any message`, `${idle} không làm gì với bất kỳ message nào`),
        { at: near(`'${idle}'`) },
      )
    }
    return held(
      witness('services', seen.services, text(`${seen.services} services`, `${seen.services} service`)),
      witness(
        'tables',
        seen.tables,
        text(`${seen.tables} tables, one owner each`, `${seen.tables} bảng, mỗi bảng một chủ`),
      ),
    )
  },
}

export const nobodyWaitsNothingIsSilent: Promised<DecidedSeen> = {
  item: 'design-02.2',
  text: text(
    'every request is accepted while nobody else runs, and ends in one outcome and the balance that belongs to it',
    'yêu cầu nào cũng được nhận dù không service nào khác chạy, rồi kết thúc bằng đúng một kết quả và số dư tương ứng',
  ),
  judge({ missingRoles, findings, played }) {
    const cannot = roleless(missingRoles) ?? breach(findings)
    if (cannot !== undefined) return cannot
    if (played === undefined) return notYet('service')
    if (played.acceptedAlone < played.requests) {
      const unanswered = played.requests - played.acceptedAlone
      return broken(
        text(
          `${unanswered} of ${played.requests} requests were not accepted while only their handler ran: users wait for services they have never heard of`,
          `${unanswered} trong ${played.requests} yêu cầu không được nhận khi chỉ có service tiếp nhận chạy: người dùng phải chờ những service họ chưa từng nghe tên`,
        ),
        { at: near('    accepted:') },
      )
    }
    return fatesOf(played)
  },
}

function fatesOf(played: Played): Judgement {
  const [spread] = played.scattered
  if (spread !== undefined) {
    const { message, wallets } = spread
    const wrong = played.wrong.length
    return broken(
      text(
        `the transactions of ${wallets} wallets lie in more than one partition of ${message}: a payment may be decided before the top-up that covers it, and ${wrong} of ${played.requests} ended otherwise in this run`,
        `giao dịch của ${wallets} ví nằm rải ở nhiều partition của ${message}: một khoản chi có thể được quyết định trước lần nạp tiền đủ cho nó, và lần chạy này có ${wrong} trong ${played.requests} giao dịch kết thúc sai`,
      ),
      { at: near(`name: '${message}'`) },
    )
  }
  if (played.isEndless) {
    return broken(
      text(
        'the messages did not come to an end: each causes more than it uses up',
        'message không bao giờ hết: cái này sinh ra nhiều hơn cái nó tiêu thụ',
      ),
      { at: near('  publishes:') },
    )
  }
  const [wrong] = played.wrong
  if (wrong !== undefined) {
    const is = `${wrong.booked} × booked, ${wrong.rejected} × rejected, ${wrong.balances} × balance`
    return broken(
      text(
        `${wrong.transaction}, which the balance ${wrong.covered ? 'covers' : 'does not cover'}, ended with ${is} (${played.wrong.length} of ${played.requests} transactions are wrong)`,
        `${wrong.transaction}, khoản mà số dư ${wrong.covered ? 'đủ trả' : 'không đủ trả'}, kết thúc với ${is} (${played.wrong.length} trong ${played.requests} giao dịch sai)`,
      ),
      { at: near(`when: '${wrong.covered ? 'covered' : 'not covered'}'`, 'publishes:') },
    )
  }
  return held(
    witness(
      'requests',
      played.requests,
      text(
        `${played.requests} requests accepted at once and decided later`,
        `${played.requests} yêu cầu được nhận ngay và quyết định sau`,
      ),
    ),
    witness(
      'deliveries',
      played.deliveries,
      text(
        `${played.deliveries} deliveries, ${played.by.rabbitmq} by RabbitMQ and ${played.by.kafka} by Kafka`,
        `${played.deliveries} lần giao, ${played.by.rabbitmq} qua RabbitMQ và ${played.by.kafka} qua Kafka`,
      ),
    ),
  )
}

export const eventsAreFacts: Promised<EventsSeen> = {
  item: 'design-02.3',
  text: text(
    'events tell what has happened, carry what their readers need, and make an AsyncAPI document of each service',
    'event kể chuyện đã xảy ra, mang đủ thứ bên đọc cần, và lập thành tài liệu AsyncAPI cho từng service',
  ),
  judge(seen) {
    const found = roleless(seen.missingRoles) ?? breach(seen.findings)
    if (found !== undefined) return found
    const [lacking] = seen.lacking
    if (lacking !== undefined) {
      return broken(
        text(
          `${lacking.event} carries no ${lacking.kind}: ${whyCarried[lacking.kind]?.en ?? ''}`,
          `${lacking.event} không mang ${lacking.kind}: ${whyCarried[lacking.kind]?.vi ?? ''}`,
        ),
        { at: near(`name: '${lacking.event}'`) },
      )
    }
    const [needless] = seen.needless
    if (needless !== undefined) {
      return broken(
        text(
          `${needless.service} on ${needless.on} needs no field at all: then nobody can tell whether ${needless.on} carries enough`,
          `${needless.service} khi có ${needless.on} chẳng cần field nào: thế thì không ai biết ${needless.on} mang đủ hay chưa`,
        ),
        { at: near(`on: '${needless.on}'`) },
      )
    }
    const [personal] = seen.personal
    if (personal !== undefined) {
      return broken(
        text(
          `${personal.event} carries ${personal.field}: it will be in every log and every copy, for as long as any of them is kept`,
          `${personal.event} mang ${personal.field}: nó sẽ nằm trong mọi log và mọi bản sao, lâu như chúng còn được giữ`,
        ),
        { at: near(`${personal.field}:`) },
      )
    }
    const [invalid] = seen.invalid
    if (invalid !== undefined) {
      return broken(
        text(
          `the document of ${invalid.service} is no AsyncAPI 3.0: ${invalid.problem}`,
          `tài liệu của ${invalid.service} không phải AsyncAPI 3.0: ${invalid.problem}`,
        ),
        { at: near(`'${invalid.service}'`) },
      )
    }
    return held(
      witness('messages', seen.messages, text(`${seen.messages} messages`, `${seen.messages} message`)),
      witness(
        'documents',
        seen.documents,
        text(
          `${seen.documents} AsyncAPI 3.0 documents made and validated`,
          `${seen.documents} tài liệu AsyncAPI 3.0 được tạo và kiểm tra`,
        ),
      ),
    )
  },
}

const whyCarried: Readonly<Record<string, Text>> = {
  'event id': text(
    'whoever gets it twice can’t know that it is the same one',
    'ai nhận hai lần cũng không biết đó là cùng một event',
  ),
  time: text('nobody can say as of when something is known', 'không ai nói được thông tin có từ lúc nào'),
  'transaction id': text(
    'nobody can tell which request it answers',
    'không ai biết nó trả lời cho yêu cầu nào',
  ),
  'wallet id': text('nobody can tell whose money it is', 'không ai biết đó là tiền của ví nào'),
  money: text('readers would have to ask for the amount', 'bên đọc phải đi hỏi lại số tiền'),
  version: text(
    'a balance that comes late would overwrite a newer one',
    'số dư tới muộn sẽ ghi đè số dư mới hơn',
  ),
}

export const eachFactHasOneVoice: Promised<PublishersSeen> = {
  item: 'design-02.4',
  text: text(
    'each event is published by the one service whose table it tells of, and none of these changes unheard',
    'mỗi event do đúng service làm chủ bảng tương ứng gửi ra, và không thay đổi nào trong các bảng đó diễn ra âm thầm',
  ),
  judge(seen) {
    if (seen.events === 0) return notYet('event')
    return (
      breach(seen.findings) ??
      held(
        witness(
          'events',
          seen.events,
          text(`${seen.events} events, one owner each`, `${seen.events} event, mỗi event một chủ`),
        ),
      )
    )
  },
}

export const twiceIsOnce: Promised<SubscribersSeen> = {
  item: 'design-02.5',
  text: text(
    'everything is delivered twice and done once, and two that look alike are two',
    'message nào cũng giao hai lần mà chỉ làm một lần, và hai việc giống nhau vẫn là hai',
  ),
  judge({ subscriptions, findings, unsaid, played }) {
    if (subscriptions === 0) return notYet('service')
    const found = breach(findings)
    if (found !== undefined) return found
    const [silent] = unsaid
    if (silent !== undefined) {
      return broken(
        text(
          `${silent.service} on ${silent.on}: say in a sentence what it does (does), and what on the second delivery (onDuplicate)`,
          `${silent.service} khi có ${silent.on}: viết một câu nó làm gì (does), và lần giao thứ hai thì làm gì (onDuplicate)`,
        ),
        { at: near(`on: '${silent.on}'`) },
      )
    }
    if (played === undefined) {
      return broken(
        text(
          'it can’t be played yet: design-02.2 says why',
          'chưa chạy thử được: xem design-02.2 để biết lý do',
        ),
        { at: near('  roles:') },
      )
    }
    const [wrong] = played.miscounted
    if (wrong !== undefined) {
      const by = wrong.remembers.join(' + ')
      const at = near(`remembers: [${wrong.remembers.map((each) => `'${each}'`).join(', ')}]`)
      return broken(
        wrong.done < wrong.messages
          ? text(
              `${wrong.service} takes two different ${wrong.on} for one: of ${wrong.messages} it did ${wrong.done}, since it remembers them by ${by}`,
              `${wrong.service} coi hai ${wrong.on} khác nhau là một: có ${wrong.messages} mà chỉ làm ${wrong.done}, vì nó nhớ theo ${by}`,
            )
          : text(
              `${wrong.service} did the work of ${wrong.on} ${wrong.done} times for ${wrong.messages} messages: by ${by} a second delivery looks new`,
              `${wrong.service} làm việc của ${wrong.on} ${wrong.done} lần cho ${wrong.messages} message: nhìn theo ${by} thì lần giao thứ hai vẫn như mới`,
            ),
        { at },
      )
    }
    return held(
      witness(
        'subscriptions',
        subscriptions,
        text(`${subscriptions} subscriptions`, `${subscriptions} chỗ nhận message`),
      ),
      witness(
        'deliveries',
        played.deliveries,
        text(
          `${played.deliveries} deliveries, every second one a repeat`,
          `${played.deliveries} lần giao, cứ hai lần thì một lần là lặp lại`,
        ),
      ),
    )
  },
}

export const theDrawingIsTheFlow: Promised<FlowSeen> = {
  item: 'design-02.6',
  text: text(
    'DESIGN.md draws every message on its way, invents none, and nothing goes round in a circle',
    'DESIGN.md vẽ đủ đường đi của mọi message, không bịa thêm, và không có vòng lặp nào',
  ),
  judge({ findings, messages, line, difference }) {
    if (messages === 0) return notYet('service')
    const circle = breach(findings)
    if (circle !== undefined) return circle
    const at = [{ file: 'DESIGN.md', near: ['flowchart'] }]
    if (difference === undefined) {
      return broken(
        text(
          'DESIGN.md has no drawing: a mermaid block that begins with "flowchart"',
          'DESIGN.md chưa có hình vẽ: một khối mermaid bắt đầu bằng "flowchart"',
        ),
        { at: [{ file: 'DESIGN.md' }] },
      )
    }
    const [missing] = difference.missing
    if (missing !== undefined) {
      const count = difference.missing.length
      return broken(
        text(
          `the drawing (line ${line}) does not show ${way(missing, 'en')}${count > 1 ? ` (and ${count - 1} more)` : ''}`,
          `hình vẽ (dòng ${line}) thiếu ${way(missing, 'vi')}${count > 1 ? ` (và ${count - 1} mũi tên nữa)` : ''}`,
        ),
        { at },
      )
    }
    const [invented] = difference.invented
    if (invented !== undefined) {
      return broken(
        text(
          `the drawing shows ${way(invented, 'en')}, which architecture.ts does not have`,
          `hình vẽ có ${way(invented, 'vi')}, thứ không có trong architecture.ts`,
        ),
        { at },
      )
    }
    const [unnamed] = difference.unnamed
    if (unnamed !== undefined) {
      return broken(
        text(
          `the arrow from ${unnamed.from} to ${unnamed.to} does not say which message goes there`,
          `mũi tên từ ${unnamed.from} tới ${unnamed.to} không ghi message nào đi qua`,
        ),
        { at },
      )
    }
    return held(
      witness(
        'arrows',
        difference.agreed,
        text(
          `${difference.agreed} messages on their way, as drawn`,
          `${difference.agreed} đường đi của message, đúng như hình`,
        ),
      ),
    )
  },
}

function way({ from, message, to }: Flow, lang: 'en' | 'vi'): string {
  const outside = lang === 'en' ? 'outside' : 'bên ngoài'
  return `${message}: ${from ?? outside} → ${to}`
}

export const staleAndHonest: Promised<StaleSeen> = {
  item: 'design-02.7',
  text: text(
    'while balances lag, a user sees the time of what is shown or that it is pending, never a wrong figure, and what was lost is found',
    'khi số dư bị trễ, người dùng thấy số liệu kèm thời điểm hoặc thấy đang chờ, không bao giờ thấy số sai, và thứ bị mất được tìm ra',
  ),
  judge(seen) {
    if (seen.declared === 0) {
      return broken(
        text('no read is declared that may be stale', 'chưa khai báo chỗ đọc nào có thể bị trễ'),
        { at: near('  reads:') },
      )
    }
    const [read] = seen.reads
    if (read !== undefined) {
      const said = windows[read.problem]
      return broken(text(`"${read.what}": ${said.en}`, `"${read.what}": ${said.vi}`), {
        at: near('  reads:'),
      })
    }
    const [wrong] = seen.wrong
    if (wrong !== undefined) {
      const said = moments[wrong.moment]
      return broken(
        text(
          `${said.en}: read() answers ${wrong.seen} instead of ${wrong.right}`,
          `${said.vi}: read() trả về ${wrong.seen} thay vì ${wrong.right}`,
        ),
        {
          at: inBalances(
            ...(wrong.moment === 'repaired' ? ['reconcile(owned'] : []),
            ...(wrong.moment === 'straggler' ? ['apply'] : []),
            'read(walletId',
            'function openBalances',
          ),
        },
      )
    }
    const { said, right } = seen.reconciled
    if (said !== right) {
      return broken(
        text(
          `reconcile() finds "${said || 'nothing'}", and it should find "${right}": what is younger than ${outageMs / 1000} s may still be on its way`,
          `reconcile() tìm ra "${said || 'không gì cả'}", lẽ ra phải là "${right}": thứ mới hơn ${outageMs / 1000} giây có thể vẫn đang trên đường`,
        ),
        { at: inBalances('reconcile(owned', 'function openBalances') },
      )
    }
    if (seen.again !== '') {
      return broken(
        text(
          `reconcile() finds "${seen.again}" once more: what it found it did not repair`,
          `reconcile() lại tìm ra "${seen.again}": thấy mà chưa sửa`,
        ),
        { at: inBalances('reconcile(owned', 'function openBalances') },
      )
    }
    return held(
      witness(
        'behind',
        seen.behind,
        text(
          `${seen.behind} event waiting while the service was down`,
          `${seen.behind} event nằm chờ lúc service không chạy`,
        ),
      ),
      witness(
        'looks',
        seen.looks,
        text(
          `${seen.looks} looks at balances on their broker: stopped, started again, opened anew`,
          `${seen.looks} lần nhìn số dư qua broker: dừng, chạy lại, mở lại database`,
        ),
      ),
      witness(
        'differences',
        said.split(', ').length,
        text('3 lost or wrong balances found and repaired', '3 số dư mất hoặc sai được tìm ra và sửa'),
      ),
    )
  },
}

const windows: Readonly<Record<StaleSeen['reads'][number]['problem'], Text>> = {
  window: text(
    `staleMsMax must outlast a deployment (${outageMs / 1000} s) and stay below the minute in which a user calls support (${wrongMsMax / 1000} s)`,
    `staleMsMax phải dài hơn một lần deploy (${outageMs / 1000} giây) và ngắn hơn một phút, lúc người dùng gọi hỗ trợ (${wrongMsMax / 1000} giây)`,
  ),
  meanwhile: text(
    'say in a sentence what the user is shown meanwhile',
    'viết một câu: trong lúc đó người dùng thấy gì',
  ),
  'not-own': text(
    'it is read from a table that no service of its own keeps by the balance event: every glance would be a question to the ledger',
    'nó đọc từ bảng mà không service nào tự giữ theo event số dư: mỗi lần nhìn là một lần hỏi sổ cái',
  ),
  disagrees: text(
    'balances.ts says another staleMsMax than architecture.ts',
    'staleMsMax trong balances.ts khác với architecture.ts',
  ),
}

const moments: Readonly<Record<Moment, Text>> = {
  'own-write-on-its-way': text(
    'a user has topped up (version 6), and the event has not arrived',
    'người dùng vừa nạp tiền (version 6) mà event chưa tới',
  ),
  'others-meanwhile': text(
    'somebody who changed nothing looks at the same wallet',
    'một người không thay đổi gì nhìn vào ví đó',
  ),
  'caught-up': text('the event has arrived', 'event đã tới'),
  straggler: text(
    'balances come late and twice (versions 1, 3, 2, 3, 1)',
    'số dư tới muộn và tới hai lần (version 1, 3, 2, 3, 1)',
  ),
  'after-a-restart': text('the service was started again', 'service vừa được khởi động lại'),
  'never-heard-of': text('nobody has told of this wallet', 'chưa ai kể gì về ví này'),
  'beyond-2^53': text(
    'a balance has more digits than a JavaScript number',
    'một số dư có nhiều chữ số hơn number của JavaScript',
  ),
  repaired: text('reconciliation has compared with the ledger', 'việc đối soát đã so với sổ cái'),
}

export const architectureIsWrittenUp = {
  item: 'design-02.8',
  text: text(
    'DESIGN.md says in a thousand words what the services own, tell and promise, and what happens when each fails',
    'DESIGN.md dùng một nghìn từ nói các service giữ gì, kể gì, hứa gì, và chuyện gì xảy ra khi từng cái hỏng',
  ),
}
