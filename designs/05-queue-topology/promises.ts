/** What the design of the topology claims; each claim is held against the data, a broker, or the page. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import type { TopologyFinding } from '#lab/lint/topology'
import { text } from '#lab/verdict/language'
import {
  type DeathsSeen,
  type DeclaredSeen,
  type NamesSeen,
  type PageSeen,
  type PublishersSeen,
  type ReadersSeen,
  type RoutedSeen,
  retentionDaysMin,
} from './run.ts'

const near = (...needles: readonly string[]) => [
  { file: 'topology.ts', near: [...needles, 'topology: Topology'] },
]

/** The first finding as a breach, with a word on how many there are. */
function breach([first, ...others]: readonly TopologyFinding[]) {
  if (first === undefined) return undefined
  const more =
    others.length === 0
      ? text('', '')
      : text(` (and ${others.length} more)`, ` (và ${others.length} điểm nữa)`)
  return broken(text(first.said.en + more.en, first.said.vi + more.vi), {
    at: near(`'${first.about}'`, first.about),
  })
}

export const nothingOutOfReach: Promised<DeclaredSeen> = {
  item: 'design-05.1',
  text: text(
    'a broker takes the whole topology, twice, and nothing in it is out of reach',
    'broker nhận trọn topology, khai báo hai lần vẫn được, và không thứ gì nằm ngoài tầm với',
  ),
  judge(seen) {
    if (seen.queues === 0) {
      return broken(text('no queue is declared yet', 'chưa khai báo queue nào'), { at: near('queues:') })
    }
    const found = breach(seen.findings)
    if (found !== undefined) return found
    if (seen.refused !== undefined) {
      const { what, why } = seen.refused
      return broken(text(`the broker refuses ${what}: ${why}`, `broker từ chối ${what}: ${why}`), {
        at: near(what.split(' ')[1] ?? ''),
      })
    }
    return held(
      witness(
        'objects',
        seen.shown,
        text(
          `${seen.shown} exchanges, queues and bindings on a broker`,
          `${seen.shown} exchange, queue và binding trên broker`,
        ),
      ),
    )
  },
}

export const eachServiceHasItsOwn: Promised<NamesSeen> = {
  item: 'design-05.2',
  text: text(
    'each service works from queues of its own, named so, and what must be read again is kept in order in a topic',
    'mỗi service làm việc từ queue riêng, đặt tên theo nó, và thứ cần đọc lại được giữ đúng thứ tự trong topic',
  ),
  judge(seen) {
    const [shared] = seen.shared
    if (shared !== undefined) {
      const services = shared.services.join(' and ')
      return broken(
        text(
          `${services} read the same queue, ${shared.queue}: each gets about half of the messages, and neither knows`,
          `${shared.services.join(' và ')} cùng đọc queue ${shared.queue}: mỗi bên được chừng một nửa message mà không bên nào biết`,
        ),
        { at: near(`'${shared.queue}'`) },
      )
    }
    const [misnamed] = seen.misnamed
    if (misnamed !== undefined) {
      return broken(
        text(
          `${misnamed.service} reads a queue called ${misnamed.queue}: name it ${misnamed.service}.<purpose>, so that whoever sees it grow knows whom to wake`,
          `${misnamed.service} đọc queue tên ${misnamed.queue}: đặt là ${misnamed.service}.<mục đích>, để ai thấy nó phình ra biết gọi ai dậy`,
        ),
        { at: near(`'${misnamed.queue}'`) },
      )
    }
    const [forgotten] = seen.forgotten
    if (forgotten !== undefined) {
      return broken(
        text(
          `${forgotten} is kept in no topic: once every queue has acknowledged it, nobody can read it again`,
          `${forgotten} không được giữ trong topic nào: khi mọi queue đã ack, không ai đọc lại được nữa`,
        ),
        { at: near('topics:') },
      )
    }
    const [unkeyed] = seen.unkeyed
    if (unkeyed !== undefined) {
      return broken(
        text(
          `the topic ${unkeyed.topic} is keyed by "${unkeyed.key}": the events of one payment or wallet end up in different partitions, in no order`,
          `topic ${unkeyed.topic} dùng key "${unkeyed.key}": event của cùng một thanh toán hay một ví rơi vào các partition khác nhau, không còn thứ tự`,
        ),
        { at: near(`'${unkeyed.topic}'`) },
      )
    }
    const [without] = seen.withoutPartitions
    if (without !== undefined) {
      return broken(
        text(
          `the topic ${without} does not say how many partitions it has`,
          `topic ${without} không nói có bao nhiêu partition`,
        ),
        { at: near(`'${without}'`) },
      )
    }
    const [short] = seen.shortLived
    if (short !== undefined) {
      return broken(
        text(
          `the topic ${short.topic} keeps events for ${short.days} days; the auditors come once a year`,
          `topic ${short.topic} giữ event ${short.days} ngày; kiểm toán thì mỗi năm mới tới một lần`,
        ),
        { at: near(`'${short.topic}'`) },
      )
    }
    return held(
      witness('queues', seen.queues, text(`${seen.queues} queues`, `${seen.queues} queue`)),
      witness(
        'topics',
        seen.topics,
        text(
          `${seen.topics} topics kept ${retentionDaysMin} days or more`,
          `${seen.topics} topic giữ từ ${retentionDaysMin} ngày trở lên`,
        ),
      ),
    )
  },
}

export const eachEventHasOneOwner: Promised<PublishersSeen> = {
  item: 'design-05.3',
  text: text(
    'each event is published by the service that owns the fact, on an exchange of its own, under its own name',
    'mỗi event do đúng service làm chủ sự việc gửi ra, trên exchange của mình, dưới đúng tên của nó',
  ),
  judge(seen) {
    const [stranger] = seen.notTheOwner
    if (stranger !== undefined) {
      const { event, service, owner } = stranger
      return broken(
        text(
          `${service} publishes ${event}, which is ${owner}'s to say: two services will claim different things about one fact`,
          `${service} gửi ${event}, chuyện lẽ ra do ${owner} nói: hai service sẽ nói hai điều khác nhau về cùng một việc`,
        ),
        { at: near(`service: '${service}'`) },
      )
    }
    const [unpublished] = seen.unpublished
    if (unpublished !== undefined) {
      return broken(text(`nobody publishes ${unpublished}`, `không ai gửi ${unpublished}`), {
        at: near('publishers:'),
      })
    }
    const [past] = seen.pastTheExchange
    if (past !== undefined) {
      return broken(
        text(
          `${past.service} publishes ${past.key} to the default exchange, straight into a queue: the next service that wants it has to ask ${past.service} for a release`,
          `${past.service} gửi ${past.key} qua default exchange, thẳng vào một queue: service tiếp theo muốn nhận phải chờ ${past.service} ra bản mới`,
        ),
        { at: near(`service: '${past.service}'`) },
      )
    }
    const [wildcard] = seen.wildcards
    if (wildcard !== undefined) {
      return broken(
        text(
          `${wildcard.service} publishes under "${wildcard.key}": a wildcard belongs into a binding, on the wire it is only a strange name`,
          `${wildcard.service} gửi với key "${wildcard.key}": ký tự đại diện chỉ có nghĩa trong binding, trên đường truyền nó chỉ là một cái tên lạ`,
        ),
        { at: near(`'${wildcard.key}'`) },
      )
    }
    const [twice] = seen.twice
    if (twice !== undefined) {
      return broken(
        text(
          `${twice.event} is published by ${twice.services.join(' and ')}`,
          `${twice.event} do cả ${twice.services.join(' và ')} gửi`,
        ),
        { at: near('publishers:') },
      )
    }
    const [crowded] = seen.crowded
    if (crowded !== undefined) {
      return broken(
        text(
          `${crowded.services.join(' and ')} publish their events on one exchange, ${crowded.exchange}: nobody can give one of them the right to write and not the other`,
          `${crowded.services.join(' và ')} cùng gửi event vào một exchange, ${crowded.exchange}: không thể cho bên này quyền ghi mà không cho bên kia`,
        ),
        { at: near(`'${crowded.exchange}'`) },
      )
    }
    return held(
      witness(
        'events',
        seen.events,
        text(`${seen.events} events, each with one owner`, `${seen.events} event, mỗi event một chủ`),
      ),
    )
  },
}

export const noQueueWithoutAReader: Promised<ReadersSeen> = {
  item: 'design-05.4',
  text: text(
    'every queue in which messages stay has a reader, and nobody reads where they only wait',
    'queue nào giữ message cũng có người đọc, và không ai đọc ở nơi message chỉ đang chờ',
  ),
  judge(seen) {
    if (seen.queues === 0)
      return broken(text('no queue is declared yet', 'chưa khai báo queue nào'), { at: near('queues:') })
    const [unknown] = seen.unknown
    if (unknown !== undefined) {
      return broken(
        text(
          `${unknown.service} reads ${unknown.reads || 'nothing'}, which is declared nowhere`,
          `${unknown.service} đọc ${unknown.reads || 'không gì cả'}, thứ không được khai báo ở đâu`,
        ),
        { at: near(`service: '${unknown.service}'`) },
      )
    }
    const found = breach(seen.findings)
    if (found !== undefined) return found
    const [idle] = seen.idle
    if (idle !== undefined) {
      return broken(
        text(`${idle} reads nothing, though it wants events`, `${idle} không đọc gì dù nó cần event`),
        { at: near('readers:') },
      )
    }
    return held(
      witness('readers', seen.readers, text(`${seen.readers} readers`, `${seen.readers} người đọc`)),
    )
  },
}

export const eachEventToThoseWhoWantIt: Promised<RoutedSeen> = {
  item: 'design-05.5',
  text: text(
    'each event reaches every service that wants it, once, and no other',
    'mỗi event tới đúng từng service cần nó, một lần, và không tới ai khác',
  ),
  judge(seen) {
    const [wrong] = seen.wrong
    if (wrong !== undefined) {
      const { event, service, got, expected } = wrong
      const at = near(`'${event}'`, 'bindings:')
      if (expected === 0) {
        return broken(
          text(
            `${event} was published once, and ${service} got it, which has no use for it`,
            `${event} được gửi một lần, và ${service} nhận được dù không cần`,
          ),
          { at },
        )
      }
      return broken(
        got === 0
          ? text(
              `${event} was published, and ${service} never got it`,
              `${event} đã được gửi mà ${service} không hề nhận được`,
            )
          : text(
              `${event} was published once, and ${service} got it ${got} times: each copy is work, or money`,
              `${event} được gửi một lần mà ${service} nhận ${got} lần: mỗi bản là một lần làm việc, hoặc một lần tiền`,
            ),
        { at },
      )
    }
    const [notKept] = seen.notKept
    if (notKept !== undefined) {
      return broken(
        text(
          `${notKept.service} wants to read ${notKept.event} again, and reads no topic that keeps it`,
          `${notKept.service} cần đọc lại ${notKept.event} mà không đọc topic nào giữ nó`,
        ),
        { at: near(`service: '${notKept.service}'`, 'readers:') },
      )
    }
    return held(
      witness(
        'samples',
        seen.samples,
        text(`${seen.samples} sample events on a broker`, `${seen.samples} event mẫu trên broker`),
      ),
      witness(
        'deliveries',
        seen.delivered,
        text(
          `${seen.delivered} deliveries, each wanted`,
          `${seen.delivered} lần giao, lần nào cũng đúng người`,
        ),
      ),
    )
  },
}

export const theDeadComeToRest: Promised<DeathsSeen> = {
  item: 'design-05.6',
  text: text(
    'a message that every reader refuses comes to rest in a queue that keeps it',
    'message bị mọi người đọc từ chối cuối cùng nằm lại trong một queue giữ được nó',
  ),
  judge(seen) {
    if (seen.workQueues === 0) {
      return broken(text('no event reaches any queue yet', 'chưa có event nào tới được queue nào'), {
        at: near('bindings:'),
      })
    }
    const found = breach(seen.findings)
    if (found !== undefined) return found
    const lost = seen.dead.find(({ endedIn }) => endedIn === undefined)
    if (lost !== undefined) {
      return broken(
        text(
          `a message of ${lost.queue} was refused ${lost.refusals} times and came to rest nowhere`,
          `một message của ${lost.queue} bị từ chối ${lost.refusals} lần và không dừng lại ở đâu cả`,
        ),
        { at: near(`'${lost.queue}'`) },
      )
    }
    return held(
      witness(
        'deaths',
        seen.dead.length,
        text(
          `${seen.dead.length} messages refused on a broker and found again`,
          `${seen.dead.length} message bị từ chối trên broker và tìm lại được`,
        ),
      ),
    )
  },
}

export const theDrawingIsTheTopology: Promised<PageSeen> = {
  item: 'design-05.7',
  text: text(
    'TOPOLOGY.md draws what topology.ts declares, and says what each queue is for and where failures go',
    'TOPOLOGY.md vẽ đúng thứ topology.ts khai báo, và nói từng queue dùng làm gì, lỗi đi về đâu',
  ),
  judge(seen) {
    const at = [{ file: 'TOPOLOGY.md' }]
    if (!seen.hasDrawing) {
      return broken(
        text(
          'TOPOLOGY.md has no drawing: a mermaid block that begins with "flowchart"',
          'TOPOLOGY.md chưa có hình vẽ: một khối mermaid bắt đầu bằng "flowchart"',
        ),
        { at },
      )
    }
    const [missing, ...others] = seen.missing
    if (missing !== undefined) {
      const more =
        others.length === 0 ? ['', ''] : [` (and ${others.length} more)`, ` (và ${others.length} thứ nữa)`]
      return broken(
        text(`the drawing does not show ${missing}${more[0]}`, `hình vẽ thiếu ${missing}${more[1]}`),
        { at },
      )
    }
    const [invented] = seen.invented
    if (invented !== undefined) {
      return broken(
        text(
          `the drawing shows ${invented}, which topology.ts does not bind`,
          `hình vẽ có ${invented}, nhưng topology.ts không có binding đó`,
        ),
        { at },
      )
    }
    const [finding] = seen.findings
    if (finding !== undefined) return broken(finding.said, { at })
    return held(
      witness(
        'arrows',
        seen.arrows,
        text(`${seen.arrows} arrows drawn`, `${seen.arrows} mũi tên trong hình`),
      ),
    )
  },
}
