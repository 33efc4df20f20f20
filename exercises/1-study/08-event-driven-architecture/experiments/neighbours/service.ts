/** A neighbour that is called over HTTP and counts its calls: a card network, a mail service, a ledger. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Lab } from '#lab/kit'

export interface Service {
  /** How many calls have arrived. */
  readonly calls: number
  /** Resolves with whether the call was answered well; false when nobody listens. */
  call(): Promise<boolean>
  /** Nobody listens at its address from then on. */
  stop(): Promise<void>
}

/** Starts a service on loopback; it ends with the lab. */
export async function startService(lab: Lab): Promise<Service> {
  let calls = 0
  const server = createServer((request, response) => {
    calls += 1
    request.resume()
    response.writeHead(201, { connection: 'close' }).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  lab.defer(stop)
  return {
    get calls() {
      return calls
    },
    async call() {
      try {
        const { ok } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' })
        return ok
      } catch {
        return false
      }
    },
    stop,
  }
}
