/** What a Kafka set-up can promise; each is held against what the cluster, the log and the wire showed. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { shortId, text } from '#lab/verdict/language'
import {
  asked,
  type ClusterSeen,
  type GroupSeen,
  type ProducedSeen,
  type RoundTripSeen,
  type TopicSeen,
  type TopicShape,
} from './run.ts'

const asking = [{ file: 'client.ts', near: ['describeCluster(', 'function whoAnswers'] }]
const making = [{ file: 'client.ts', near: ['clientId', 'new Kafka('] }]
const leaving = [{ file: 'client.ts', near: ['.disconnect(', 'function whoAnswers'] }]
const producing = [{ file: 'producer.ts', near: ['acks', '.send('] }]
const producer = [{ file: 'producer.ts', near: ['allowAutoTopicCreation', '.producer('] }]
const grouping = [{ file: 'consumer.ts', near: ['groupId', '.consumer('] }]
const subscribing = [{ file: 'consumer.ts', near: ['.subscribe('] }]
const creating = [{ file: 'topics.ts', near: ['.createTopics('] }]
const answering = [{ file: 'producer.ts', near: ['baseOffset', 'return {', '.send('] }]

export const saysWhoItIs: Promised<ClusterSeen> = {
  item: 'mq-05.1',
  text: text(
    'the Kafka that answers your connection says which version it is and runs on KRaft, without ZooKeeper',
    'Kafka trả lời kết nối của bạn cho biết phiên bản của nó và chạy bằng KRaft, không cần ZooKeeper',
  ),
  judge(seen) {
    if (!seen.reachedUs) return broken(nothingArrived, { at: making })
    const { told, onTheWire } = seen
    if (told.clusterId !== onTheWire.clusterId || onTheWire.clusterId === '') {
      return broken(
        text(
          `whoAnswers() said the cluster is "${told.clusterId}", and the cluster said "${onTheWire.clusterId}"`,
          `whoAnswers() nói cluster là "${told.clusterId}", còn cluster tự báo "${onTheWire.clusterId}"`,
        ),
        { at: asking, trace: seen.trace },
      )
    }
    if (told.nodes.join() !== onTheWire.nodes.join()) {
      return broken(
        text(
          `whoAnswers() named the nodes ${told.nodes.join(', ')}, and the cluster has ${onTheWire.nodes.join(', ')}: the bootstrap addresses are only the way in`,
          `whoAnswers() nêu các node ${told.nodes.join(', ')}, còn cluster có ${onTheWire.nodes.join(', ')}: địa chỉ bootstrap chỉ là lối vào`,
        ),
        { at: asking },
      )
    }
    if (seen.zooKeeperApis.length > 0) {
      const which = seen.zooKeeperApis.join(', ')
      return broken(
        text(
          `the broker serves the APIs ${which}, with which a controller in ZooKeeper drives it: this is no KRaft`,
          `broker phục vụ các API ${which}, là những API để controller kiểu ZooKeeper điều khiển nó: đây không phải KRaft`,
        ),
      )
    }
    return held(
      witness(
        'apis',
        seen.apis,
        text(
          `${seen.server}, KRaft: none of its ${seen.apis} APIs belongs to ZooKeeper`,
          `${seen.server}, KRaft: ${seen.apis} API, không cái nào của ZooKeeper`,
        ),
      ),
      witness('nodes', told.nodes.length, text(`${told.nodes.length} nodes`, `${told.nodes.length} node`)),
    )
  },
}

export const leavesCleanly: Promised<ClusterSeen> = {
  item: 'mq-05.2',
  text: text(
    'kafkajs is set up: a client id of its own, brokers from the world, and a clean disconnect',
    'đã thiết lập kafkajs: client id riêng, địa chỉ broker lấy từ world, ngắt kết nối gọn gàng',
  ),
  judge(seen) {
    if (!seen.reachedUs) return broken(nothingArrived, { at: making })
    const nobody = seen.clientIds.find((id) => id === '' || id === 'kafkajs')
    if (nobody !== undefined) {
      return broken(
        text(
          `the requests come from "${nobody}": in the broker's logs, quotas and metrics your service is every service that left the default`,
          `các request tới từ "${nobody}": trong log, quota và metric của broker, service của bạn trùng với mọi service để nguyên mặc định`,
        ),
        { at: making },
      )
    }
    if (seen.openConnections > 0) {
      return broken(
        text(
          `whoAnswers() is done, and ${seen.openConnections} of its connections are still open: a process that asks now and then ends up holding hundreds`,
          `whoAnswers() đã xong mà ${seen.openConnections} kết nối của nó vẫn mở: process thỉnh thoảng hỏi một lần rồi sẽ giữ hàng trăm kết nối`,
        ),
        { at: leaving },
      )
    }
    const [id = ''] = seen.clientIds
    return held(
      witness(
        'clients',
        seen.clientIds.length,
        text(`"${id}" came and left`, `"${id}" đã tới và rời đi gọn gàng`),
      ),
    )
  },
}

export const waitsForAll: Promised<ProducedSeen> = {
  item: 'mq-05.3',
  text: text(
    'the producer waits for all in-sync replicas and never creates a topic by accident',
    'producer chờ đủ mọi replica trong ISR và không bao giờ lỡ tay tạo topic',
  ),
  judge(seen) {
    if (seen.acks.length === 0) {
      return broken(
        text('publish() resolved, and nothing was produced', 'publish() đã xong mà không có gì được gửi đi'),
        { at: producing },
      )
    }
    const other = seen.acks.find((acks) => acks !== -1)
    if (other !== undefined) {
      return broken(
        text(
          `the payment was sent with acks=${other}: ${other === 0 ? 'nobody had confirmed it' : 'only the leader had it'} when you were told "sent", and with that node it is gone`,
          `thanh toán được gửi với acks=${other}: lúc bạn được báo "đã gửi" thì ${other === 0 ? 'chưa ai xác nhận' : 'chỉ mình leader có nó'}, node đó chết là mất`,
        ),
        { at: producing, trace: seen.trace },
      )
    }
    if (seen.accident !== undefined) {
      const { partitions, replicas } = seen.accident
      return broken(
        text(
          `a mistyped name became a topic of its own (partitions: ${partitions}, replicas: ${replicas}, as the broker's defaults want it): the payment is in there, and nobody reads it`,
          `tên gõ sai đã thành một topic mới (partition: ${partitions}, replica: ${replicas}, theo mặc định của broker): thanh toán nằm trong đó và không ai đọc`,
        ),
        { at: producer },
      )
    }
    if (seen.accidentWas === 'resolved') {
      return broken(
        text(
          'publish() to a topic that does not exist resolved: whoever called it believes that the payment was sent',
          'publish() vào một topic không tồn tại lại resolve: nơi gọi tin rằng thanh toán đã được gửi',
        ),
        { at: producing },
      )
    }
    if (seen.allowsCreation) {
      return broken(
        text(
          'this cluster refused to make the topic; asked for it (allowAutoTopicCreation), another one would make it',
          'cluster này từ chối tạo topic; nhưng producer có xin tạo (allowAutoTopicCreation), gặp cluster khác thì topic sẽ ra đời',
        ),
        { at: producer },
      )
    }
    if (seen.stored !== seen.published) {
      return broken(
        text(
          `${seen.published} payments were reported as sent, and ${seen.stored} records are in the topic`,
          `${seen.published} thanh toán được báo đã gửi, còn trong topic có ${seen.stored} record`,
        ),
        { at: producing, trace: seen.trace },
      )
    }
    return held(
      witness(
        'produced',
        seen.acks.length,
        text(`${seen.acks.length} payments with acks=all`, `${seen.acks.length} thanh toán với acks=all`),
      ),
      witness('stored', seen.stored),
    )
  },
}

export const readsFromTheBeginning: Promised<GroupSeen> = {
  item: 'mq-05.4',
  text: text(
    'the consumer has a group id of its own and reads from the beginning while nothing is committed',
    'consumer có group id riêng và đọc từ đầu khi chưa có offset nào được commit',
  ),
  judge(seen) {
    const [plain] = seen.plain
    if (plain !== undefined) {
      return broken(
        text(
          `the group is called plainly "${plain}": pass it through world.name('${plain}'), or two runs share their offsets and take each other's payments`,
          `group có tên trần là "${plain}": hãy đưa qua world.name('${plain}'), nếu không hai lần chạy dùng chung offset và lấy mất thanh toán của nhau`,
        ),
        { at: grouping },
      )
    }
    if (seen.groupIds.length > 1) {
      return broken(
        text(
          `the service joined another group at each start: the offsets of the first are lost to it, and two instances would each get every payment`,
          `mỗi lần khởi động service vào một group khác: offset của group trước coi như bỏ, và hai instance chạy cùng lúc thì mỗi cái nhận đủ mọi thanh toán`,
        ),
        { at: grouping, trace: seen.trace },
      )
    }
    if (seen.first < seen.before) {
      return broken(
        text(
          `${seen.before} payments lay there before the service started for the first time, and it was given ${seen.first}: a group without a committed offset starts at the end unless told otherwise`,
          `${seen.before} thanh toán đã nằm sẵn trước lần khởi động đầu tiên mà service chỉ nhận ${seen.first}: group chưa có offset thì bắt đầu từ cuối, trừ khi bạn bảo khác`,
        ),
        { at: subscribing, trace: seen.trace },
      )
    }
    if (!seen.leftCleanly) {
      return broken(
        text(
          'stop() ended without LeaveGroup: the group waits for the session timeout before anybody else gets these partitions',
          'stop() kết thúc mà không có LeaveGroup: group phải chờ hết session timeout mới giao các partition này cho nơi khác',
        ),
        { at: [{ file: 'consumer.ts', near: ['stop', '.disconnect('] }], trace: seen.trace },
      )
    }
    if (seen.second < seen.meanwhile) {
      return broken(
        text(
          `${seen.meanwhile} payments came while the service was down, and after the restart it was given ${seen.second}`,
          `${seen.meanwhile} thanh toán tới khi service đang dừng, khởi động lại nó chỉ nhận ${seen.second}`,
        ),
        { at: subscribing, trace: seen.trace },
      )
    }
    if (seen.again > 0) {
      return broken(
        text(
          `after a clean stop ${seen.again} payments were handed over a second time: their offsets had not been committed`,
          `dừng gọn gàng rồi mà ${seen.again} thanh toán vẫn được đưa lại lần nữa: offset của chúng chưa được commit`,
        ),
        { at: [{ file: 'consumer.ts', near: ['stop', '.run('] }], trace: seen.trace },
      )
    }
    return held(
      witness(
        'before',
        seen.first,
        text(
          `${seen.first} from before the first start`,
          `${seen.first} thanh toán có từ trước lần khởi động đầu`,
        ),
      ),
      witness(
        'meanwhile',
        seen.second,
        text(`${seen.second} from while it was down`, `${seen.second} tới trong lúc service dừng`),
      ),
    )
  },
}

export const createdOnPurpose: Promised<TopicSeen> = {
  item: 'mq-05.5',
  text: text(
    'the topic is created on purpose: partitions, replication factor and min.insync.replicas as asked',
    'topic được tạo có chủ đích: số partition, replication factor và min.insync.replicas đúng yêu cầu',
  ),
  judge(seen) {
    if (seen.found === undefined) return broken(missing(seen.others), { at: creating })
    const wrong = differs(seen.found)
    if (wrong !== undefined) return broken(wrong, { at: creating })
    if (seen.again !== 'resolved') {
      return broken(
        text(
          `the second start failed where the first had succeeded: ${seen.why || 'createTopics() did not end'}`,
          `lần khởi động thứ hai hỏng dù lần đầu thành công: ${seen.why || 'createTopics() không kết thúc'}`,
        ),
        { at: creating },
      )
    }
    const later = seen.afterwards === undefined ? missing([]) : differs(seen.afterwards)
    if (later !== undefined) return broken(later, { at: creating })
    if (seen.mismatch === 'resolved' && seen.mismatchAfterwards !== asked.partitions) {
      return broken(
        text(
          `there was a topic of that name with 1 partition instead of ${asked.partitions}, and createTopics() was content: "it exists" says nothing about how it looks`,
          `đã có sẵn topic tên đó với 1 partition thay vì ${asked.partitions}, vậy mà createTopics() vẫn hài lòng: "đã tồn tại" không nói gì về việc nó trông ra sao`,
        ),
        { at: creating },
      )
    }
    const { partitions, replicas, inSyncMin } = seen.found
    return held(
      witness(
        'partitions',
        partitions,
        text(
          `${partitions} partitions on ${replicas} nodes each, at least ${inSyncMin} in sync`,
          `${partitions} partition, mỗi cái trên ${replicas} node, ít nhất ${inSyncMin} node in sync`,
        ),
      ),
      witness(
        'starts',
        seen.times,
        text(`${seen.times} starts, still the same topic`, `${seen.times} lần khởi động, topic vẫn thế`),
      ),
    )
  },
}

export const comesBackWhole: Promised<RoundTripSeen> = {
  item: 'mq-05.6',
  text: text(
    'a payment produced with a key comes back whole from the partition and offset that were reported',
    'một thanh toán gửi kèm key quay về nguyên vẹn, từ đúng partition và offset đã được báo',
  ),
  judge(seen) {
    const { trace } = seen
    const lost = seen.places.filter(({ is }) => is.includes('?')).length
    if (lost > 0) {
      return broken(
        text(
          `${lost} of ${seen.published} payments are not in the topic under the id of their envelope: the value is the envelope as JSON`,
          `${lost} trên ${seen.published} thanh toán không có trong topic theo id của envelope: value phải là envelope ở dạng JSON`,
        ),
        { at: [{ file: 'producer.ts', near: ['value', '.send('] }], trace },
      )
    }
    const keyless = seen.keysInLog.findIndex((key, at) => key !== seen.keysExpected[at])
    if (keyless >= 0) {
      const key = seen.keysInLog[keyless]
      return broken(
        text(
          `a payment was published with the key ${shortId(seen.keysExpected[keyless] ?? '')} and lies in the log with ${key === null ? 'none' : `"${key}"`}: without its key it may lie in any partition, and order is lost`,
          `một thanh toán gửi với key ${shortId(seen.keysExpected[keyless] ?? '')} nhưng nằm trong log ${key === null ? 'không có key' : `với key "${key}"`}: mất key thì nó rơi vào partition nào cũng được, và mất luôn thứ tự`,
        ),
        { at: [{ file: 'producer.ts', near: ['key', 'messages', '.send('] }], trace },
      )
    }
    if (seen.changed > 0) {
      return broken(
        text(
          `${seen.changed} payments lie in the log otherwise than they were given`,
          `${seen.changed} thanh toán nằm trong log khác với lúc được đưa vào`,
        ),
        { at: [{ file: 'producer.ts', near: ['value', '.send('] }], trace },
      )
    }
    const [astray] = seen.places.filter(({ said, is }) => said !== is)
    if (astray !== undefined) {
      return broken(
        text(
          `publish() said ${astray.said} (partition/offset), and the record lies at ${astray.is}: ask the broker's answer, not a guess`,
          `publish() báo ${astray.said} (partition/offset), còn record nằm ở ${astray.is}: hãy lấy từ câu trả lời của broker, đừng đoán`,
        ),
        { at: answering, trace },
      )
    }
    if (seen.received < seen.published) {
      return broken(
        text(
          `${seen.published - seen.received} of ${seen.published} payments were never handed to the consumer`,
          `${seen.published - seen.received} trên ${seen.published} thanh toán không bao giờ được đưa cho consumer`,
        ),
        { at: [{ file: 'consumer.ts', near: ['.run('] }], trace },
      )
    }
    if (seen.misreported > 0) {
      return broken(
        text(
          `${seen.misreported} payments were handed over with another key, partition or offset than they have`,
          `${seen.misreported} thanh toán được đưa cho handler với key, partition hoặc offset không đúng của nó`,
        ),
        { at: [{ file: 'consumer.ts', near: ['eachMessage', 'eachBatch', '.run('] }] },
      )
    }
    return held(
      witness(
        'payments',
        seen.received,
        text(
          `${seen.received} payments there and back, from ${seen.partitionsUsed} partitions`,
          `${seen.received} thanh toán đi và về, từ ${seen.partitionsUsed} partition`,
        ),
      ),
      witness('partitions', seen.partitionsUsed),
    )
  },
}

export const notesAreWritten = {
  item: 'mq-05.7',
  text: text(
    'NOTES.md says what your topic survives and what a single broker cannot show',
    'NOTES.md ghi topic của bạn chịu được sự cố nào và điều gì một broker đơn lẻ không chứng minh được',
  ),
}

const nothingArrived = text(
  'nothing reached the Kafka of the world (world.kafkaBrokers): the client connects to somewhere else, or not at all',
  'Kafka của world (world.kafkaBrokers) không nhận được gì: client kết nối tới nơi khác, hoặc không hề kết nối',
)

function missing(others: readonly string[]) {
  const found =
    others.length === 0 ? text('none', 'không có topic nào') : text(others.join(', '), others.join(', '))
  return text(
    `there is no topic world.name('payments.events'); what is there: ${found.en}`,
    `không có topic world.name('payments.events'); đang có: ${found.vi}`,
  )
}

/** What about the topic is not as asked, and what follows from it. */
function differs(shape: TopicShape): Extract<Judgement, { broken: unknown }>['broken'] | undefined {
  if (shape.partitions !== asked.partitions) {
    return text(
      `the topic has ${shape.partitions} ${shape.partitions === 1 ? 'partition' : 'partitions'} and ${asked.partitions} were asked for: so many consumers can share the work, and adding some later moves keys about`,
      `topic có ${shape.partitions} partition, yêu cầu là ${asked.partitions}: đó là số consumer chia việc được, thêm về sau thì key bị dời chỗ`,
    )
  }
  if (shape.replicas !== asked.replicas) {
    return text(
      `each partition lies on ${shape.replicas} of 3 nodes: ${shape.replicas === 1 ? 'when that one burns, its payments are gone, whatever acks says' : 'three were asked for'}`,
      `mỗi partition nằm trên ${shape.replicas} trong 3 node: ${shape.replicas === 1 ? 'node đó cháy là mất thanh toán, acks bao nhiêu cũng vậy' : 'yêu cầu là ba'}`,
    )
  }
  if (shape.inSyncMin !== asked.inSyncMin) {
    return text(
      `min.insync.replicas is ${shape.inSyncMin} where ${asked.inSyncMin} was asked for: ${shape.inSyncMin < asked.inSyncMin ? '"all in-sync replicas" may then be the leader alone' : 'one node away, and nobody can write'}`,
      `min.insync.replicas là ${shape.inSyncMin}, yêu cầu là ${asked.inSyncMin}: ${shape.inSyncMin < asked.inSyncMin ? 'khi đó "mọi replica trong ISR" có thể chỉ còn mình leader' : 'vắng một node là không ai ghi được nữa'}`,
    )
  }
  if (shape.unclean) {
    return text(
      'unclean.leader.election.enable is true: a replica that missed acknowledged payments may lead, and they are gone',
      'unclean.leader.election.enable là true: một replica thiếu thanh toán đã ack vẫn có thể làm leader, và chúng mất hẳn',
    )
  }
  return undefined
}
