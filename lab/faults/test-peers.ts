/** Bare peers for tests of the proxy: a client and a scripted broker that send and gather bytes. */
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import type { Address } from '#brokers/engines'

/** A socket with what has come through it so far. */
export interface Peer {
  readonly socket: Socket
  received(): Buffer
  /** `reset` or `ended`, once the other side is gone. */
  readonly gone: Promise<'reset' | 'ended'>
}

export interface ScriptedBroker extends AsyncDisposable {
  readonly address: Address
  /** The next connection that is accepted. */
  accept(): Promise<Peer>
}

export async function scriptedBroker(
  options: { onData?: (chunk: Buffer, socket: Socket) => void } = {},
): Promise<ScriptedBroker> {
  const server = createServer({ noDelay: true, allowHalfOpen: true })
  const sockets = new Set<Socket>()
  const accepted: Peer[] = []
  const asking: ((peer: Peer) => void)[] = []
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('data', (chunk) => options.onData?.(chunk, socket))
    const peer = peerOf(socket)
    const ask = asking.shift()
    if (ask === undefined) accepted.push(peer)
    else ask(peer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    accept: () => {
      const peer = accepted.shift()
      return peer === undefined ? new Promise((resolve) => asking.push(resolve)) : Promise.resolve(peer)
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export async function bareClient(address: Address): Promise<Peer> {
  const socket = connect({ ...address, noDelay: true, allowHalfOpen: true })
  const peer = peerOf(socket)
  // It may be reset before it has noticed that it is connected.
  await Promise.race([once(socket, 'connect').catch(() => undefined), peer.gone])
  return peer
}

function peerOf(socket: Socket): Peer {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const gone = new Promise<'reset' | 'ended'>((resolve) => {
    socket.on('error', () => resolve('reset'))
    socket.on('end', () => resolve('ended'))
    socket.on('close', () => resolve('ended'))
  })
  return { socket, received: () => Buffer.concat(chunks), gone }
}

/** Waits for a fact. */
export async function eventually(isTrue: () => boolean, what = 'it', withinMs = 15_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`${what} did not come true within ${withinMs} ms`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
