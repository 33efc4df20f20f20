/** What a service that set up RabbitMQ can promise; each is held against what the broker and the wire showed. */
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type {
  ConnectionSeen,
  DeclaredOftenSeen,
  DeclaredSeen,
  KillSurvivedSeen,
  RoundTripSeen,
} from './run.ts'

const connecting = [{ file: 'connection.ts', near: ['amqp.connect(', 'connect('] }]
const leaving = [{ file: 'connection.ts', near: ['.close(', 'function disconnect'] }]
const declaringExchange = [{ file: 'topology.ts', near: ['assertExchange('] }]
const declaringQueue = [{ file: 'topology.ts', near: ['assertQueue('] }]
const binding = [{ file: 'topology.ts', near: ['bindQueue('] }]
const roundTrip = [{ file: 'round-trip.ts', near: ['function roundTrip'] }]

export const brokerAnswers: Promised<ConnectionSeen> = {
  item: 'mq-01.1',
  text: text(
    'the broker that answers your connection says which RabbitMQ it is',
    'broker trả lời kết nối của bạn cho biết nó là RabbitMQ phiên bản nào',
  ),
  judge(seen) {
    if (!seen.reachedUs) return broken(nothingArrived(seen), { at: connecting })
    if (seen.server === undefined) {
      return broken(
        text(
          'the connection was opened, but no broker introduced itself',
          'kết nối đã mở nhưng không có broker nào tự giới thiệu',
        ),
        { at: connecting },
      )
    }
    return held(
      witness('handshakes', 1, text(`the server says ${seen.server}`, `server tự báo: ${seen.server}`)),
    )
  },
}

export const leavesCleanly: Promised<ConnectionSeen> = {
  item: 'mq-01.2',
  text: text(
    'the service talks through amqplib under a name of its own and leaves with a clean close',
    'service nói chuyện qua amqplib dưới một tên riêng và rời đi bằng một lần đóng kết nối gọn gàng',
  ),
  judge(seen) {
    if (!seen.reachedUs) return broken(nothingArrived(seen), { at: connecting })
    if (seen.clientProduct?.toLowerCase() !== 'amqplib') {
      return broken(
        text(
          `the client calls itself "${seen.clientProduct}"; this task is about amqplib`,
          `client tự xưng là "${seen.clientProduct}"; bài này dùng amqplib`,
        ),
        { at: connecting },
      )
    }
    if (seen.connectionName === undefined) {
      return broken(
        text(
          'the connection has no name: whoever looks at a list of two hundred connections at night cannot tell which one is yours',
          'kết nối không có tên: người trực đêm nhìn danh sách hai trăm kết nối sẽ không biết cái nào là của bạn',
        ),
        { at: connecting },
      )
    }
    if (seen.left === 'still-open') {
      return broken(
        text(
          'disconnect() resolved, and the connection is still open',
          'disconnect() đã xong mà kết nối vẫn còn mở',
        ),
        { at: leaving, trace: seen.trace },
      )
    }
    if (seen.left === 'torn') {
      return broken(
        text(
          'the socket was torn without connection.close: the broker cannot tell this from a crash',
          'socket bị ngắt mà không có connection.close: broker không phân biệt được với một cú crash',
        ),
        { at: leaving, trace: seen.trace },
      )
    }
    return held(
      witness(
        'closes',
        1,
        text(
          `"${seen.connectionName}" left with connection.close`,
          `"${seen.connectionName}" rời đi bằng connection.close`,
        ),
      ),
    )
  },
}

export const goesWhereTold: Promised<ConnectionSeen> = {
  item: 'mq-01.3',
  text: text(
    'address, user and vhost come from the world, and a dead peer is noticed within a minute',
    'địa chỉ, user và vhost lấy từ world, và đầu bên kia chết thì trong một phút là biết',
  ),
  judge(seen) {
    if (!seen.reachedUs) return broken(nothingArrived(seen), { at: connecting })
    if (seen.vhost !== seen.expectedVhost) {
      return broken(
        text(
          `the connection opened the vhost "${seen.vhost}", the world says "${seen.expectedVhost}"`,
          `kết nối mở vhost "${seen.vhost}", còn world nói "${seen.expectedVhost}"`,
        ),
        { at: connecting },
      )
    }
    const seconds = seen.heartbeatSeconds
    if (seconds === 0) {
      return broken(
        text(
          'heartbeats are switched off: when the broker’s machine dies, this service waits for ever',
          'heartbeat bị tắt: khi máy của broker chết, service này chờ mãi mãi',
        ),
        { at: connecting },
      )
    }
    if (seconds === undefined || seconds < 10 || seconds > 30) {
      return broken(
        text(
          `the heartbeat is ${seconds} s: a dead peer is noticed after about two of them, so ask for 10 to 30 s`,
          `heartbeat là ${seconds} giây: phải mất khoảng hai nhịp mới biết đầu bên kia chết, nên hãy đặt từ 10 đến 30 giây`,
        ),
        { at: connecting },
      )
    }
    return held(
      witness('heartbeat seconds', seconds, text(`heartbeat ${seconds} s`, `heartbeat ${seconds} giây`)),
    )
  },
}

export const exchangeIsDurable: Promised<DeclaredSeen> = {
  item: 'mq-01.4',
  text: text(
    'there is a durable direct exchange "payments"',
    'có một exchange "payments" kiểu direct và durable',
  ),
  judge(seen) {
    const { exchange } = seen
    if (exchange === undefined)
      return broken(missing('exchange', 'payments', seen.otherExchanges), { at: declaringExchange })
    if (exchange.type !== 'direct') {
      return broken(
        text(
          `"payments" is a ${exchange.type} exchange, not a direct one`,
          `"payments" là exchange kiểu ${exchange.type}, không phải direct`,
        ),
        { at: declaringExchange },
      )
    }
    if (!exchange.durable || exchange.autoDelete) {
      const what = exchange.durable ? 'auto-delete' : 'durable=false'
      return broken(
        text(
          `"payments" was declared with ${what}: it goes away by itself, and every publish after that is a 404`,
          `"payments" được khai báo với ${what}: nó sẽ tự mất, và sau đó mọi lần publish đều nhận 404`,
        ),
        { at: declaringExchange },
      )
    }
    if (exchange.internal) {
      return broken(
        text(
          '"payments" is internal: no producer may publish to it',
          '"payments" là exchange internal: producer không được publish vào',
        ),
        { at: declaringExchange },
      )
    }
    return held(witness('exchanges', 1, text('direct and durable', 'direct và durable')))
  },
}

export const queueSurvivesAKill: Promised<KillSurvivedSeen> = {
  item: 'mq-01.5',
  text: text(
    '"payments.work" and its persistent messages are still there after the broker was killed',
    '"payments.work" và các message persistent của nó vẫn còn sau khi broker bị kill',
  ),
  judge(seen) {
    if (!seen.declared)
      return broken(missing('queue', 'payments.work', seen.otherQueues), { at: declaringQueue })
    if (seen.exclusive) {
      return broken(
        text(
          '"payments.work" is exclusive: it belongs to one connection, goes with it, and no other service can reach it',
          '"payments.work" là exclusive: nó thuộc về một kết nối, mất theo kết nối đó, và không service nào khác dùng được',
        ),
        { at: declaringQueue },
      )
    }
    if (seen.goneWithItsConsumer) {
      return broken(
        text(
          `"payments.work" is auto-delete: when its last consumer left, it went, and its ${seen.stored} messages with it`,
          `"payments.work" là auto-delete: consumer cuối cùng rời đi là queue mất, kéo theo ${seen.stored} message`,
        ),
        { at: declaringQueue, trace: seen.trace },
      )
    }
    if (!seen.stillThere) {
      return broken(
        text(
          `after the broker was killed and started again there is no "payments.work" any more, and its ${seen.stored} messages went with it: it was declared with durable=false, so it lived in memory only`,
          `sau khi broker bị kill và khởi động lại, "payments.work" không còn, ${seen.stored} message cũng mất theo: nó được khai báo với durable=false nên chỉ nằm trong bộ nhớ`,
        ),
        { at: declaringQueue, trace: seen.trace },
      )
    }
    if (seen.kept !== seen.stored) {
      return broken(
        text(
          `of ${seen.stored} confirmed persistent messages ${seen.kept} came back after the kill`,
          `trong ${seen.stored} message persistent đã confirm, sau cú kill chỉ còn ${seen.kept}`,
        ),
        { at: declaringQueue, trace: seen.trace },
      )
    }
    return held(
      witness(
        'kills',
        seen.kills,
        text(`survived ${seen.kills} SIGKILL of the broker`, `sống sót qua ${seen.kills} lần SIGKILL broker`),
      ),
      witness('messages', seen.kept, text(`${seen.kept} messages kept`, `giữ được ${seen.kept} message`)),
    )
  },
}

export const declaredAnyNumberOfTimes: Promised<DeclaredOftenSeen> = {
  item: 'mq-01.6',
  text: text(
    'declared any number of times, there is one binding, and it routes its key and no other',
    'khai báo bao nhiêu lần cũng chỉ có một binding, và nó chỉ định tuyến đúng routing key của mình',
  ),
  judge(seen) {
    if (seen.queues.length === 0) return broken(missing('queue', 'payments.work', []), { at: declaringQueue })
    if (seen.queues.length !== 1) {
      const names = seen.queues.slice(0, 3).join(', ')
      return broken(
        text(
          `after ${seen.times} starts there are ${seen.queues.length} queues (${names}${seen.queues.length > 3 ? ', …' : ''}): what is published goes to all of them, and nobody reads the old ones`,
          `sau ${seen.times} lần khởi động có ${seen.queues.length} queue (${names}${seen.queues.length > 3 ? ', …' : ''}): message đi vào tất cả, còn các queue cũ không ai đọc`,
        ),
        { at: declaringQueue },
      )
    }
    if (!seen.hasOurBinding) {
      const found =
        seen.bindings.length === 0
          ? text('no binding at all', 'chưa có binding nào')
          : text(`only ${seen.bindings.join(', ')}`, `chỉ có ${seen.bindings.join(', ')}`)
      return broken(
        text(
          `nothing leads from "payments" to "payments.work" for payment.requested: there is ${found.en}`,
          `không có đường nào từ "payments" tới "payments.work" cho payment.requested: ${found.vi}`,
        ),
        { at: binding },
      )
    }
    if (seen.bindings.length !== 1) {
      return broken(
        text(
          `there are ${seen.bindings.length} bindings instead of one: ${seen.bindings.join(', ')}`,
          `có ${seen.bindings.length} binding thay vì một: ${seen.bindings.join(', ')}`,
        ),
        { at: binding },
      )
    }
    const wrongly = seen.routes.find((route) => route.routed !== route.expected)
    if (wrongly !== undefined) {
      return broken(
        wrongly.routed
          ? text(
              `a message with the key ${wrongly.key} reached the queue too`,
              `message với routing key ${wrongly.key} cũng lọt vào queue`,
            )
          : text(
              `a message with the key ${wrongly.key} reached no queue`,
              `message với routing key ${wrongly.key} không tới queue nào`,
            ),
        { at: binding },
      )
    }
    if (!seen.declaredAgainAfterLoss) {
      return broken(
        text(
          'the queue was deleted and the service started again, and the queue did not come back: the topology is declared only the first time',
          'queue bị xoá rồi service khởi động lại mà queue không quay lại: topology chỉ được khai báo ở lần đầu tiên',
        ),
        { at: [{ file: 'topology.ts', near: ['function declareTopology'] }] },
      )
    }
    return held(
      witness(
        'declarations',
        seen.times,
        text(
          `declared ${seen.times} times, still 1 binding, 0 errors`,
          `khai báo ${seen.times} lần, vẫn 1 binding, 0 lỗi`,
        ),
      ),
      witness('keys tried', seen.routes.length),
    )
  },
}

export const paymentComesBack: Promised<RoundTripSeen> = {
  item: 'mq-01.7',
  text: text(
    'a payment published through the exchange comes back whole, is acknowledged, and the queue ends empty',
    'một thanh toán publish qua exchange quay về nguyên vẹn, được ack, và cuối cùng queue trống',
  ),
  judge(seen) {
    const trace: readonly TraceStep[] = seen.trace
    if (seen.publishes === 0) {
      return broken(
        text(
          'roundTrip() resolved, and nothing was published',
          'roundTrip() đã xong mà không có gì được publish',
        ),
        { at: roundTrip },
      )
    }
    if (seen.exchange !== 'payments') {
      const where = seen.exchange === '' ? 'the default exchange' : `"${seen.exchange}"`
      const ở = seen.exchange === '' ? 'default exchange' : `"${seen.exchange}"`
      return broken(
        text(
          `the payment was published to ${where}: that works for one queue, and leaves exchange and binding untested`,
          `thanh toán được publish vào ${ở}: cách đó chạy được với một queue, nhưng exchange và binding chưa hề được thử`,
        ),
        { at: [{ file: 'round-trip.ts', near: ['.publish(', '.sendToQueue('] }], trace },
      )
    }
    if (seen.deliveries === 0) {
      return broken(
        text(
          'roundTrip() answered before the broker delivered anything: what it answers is what it sent, not what came back',
          'roundTrip() trả lời khi broker chưa giao message nào: nó trả về cái đã gửi, không phải cái nhận được',
        ),
        { at: roundTrip, trace },
      )
    }
    if (!seen.sameAsSent) {
      return broken(
        text(
          `the payment did not come back whole: ${seen.difference.en}`,
          `thanh toán quay về không còn nguyên vẹn: ${seen.difference.vi}`,
        ),
        { at: roundTrip, trace },
      )
    }
    if (seen.ready + seen.unacked > 0 || seen.acks === 0) {
      return broken(
        text(
          `the payment was taken and never acknowledged: ${seen.ready + seen.unacked} of 1 is still in the queue and will be delivered again`,
          `thanh toán đã được nhận nhưng không ack: trong queue vẫn còn ${seen.ready + seen.unacked} message và nó sẽ được giao lại`,
        ),
        { at: [{ file: 'round-trip.ts', near: ['.ack(', '.consume(', '.get('] }], trace },
      )
    }
    if (seen.openConnections > 0) {
      return broken(
        text(
          `roundTrip() resolved and left ${seen.openConnections} connection open`,
          `roundTrip() đã xong mà còn để ${seen.openConnections} kết nối mở`,
        ),
        { at: roundTrip, trace },
      )
    }
    return held(
      witness(
        'messages',
        seen.deliveries,
        text('1 payment there and back, byte for byte', '1 thanh toán đi và về, đúng từng byte'),
      ),
      witness('acks', seen.acks),
    )
  },
}

export const notesAreWritten = {
  item: 'mq-01.8',
  text: text(
    'NOTES.md says what you set up and what survives what',
    'NOTES.md ghi bạn đã thiết lập gì và cái gì sống sót qua sự cố nào',
  ),
}

function nothingArrived(seen: ConnectionSeen) {
  return text(
    `connect() resolved, and nothing reached the broker at ${seen.address}: it connected to somewhere else`,
    `connect() đã xong mà broker ở ${seen.address} không nhận được gì: nó kết nối tới một nơi khác`,
  )
}

function missing(kind: 'exchange' | 'queue', name: string, others: readonly string[]) {
  if (others.includes(name)) {
    return text(
      `there is a ${kind} called plainly "${name}": pass its name through world.name('${name}'), or runs meet on a shared broker`,
      `có một ${kind} tên trần là "${name}": hãy đưa tên qua world.name('${name}'), nếu không các lần chạy sẽ đụng nhau trên broker dùng chung`,
    )
  }
  const found =
    others.length === 0 ? text('none', 'không có cái nào') : text(others.join(', '), others.join(', '))
  return text(
    `there is no ${kind} world.name('${name}'); what was declared: ${found.en}`,
    `không có ${kind} world.name('${name}'); những gì đã khai báo: ${found.vi}`,
  )
}
