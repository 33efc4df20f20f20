/** A loopback listener in front of a server that wants TLS: whoever connects speaks plainly, and the relay speaks TLS. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { connect } from 'node:tls'
import type { Address } from '../engine.ts'

export interface TlsRelay extends AsyncDisposable {
  readonly address: Address
}

/** Certificates are checked against the system's, and those of NODE_EXTRA_CA_CERTS. */
export async function openTlsRelay({ host, port }: Address): Promise<TlsRelay> {
  const open = new Set<Socket>()
  const server = createServer({ noDelay: true }, (client) => {
    const remote = connect({ host, port, servername: host })
    remote.setNoDelay(true)
    for (const [one, other] of [
      [client, remote],
      [remote, client],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroySoon()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
