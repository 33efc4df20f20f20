/**
 * A server that only looks like a broker: it confirms whatever comes and delivers one body for ever, and keeps nothing. What
 * a client reaches against it is the client's own ceiling, which no broker on this computer beats. Runs as a child process
 * and sends its port.
 */
import { createServer, type Socket } from 'node:net'
import { encodeMethodFrame } from '#brokers/amqp/wire'

const BODY_BYTES = 1024
const FRAME_OVERHEAD_BYTES = 8
/** Class and method ids of what needs more than the answer in the table below. */
const PUBLISH = key(60, 40)
const CONSUME = key(60, 20)
const CANCEL = key(60, 30)
const ACK = key(60, 80)
const CLOSE = key(10, 50)

function key(classId: number, methodId: number): number {
  return classId * 65_536 + methodId
}

const empty: Buffer = Buffer.alloc(0)
const declared = { queue: 'null', messageCount: 0, consumerCount: 0 }
const answers = new Map<number, (channel: number) => Buffer>([
  [
    key(10, 11),
    () => encodeMethodFrame(0, 'connection.tune', { channelMax: 2047, frameMax: 131_072, heartbeat: 0 }),
  ],
  [key(10, 40), () => encodeMethodFrame(0, 'connection.open-ok', {})],
  [CLOSE, () => encodeMethodFrame(0, 'connection.close-ok', {})],
  [key(20, 10), (channel) => encodeMethodFrame(channel, 'channel.open-ok', { channelId: empty })],
  [key(20, 40), (channel) => encodeMethodFrame(channel, 'channel.close-ok', {})],
  [key(50, 10), (channel) => encodeMethodFrame(channel, 'queue.declare-ok', declared)],
  [key(50, 40), (channel) => encodeMethodFrame(channel, 'queue.delete-ok', { messageCount: 0 })],
  [key(60, 10), (channel) => encodeMethodFrame(channel, 'basic.qos-ok', {})],
  [CANCEL, (channel) => encodeMethodFrame(channel, 'basic.cancel-ok', { consumerTag: 'null' })],
  [key(85, 10), (channel) => encodeMethodFrame(channel, 'confirm.select-ok', {})],
])

/** A content header with nothing but the delivery mode, and the body. */
function contentFrames(channel: number): Buffer {
  const header = Buffer.alloc(7 + 15 + 1)
  header[0] = 2
  header.writeUInt16BE(channel, 1)
  header.writeUInt32BE(15, 3)
  header.writeUInt16BE(60, 7)
  header.writeUInt32BE(BODY_BYTES, 15)
  header.writeUInt16BE(1 << 12, 19)
  header[21] = 2
  header[22] = 0xce
  const body = Buffer.alloc(7 + BODY_BYTES + 1, 'x')
  body[0] = 3
  body.writeUInt16BE(channel, 1)
  body.writeUInt32BE(BODY_BYTES, 3)
  body[body.length - 1] = 0xce
  return Buffer.concat([header, body])
}

class NullConnection {
  readonly #socket: Socket
  #pending = empty
  #hasStarted = false
  #channel = 0
  #published = 0
  #confirmed = 0
  #delivered = 0
  #acked = 0
  #isConsuming = false
  #content = empty
  #isScheduled = false

  constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('error', () => {})
  }

  #read(chunk: Buffer): void {
    let at = 0
    const buffer = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk])
    if (!this.#hasStarted && buffer.length >= 8) {
      this.#hasStarted = true
      at = 8
      const mechanisms = Buffer.from('PLAIN')
      const start = {
        versionMajor: 0,
        versionMinor: 9,
        serverProperties: {},
        mechanisms,
        locales: Buffer.from('en_US'),
      }
      this.#socket.write(encodeMethodFrame(0, 'connection.start', start))
    }
    while (buffer.length - at >= 7) {
      const end = at + buffer.readUInt32BE(at + 3) + FRAME_OVERHEAD_BYTES
      if (end > buffer.length) break
      if (buffer[at] === 1)
        this.#onMethod(buffer.readUInt16BE(at + 1), buffer.readUInt32BE(at + 7), buffer, at + 11)
      at = end
    }
    this.#pending = buffer.subarray(at)
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => this.#endTurn())
  }

  #onMethod(channel: number, method: number, buffer: Buffer, at: number): void {
    if (method === PUBLISH) {
      this.#published++
    } else if (method === ACK) {
      const tag = buffer.readUInt32BE(at + 4)
      this.#acked = buffer[at + 8] === 0 ? this.#acked + 1 : tag
    } else if (method === CONSUME) {
      this.#isConsuming = true
      this.#content = contentFrames(channel)
      this.#socket.write(encodeMethodFrame(channel, 'basic.consume-ok', { consumerTag: 'null' }))
    } else {
      if (method === CANCEL) this.#isConsuming = false
      const answer = answers.get(method)
      if (answer !== undefined) this.#socket.write(answer(channel))
      if (method === CLOSE) this.#socket.end()
    }
    this.#channel = channel
  }

  #endTurn(): void {
    this.#isScheduled = false
    if (this.#published > this.#confirmed) {
      this.#confirmed = this.#published
      const ack = { deliveryTag: this.#confirmed, multiple: true }
      this.#socket.write(encodeMethodFrame(this.#channel, 'basic.ack', ack))
    }
    if (!this.#isConsuming) return
    const frames: Buffer[] = []
    while (this.#delivered - this.#acked < 100) {
      const deliveryTag = ++this.#delivered
      const fields = {
        consumerTag: 'null',
        deliveryTag,
        redelivered: false,
        exchange: '',
        routingKey: 'null',
      }
      frames.push(encodeMethodFrame(this.#channel, 'basic.deliver', fields), this.#content)
    }
    if (frames.length > 0) this.#socket.write(Buffer.concat(frames))
  }
}

const server = createServer((socket) => void new NullConnection(socket))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0)
})
process.on('disconnect', () => process.exit(0))
