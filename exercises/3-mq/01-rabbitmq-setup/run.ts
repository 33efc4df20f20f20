/** The scenarios of mq-01: each drives the subject and answers what the broker and the wire showed. */
import { isDeepStrictEqual } from 'node:util'
import type { Channel, ChannelModel } from 'amqplib'
import type { ExchangeSnapshot } from '#brokers/engines'
import type { Act, Lab } from '#lab/kit'
import { traceStep } from '#lab/kit/trace'
import type { World } from '#lab/subject'
import type { Text, TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { sealEvent } from '#payments/events'
import { seededSource, somePayments } from '#payments/fixtures'

/** What connection.ts exports. */
interface ConnectionModule {
  connect(world: World): Promise<ChannelModel>
  disconnect(connection: ChannelModel): Promise<void>
}

/** What topology.ts exports. */
interface TopologyModule {
  declareTopology(world: World, channel: Channel): Promise<void>
}

/** What round-trip.ts exports. */
/** How long an ack may take to be settled that the broker has. */
const settledMsMax = 500
const inspectEveryMs = 15

interface RoundTripModule {
  roundTrip(world: World, payment: Envelope): Promise<Envelope>
}

const key = 'payment.requested'
const otherKeys = ['payment.refunded', 'payment'] as const
/** How often the topology is declared; each time stands for one start of one service. */
const starts = 50

export interface ConnectionSeen {
  readonly reachedUs: boolean
  readonly address: string
  readonly server: string | undefined
  readonly clientProduct: string | undefined
  readonly connectionName: string | undefined
  readonly vhost: string | undefined
  readonly expectedVhost: string
  readonly heartbeatSeconds: number | undefined
  readonly left: 'clean' | 'torn' | 'still-open' | 'not-asked'
  readonly trace: readonly TraceStep[]
}

/** The subject connects. */
export async function connected(lab: Lab): Promise<ConnectionSeen> {
  const { connect } = await lab.subject.load<ConnectionModule>('connection.ts', ['connect'])
  const connection = await lab.finished(connect(await lab.world()), text('connect()', 'connect()'), {
    file: 'connection.ts',
  })
  lab.defer(async () => connection.close())
  return connectionSeen(lab, 'not-asked')
}

/** The subject connects and leaves again. */
export async function connectedAndLeft(lab: Lab): Promise<ConnectionSeen> {
  const { connect, disconnect } = await lab.subject.load<ConnectionModule>('connection.ts', [
    'connect',
    'disconnect',
  ])
  const proxy = await lab.proxy()
  const connection = await lab.finished(connect(await lab.world()), text('connect()', 'connect()'), {
    file: 'connection.ts',
  })
  lab.defer(async () => connection.close())
  const before = await connectionSeen(lab, 'not-asked')
  if (!before.reachedUs) return before
  await lab.finished(disconnect(connection), text('disconnect()', 'disconnect()'), { file: 'connection.ts' })
  await lab.settles(() => proxy.openConnections === 0)
  const closed = proxy.frames.some(
    ({ method, direction }) => method === 'connection.close' && direction === 'to-broker',
  )
  if (closed) return connectionSeen(lab, 'clean')
  return connectionSeen(lab, proxy.openConnections === 0 ? 'torn' : 'still-open')
}

async function connectionSeen(lab: Lab, left: ConnectionSeen['left']): Promise<ConnectionSeen> {
  const proxy = await lab.proxy()
  const first = (method: string) => proxy.frames.find((frame) => frame.method === method)
  const serverProperties = first('connection.start')?.fields.serverProperties as Properties | undefined
  const clientProperties = first('connection.start-ok')?.fields.clientProperties as Properties | undefined
  const { amqpUrl } = await lab.world()
  return {
    reachedUs: first('connection.start-ok') !== undefined,
    address: `${proxy.address.host}:${proxy.address.port}`,
    server:
      serverProperties === undefined
        ? undefined
        : `${wireText(serverProperties.product)} ${wireText(serverProperties.version)}`,
    clientProduct: wireText(clientProperties?.product),
    connectionName: wireText(clientProperties?.connection_name),
    vhost: first('connection.open')?.fields.virtualHost as string | undefined,
    expectedVhost: decodeURIComponent(new URL(amqpUrl).pathname.slice(1)),
    heartbeatSeconds: first('connection.tune-ok')?.fields.heartbeat as number | undefined,
    left,
    trace: proxy.frames
      .filter(({ method }) => method.startsWith('connection.') || method === 'protocol-header')
      .map((frame) => traceStep(frame, proxy.lane)),
  }
}

type Properties = Readonly<Record<string, unknown>>

/** A text in a field table; absent and empty are the same to a reader. */
function wireText(value: unknown): string | undefined {
  const said = Buffer.isBuffer(value) ? value.toString('utf8') : value
  return typeof said === 'string' && said !== '' ? said : undefined
}

export interface DeclaredSeen {
  readonly exchange: ExchangeSnapshot | undefined
  readonly otherExchanges: readonly string[]
}

/** The subject declares its topology once. */
export async function declared(lab: Lab): Promise<DeclaredSeen> {
  await declareOnce(lab)
  const { exchanges } = await lab.inspect()
  const own = exchanges.filter(({ name }) => name !== '' && !name.startsWith('amq.'))
  return {
    exchange: own.find(({ name }) => name === lab.name('payments')),
    otherExchanges: own
      .filter(({ name }) => name !== lab.name('payments'))
      .map(({ name }) => lab.shown(name)),
  }
}

export interface KillSurvivedSeen {
  readonly declared: boolean
  readonly otherQueues: readonly string[]
  readonly exclusive: boolean
  readonly goneWithItsConsumer: boolean
  readonly stillThere: boolean
  readonly stored: number
  readonly kept: number
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** The subject declares, three payments are stored, a consumer comes and goes, the broker is killed and started again. */
export async function brokerKilled(lab: Lab): Promise<KillSurvivedSeen> {
  lab.needs('kill', 'inspect')
  await declareOnce(lab)
  const queueName = lab.name('payments.work')
  const { queues } = await lab.inspect()
  const queue = queues.find(({ name }) => name === queueName)
  const seen = {
    declared: queue !== undefined,
    otherQueues: queues.filter(({ name }) => name !== queueName).map(({ name }) => lab.shown(name)),
    exclusive: queue?.exclusive ?? false,
    goneWithItsConsumer: false,
    stillThere: false,
    stored: 0,
    kept: 0,
    kills: 0,
    trace: [] as TraceStep[],
  }
  if (queue === undefined || queue.exclusive) return seen

  lab.say('Three payments are stored, each confirmed.', 'Lưu ba thanh toán, cái nào cũng được confirm.')
  for (const payment of somePayments(3, seededSource(lab.run.seed))) {
    await lab.observer.publish({
      exchange: '',
      routingKey: queueName,
      body: payment.payment_id,
      messageId: payment.payment_id,
    })
    seen.stored += 1
    seen.trace.push({
      atMs: lab.run.now(),
      from: 'lab',
      to: 'broker',
      what: 'basic.publish',
      message: `…${payment.payment_id.slice(-3)}`,
    })
  }
  const passing = await lab.observer.channel()
  const { consumerTag } = await passing.consume(queueName, () => {})
  await passing.cancel(consumerTag)
  await passing.close()
  seen.trace.push({
    atMs: lab.run.now(),
    from: 'consumer',
    what: 'came and left',
    note: text('acknowledged nothing', 'không ack gì cả'),
  })
  if (!(await hasQueue(lab, queueName))) return { ...seen, goneWithItsConsumer: true }

  lab.say('Now the broker is killed, and started again.', 'Bây giờ broker bị kill, rồi được khởi động lại.')
  await lab.killBroker()
  seen.kills = 1
  seen.trace.push({ atMs: lab.run.now(), from: 'broker', what: 'killed (SIGKILL)' })
  await lab.restartBroker()
  seen.trace.push({ atMs: lab.run.now(), from: 'broker', what: 'started again' })
  if (!(await hasQueue(lab, queueName))) return seen
  const found = await lab.observer.takeAll(queueName)
  return { ...seen, stillThere: true, kept: found.length }
}

export interface DeclaredOftenSeen {
  readonly times: number
  readonly queues: readonly string[]
  readonly bindings: readonly string[]
  readonly hasOurBinding: boolean
  readonly routes: readonly { readonly key: string; readonly expected: boolean; readonly routed: boolean }[]
  readonly declaredAgainAfterLoss: boolean
}

/** The subject declares fifty times, messages with three keys are tried, the queue is lost and declared again. */
export async function declaredOften(lab: Lab): Promise<DeclaredOftenSeen> {
  const { declareTopology } = await lab.subject.load<TopologyModule>('topology.ts', ['declareTopology'])
  const world = await lab.world()
  const connection = await lab.client()
  const declare = async (): Promise<void> => {
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    await lab.finished(declareTopology(world, channel), text('declareTopology()', 'declareTopology()'), {
      file: 'topology.ts',
    })
    await channel.close()
  }
  for (let start = 0; start < starts; start += 1) await declare()

  const [exchange, queue] = [lab.name('payments'), lab.name('payments.work')]
  const { queues, bindings, exchanges } = await lab.inspect()
  const shown = bindings.map(
    ({ source, routingKey, destination }) =>
      `${lab.shown(source)} ─${routingKey === '' ? '(empty)' : routingKey}─► ${lab.shown(destination)}`,
  )
  const routes: { key: string; expected: boolean; routed: boolean }[] = []
  if (exchanges.some(({ name }) => name === exchange)) {
    for (const tried of [key, ...otherKeys]) {
      const outcome = await lab.observer.publish({
        exchange,
        routingKey: tried,
        body: 'probe',
        messageId: `probe-${tried}`,
      })
      routes.push({ key: tried, expected: tried === key, routed: outcome === 'routed' })
    }
  }
  const seen = {
    times: starts,
    queues: queues.map(({ name }) => lab.shown(name)),
    bindings: shown,
    hasOurBinding: bindings.some(
      (each) => each.source === exchange && each.destination === queue && each.routingKey === key,
    ),
    routes,
    declaredAgainAfterLoss: false,
  }
  if (!queues.some(({ name }) => name === queue)) return seen
  const channel = await lab.observer.channel()
  await channel.deleteQueue(queue)
  await channel.close()
  await declare()
  return { ...seen, declaredAgainAfterLoss: await hasQueue(lab, queue) }
}

export interface RoundTripSeen {
  readonly publishes: number
  readonly exchange: string | undefined
  readonly deliveries: number
  readonly acks: number
  readonly sameAsSent: boolean
  readonly difference: Text
  readonly ready: number
  readonly unacked: number
  readonly openConnections: number
  readonly trace: readonly TraceStep[]
}

/** The subject sends one payment through the exchange and takes it back. */
export async function thereAndBack(lab: Lab): Promise<RoundTripSeen> {
  const { roundTrip } = await lab.subject.load<RoundTripModule>('round-trip.ts', ['roundTrip'])
  const payment = somePayment(lab)
  const proxy = await lab.proxy()
  const answer = await lab.finished(
    roundTrip(await lab.world(), payment),
    text('roundTrip()', 'roundTrip()'),
    { file: 'round-trip.ts' },
  )
  await lab.settles(() => proxy.openConnections === 0)
  const { frames } = proxy
  const published = frames.filter(({ method }) => method === 'basic.publish')
  const deliveries = frames.filter(
    ({ method, message }) =>
      (method === 'basic.deliver' || method === 'basic.get-ok') && message === payment.id,
  )
  let queue = await workQueue(lab)
  // A real broker has settled an ack some time after it was sent.
  const isEmpty = async () => {
    queue = await workQueue(lab)
    return (queue?.ready ?? 0) + (queue?.unacked ?? 0) === 0
  }
  const emptying = lab.until(text('the queue is not empty', 'queue chưa trống'), isEmpty, {
    withinMs: settledMsMax,
    everyMs: inspectEveryMs,
  })
  await lab.outcomeOf(emptying, 2 * settledMsMax)
  const exchange = published[0]?.fields.exchange as string | undefined
  return {
    publishes: published.length,
    exchange: exchange === undefined ? undefined : lab.shown(exchange),
    deliveries: deliveries.length,
    acks: frames.filter(({ method, direction }) => method === 'basic.ack' && direction === 'to-broker')
      .length,
    sameAsSent: isDeepStrictEqual(answer, payment),
    difference: differenceOf(payment, answer),
    ready: queue?.ready ?? 0,
    unacked: queue?.unacked ?? 0,
    openConnections: proxy.openConnections,
    trace: frames
      .filter(({ method }) => method.startsWith('basic.') && method !== 'basic.qos')
      .map((frame) => traceStep(frame, proxy.lane)),
  }
}

/** Played by `npm run exercise mq-01 live`. */
export const live: readonly Act[] = [
  {
    title: text(
      'The service connects and leaves: watch the heartbeat, the vhost, and who says goodbye.',
      'Service kết nối rồi rời đi: chú ý heartbeat, vhost, và ai là người chào trước.',
    ),
    scenario: connectedAndLeft,
  },
  {
    title: text('It declares exchange, queue and binding.', 'Nó khai báo exchange, queue và binding.'),
    scenario: brokerKilled,
  },
  {
    title: text('One payment through the exchange and back.', 'Một thanh toán đi qua exchange rồi quay về.'),
    scenario: thereAndBack,
  },
]

async function declareOnce(lab: Lab): Promise<void> {
  const { declareTopology } = await lab.subject.load<TopologyModule>('topology.ts', ['declareTopology'])
  const connection = await lab.client()
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  await lab.finished(
    declareTopology(await lab.world(), channel),
    text('declareTopology()', 'declareTopology()'),
    { file: 'topology.ts' },
  )
}

async function hasQueue(lab: Lab, queue: string): Promise<boolean> {
  return (await lab.inspect()).queues.some(({ name }) => name === queue)
}

/** A payment whose merchant shows who counts bytes as characters. */
function somePayment(lab: Lab): Envelope {
  const source = seededSource(lab.run.seed)
  const [payment] = somePayments(1, source)
  if (payment === undefined) throw new Error('the fixtures made no payment')
  const event = sealEvent('PaymentRequested', payment, source, {
    correlationid: 'đơn hàng số 7 – cà phê sữa đá ☕',
  })
  return JSON.parse(JSON.stringify(event)) as Envelope
}

function differenceOf(sent: Envelope, answer: unknown): Text {
  if (answer === undefined || answer === null)
    return text(`roundTrip() answered ${String(answer)}`, `roundTrip() trả về ${String(answer)}`)
  const came = answer as Readonly<Record<string, unknown>>
  const names = Object.entries(sent)
    .filter(([name, value]) => !isDeepStrictEqual(came[name], value))
    .map(([name]) => name)
  if (names.length === 0)
    return text('there are fields that were not sent', 'có những trường không hề được gửi')
  const [name = ''] = names
  const [was, is] = [JSON.stringify(sent[name as keyof Envelope]), JSON.stringify(came[name])]
  return text(`${name} was ${was} and came back as ${is}`, `${name} lúc gửi là ${was}, lúc về là ${is}`)
}

async function workQueue(lab: Lab) {
  const { queues } = await lab.inspect()
  return queues.find(({ name }) => name === lab.name('payments.work'))
}
