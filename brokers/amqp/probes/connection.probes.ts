/** Probes of the connection layer (rabbitmq.md 2.2): handshake, frames, logins, alarms. */
import { setTimeout as pause } from 'node:timers/promises'
import {
  frameBytes,
  PROTOCOL_HEADER,
  type RawClient,
  type RawOptions,
  rawChannel,
  rawConnect,
  rawSocket,
} from '../raw-client.ts'
import type { FieldTable } from '../wire/field-table.ts'
import { letterOf } from '../wire/field-table.ts'
import { encodeProperties } from '../wire/properties.ts'
import { encodeMethodFrame, type MethodFields, type MethodFrame } from '../wire/wire.ts'
import { printArrival, printTable } from './print.ts'
import type { ProbeWorld, Program, Programs } from './probe.ts'

/** Opens a connection with these options and notes the answer. */
const opening =
  (options: RawOptions): Program =>
  async (_channel, world) => {
    const { client, answer } = await rawConnect(world.address, options)
    world.note(printArrival({ method: answer }))
    client.cut()
  }

/** Sends bytes on an open channel of a connection of its own, and notes the frames until the socket closes. */
const sending =
  (...parts: readonly Buffer[]): Program =>
  async (_channel, world) => {
    const client = await rawChannel(world.address)
    for (const part of parts) client.write(part)
    await noteRest(client, world)
  }

/** A real broker that closes without a word does so after three seconds. */
const CLOSE_MS_MAX = 5_000

/** Notes frames up to the first that is no close, or until the socket closes. */
async function noteRest(client: RawClient, world: ProbeWorld, label = ''): Promise<void> {
  for (;;) {
    const frame = await Promise.race([client.next(), pause(CLOSE_MS_MAX, 'nothing' as const)])
    if (frame === undefined) return world.note(`${label}the socket is closed`)
    if (frame === 'nothing') break
    world.note(
      label + (frame.kind === 'method' ? printArrival({ method: frame as MethodFrame }) : frame.kind),
    )
    if (frame.kind !== 'method' || frame.method !== 'connection.close') break
    client.send(0, 'connection.close-ok')
  }
  client.cut()
}

const greeting =
  (bytes: Buffer): Program =>
  async (_channel, world) => {
    const client = await rawSocket(world.address)
    client.write(bytes)
    const first = await client.next()
    world.note(first === undefined ? 'the socket is closed' : `${first.kind} ${first.raw.toString('hex')}`)
    if (first !== undefined) await noteRest(client, world)
  }

interface Login {
  readonly mechanism?: string
  readonly response: Buffer
  readonly capabilities?: Readonly<Record<string, boolean>>
  readonly tuneOk?: Partial<MethodFields<'connection.tune-ok'>>
}

/** Logs in, agrees to what `tuneOk` says if that is given, and notes what comes. */
async function logIn(login: Login, world: ProbeWorld, label = ''): Promise<void> {
  const { mechanism = 'PLAIN', response, tuneOk } = login
  const capabilities = login.capabilities ?? { authentication_failure_close: true }
  const client = await rawSocket(world.address)
  client.write(PROTOCOL_HEADER)
  await client.nextMethod()
  const fields = { clientProperties: { capabilities }, mechanism, response, locale: 'en_US' }
  client.send(0, 'connection.start-ok', fields)
  if (tuneOk !== undefined) {
    await client.nextMethod()
    client.send(0, 'connection.tune-ok', { channelMax: 2047, frameMax: 131_072, heartbeat: 0, ...tuneOk })
    client.send(0, 'connection.open', { virtualHost: '/' })
  }
  await noteRest(client, world, label)
}

const loggingIn =
  (mechanism: string, response: Buffer): Program =>
  (_channel, world) =>
    logIn({ mechanism, response }, world)

const guest = Buffer.from('\0guest\0guest')

const long = (text: string) => {
  const head = Buffer.from('S\0\0\0\0')
  head.writeUInt32BE(text.length, 1)
  return Buffer.concat([head, Buffer.from(text)])
}
const short = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])

/** What ends in a close that says nothing. */
const silentlyRefused: Readonly<Record<string, Login>> = {
  'a wrong password, no close understood': { response: Buffer.from('\0guest\0wrong'), capabilities: {} },
  'a mechanism that is none': { mechanism: 'NOSUCH', response: guest },
  'a mechanism that is none, no close understood': {
    mechanism: 'NOSUCH',
    response: guest,
    capabilities: {},
  },
  'PLAIN with half a response': { response: Buffer.from('\0guest') },
  'AMQPLAIN that is no table': { mechanism: 'AMQPLAIN', response: Buffer.from('nonsense') },
  'AMQPLAIN without a password': {
    mechanism: 'AMQPLAIN',
    response: Buffer.concat([short('LOGIN'), long('guest')]),
  },
  'a frame size below the smallest': { response: guest, tuneOk: { frameMax: 2048 } },
  'a frame size above the proposed': { response: guest, tuneOk: { frameMax: 1_000_000 } },
  'frames without a limit': { response: guest, tuneOk: { frameMax: 0 } },
  'more channels than proposed': { response: guest, tuneOk: { channelMax: 5000 } },
  'channels without a limit': { response: guest, tuneOk: { channelMax: 0 } },
  'a smaller frame size': { response: guest, tuneOk: { frameMax: 8192 } },
}

const amqplain = (name: string, password: string) =>
  Buffer.concat([short('LOGIN'), long(name), short('PASSWORD'), long(password)])

const badFrames: Readonly<Record<string, Buffer>> = {
  'a wrong end': Buffer.from([8, 0, 0, 0, 0, 0, 0, 205]),
  'above the negotiated size': Buffer.from([3, 0, 1, 0, 0x20, 0, 0]),
}

const SMALL_FRAME = 4096
const publishing = encodeMethodFrame(1, 'basic.publish', {
  exchange: '',
  routingKey: 'nowhere',
  mandatory: false,
  immediate: false,
})
const contentHeader = (bodySize: number, headers = '') => {
  const head = Buffer.alloc(12)
  head.writeUInt16BE(60)
  head.writeUInt32BE(bodySize, 8)
  return frameBytes(
    2,
    1,
    Buffer.concat([head, encodeProperties(headers === '' ? {} : { headers: { h: headers } })]),
  )
}
const body = (size: number) => frameBytes(3, 1, Buffer.alloc(size, 'x'))

/** Payloads that a frame of 4096 bytes just holds, or does not. */
const framesNearTheLimit: Readonly<Record<string, readonly Buffer[]>> = {
  'a body that fits': [publishing, contentHeader(4088), body(4088)],
  'a body that is larger by a byte': [publishing, contentHeader(4089), body(4089)],
  'a body that is larger by eight': [publishing, contentHeader(4096), body(4096)],
  'a body that is larger by nine': [publishing, contentHeader(4097), body(4097)],
  'a header that is larger by eight': [publishing, contentHeader(0, 'x'.repeat(4071))],
  'a header that is larger by nine': [publishing, contentHeader(0, 'x'.repeat(4072))],
  'a heartbeat with a payload': [frameBytes(8, 0, Buffer.from('x'))],
  'a method that is none, and large': [frameBytes(1, 1, Buffer.alloc(4096))],
  'a method that is none, and too large': [frameBytes(1, 1, Buffer.alloc(4097))],
  'more body than was announced': [publishing, contentHeader(3), body(4)],
  'an empty body frame': [publishing, contentHeader(1), body(0), body(1)],
}

/** Plays several at once, since each takes a real broker three seconds; notes them one after the other. */
async function together<T>(
  world: ProbeWorld,
  cases: Readonly<Record<string, T>>,
  play: (one: T, world: ProbeWorld, label: string) => Promise<void>,
): Promise<void> {
  const played = Object.entries(cases).map(async ([name, one]) => {
    const lines: string[] = []
    await play(one, { ...world, address: world.address, note: (line) => void lines.push(line) }, `${name}: `)
    return lines
  })
  for (const lines of await Promise.all(played)) for (const line of lines) world.note(line)
}

export const connectionProbes: Programs = {
  'connection: what the server says of itself': async (_channel, world) => {
    const client = await rawSocket(world.address)
    client.write(PROTOCOL_HEADER)
    const start = await client.nextMethod()
    client.cut()
    if (start.method !== 'connection.start') return world.note(start.method)
    const { serverProperties, mechanisms, locales, versionMajor, versionMinor } = start.fields
    world.note(`version ${versionMajor}.${versionMinor} locales=${locales}`)
    world.note(`mechanisms: ${String(mechanisms).split(' ').sort().join(' ')}`)
    world.note(`capabilities: ${printTable(serverProperties['capabilities'] as FieldTable)}`)
    for (const name of Object.keys(serverProperties).sort()) {
      world.note(`${name}:${letterOf(serverProperties, name)}`)
    }
    world.note(`${String(serverProperties['product'])} ${String(serverProperties['version'])}`)
  },
  'connection: what it proposes': loggingIn('PLAIN', guest),
  'connection: the header of AMQP 0-9-2': greeting(Buffer.from('AMQP\0\0\x09\x02', 'latin1')),
  'connection: an HTTP request': greeting(Buffer.from('GET / HTTP/1.1\r\n\r\n')),
  'connection: a vhost that is not there': opening({ vhost: 'nowhere' }),
  'connection: a wrong password': opening({ password: 'wrong' }),
  'connection: an unknown user': opening({ user: 'nobody' }),
  'connection: handshakes that fail, some without a word': (_channel, world) =>
    together(world, silentlyRefused, logIn),
  'connection: AMQPLAIN': loggingIn('AMQPLAIN', amqplain('guest', 'guest')),
  'connection: ANONYMOUS': loggingIn('ANONYMOUS', Buffer.alloc(0)),
  'connection: ANONYMOUS with a trace': loggingIn('ANONYMOUS', Buffer.from('bob')),
  'connection: ANONYMOUS is the default user': async (_channel, world) => {
    const client = await rawSocket(world.address)
    client.write(PROTOCOL_HEADER)
    await client.nextMethod()
    const answer = await client
      .call(0, 'connection.start-ok', { mechanism: 'ANONYMOUS' })
      .catch(() => undefined)
    if (answer?.method !== 'connection.tune') return world.note('not offered')
    client.send(0, 'connection.tune-ok', { channelMax: 2047, frameMax: 131_072, heartbeat: 0 })
    await client.call(0, 'connection.open', { virtualHost: '/' })
    await client.call(1, 'channel.open')
    client.publish(1, { routingKey: 'q' }, { userId: 'guest' })
    const close = await client.call(1, 'queue.declare', { queue: 'none', passive: true })
    world.note(printArrival({ method: close }))
    client.cut()
  },
  'connection: AMQPLAIN with a wrong password': loggingIn('AMQPLAIN', amqplain('guest', 'wrong')),
  'connection: a channel above the negotiated number': async (channel) => {
    await channel.on(2048).open()
    await channel.silence()
  },
  'connection: frames that are none': (_channel, world) =>
    together(world, badFrames, async (bytes, collecting, label) => {
      const client = await rawChannel(world.address)
      client.write(bytes)
      await noteRest(client, collecting, label)
    }),
  'connection: a silent client is cut off after two heartbeats and a bit': async (_channel, world) => {
    const { client } = await rawConnect(world.address, { heartbeat: 1 })
    const sinceMs = Date.now()
    const kinds = new Set<string>()
    for (let frame = await client.next(); frame !== undefined; frame = await client.next())
      kinds.add(frame.kind)
    const seconds = (Date.now() - sinceMs) / 1000
    world.note(
      `got ${[...kinds].join(' ')}, cut off ${seconds > 1.9 && seconds < 5 ? 'in time' : `after ${seconds} s`}`,
    )
  },
  'connection: heartbeats keep a client that has nothing to say': async (_channel, world) => {
    const client = await rawChannel(world.address, { heartbeat: 1 })
    const beating = setInterval(() => client.write(frameBytes(8, 0, Buffer.alloc(0))), 400)
    // A client that is given up would be so by then; on real time, as heartbeats are.
    await pause(4_500)
    clearInterval(beating)
    world.note(printArrival({ method: await client.call(1, 'basic.qos') }))
    client.cut()
  },
  'connection: as many channels as were agreed on, and one more': async (_channel, world) => {
    const { client } = await rawConnect(world.address, { channelMax: 3 })
    for (let number = 1; number <= 4; number++) {
      world.note(`${number}: ${printArrival({ method: await client.call(number, 'channel.open') })}`)
    }
    client.cut()
  },
  'connection: 2047 channels, and one more': async (_channel, world) => {
    const { client } = await rawConnect(world.address)
    let opened = 0
    for (let number = 1; number <= 2047; number++) client.send(number, 'channel.open')
    while (opened < 2047 && (await client.nextMethod()).method === 'channel.open-ok') opened++
    world.note(`${opened} are open`)
    world.note(printArrival({ method: await client.call(2048, 'channel.open') }))
    client.cut()
  },
  'connection: frames of the agreed size, and larger ones': (_channel, world) =>
    together(world, framesNearTheLimit, async (parts, collecting, label) => {
      const client = await rawChannel(world.address, { frameMax: SMALL_FRAME })
      for (const part of parts) client.write(part)
      client.send(1, 'basic.qos')
      await noteRest(client, collecting, label)
    }),
  'connection: a frame type that is none': sending(frameBytes(7, 0, Buffer.from('abc'))),
  'connection: a heartbeat is not answered': async (channel) => {
    channel.connection.raw.write(frameBytes(8, 0, Buffer.alloc(0)))
    await channel.silence()
  },
  'connection: a method on a channel that is not open': async (channel) => {
    await channel.on(9).call('basic.qos', {})
    await channel.closed()
  },
  'connection: a second channel.open': (channel) => channel.open(),
  'connection: a body without a method': sending(frameBytes(3, 1, Buffer.from('x'))),
  'connection: a content header without a method': sending(
    frameBytes(2, 1, Buffer.from('003c000000000000000000010000', 'hex')),
  ),
  'connection: a method where a content header must come': async (channel) => {
    channel.send('basic.publish')
    channel.send('basic.qos')
    await channel.closed()
  },
  'connection: a method where a body must come': async (channel) => {
    channel.send('basic.publish')
    channel.connection.raw.write(frameBytes(2, 1, Buffer.from('003c000000000000000000010000', 'hex')))
    channel.send('basic.qos')
    await channel.closed()
  },
  'connection: a method that only servers send': async (channel) => {
    channel.send('queue.declare-ok')
    await channel.silence()
  },
  'connection: a method with content that only servers send': async (channel) => {
    channel.send('basic.deliver')
    await channel.silence()
  },
  'connection: a method of the connection class on a channel': async (channel) => {
    channel.send('connection.open')
    await channel.closed()
  },
  'connection: a class that is none': sending(frameBytes(1, 1, Buffer.from('00630001', 'hex'))),
  'connection: a method that ends too early': sending(frameBytes(1, 1, Buffer.from('0032000a0000', 'hex'))),
  'connection: a field type that is none': sending(
    frameBytes(1, 1, Buffer.from('0032000a00000171000000000401617a01', 'hex')),
  ),
  'connection: channel.flow': (channel) => channel.call('channel.flow', { active: true }),
  'connection: stopping the flow': (channel) => channel.call('channel.flow', { active: false }),
  'connection: access.request': (channel) => channel.call('access.request', { realm: '/data' }),
  'connection: update-secret with the same user': async (channel) => {
    channel.connection.raw.send(0, 'connection.update-secret', {
      newSecret: Buffer.from('guest'),
      reason: 'new',
    })
    await channel.closed()
  },
  'connection: a channel closed by its client can be opened again': async (channel) => {
    await channel.call('channel.close', { replyCode: 200 })
    await channel.open()
    await channel.queue('q')
  },
  'connection: a channel closed by the server leaves the others alone': async (channel) => {
    await channel.on(2).open()
    await channel.queue('none', {}, { passive: true })
    await channel.on(2).queue('q')
    await channel.open()
    await channel.queue('q')
  },
  'connection: what comes behind an error on its channel is ignored': async (channel) => {
    channel.send('queue.declare', { queue: 'none', passive: true })
    channel.send('queue.declare', { queue: 'after', durable: true })
    await channel.closed()
    await channel.open()
    await channel.queue('after', {}, { passive: true })
  },
  'connection: who publishes during a memory alarm is blocked, who declares is not': async (
    channel,
    world,
  ) => {
    const other = await world.connect('other')
    await channel.queue('q')
    await world.setMemoryAlarm(true)
    channel.publish('q')
    await channel.arrivals(1)
    await other.count('q', 0)
    await world.setMemoryAlarm(false)
    await channel.arrivals(1)
    await other.count('q', 1)
  },
  'connection: a confirm comes when the memory alarm ends': async (channel, world) => {
    await channel.queue('q')
    await channel.call('confirm.select')
    await world.setMemoryAlarm(true)
    channel.publish('q')
    await channel.arrivals(1)
    await channel.silence()
    await world.setMemoryAlarm(false)
    await channel.arrivals(2)
  },
  'connection: an alarm without a word for who does not understand it': async (_channel, world) => {
    const channel = await world.connect('plain', { capabilities: {} })
    await channel.queue('q')
    await world.setMemoryAlarm(true)
    channel.publish('q')
    await channel.silence()
    await world.setMemoryAlarm(false)
    await channel.count('q', 1)
  },
  'connection: a message that is announced above the largest size': async (channel) => {
    channel.send('basic.publish', { routingKey: 'q' })
    const head = Buffer.alloc(14)
    head.writeUInt16BE(60)
    head.writeUInt32BE(1, 4)
    channel.connection.raw.write(frameBytes(2, 1, head))
    await channel.silence()
  },
}
