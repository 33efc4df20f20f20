/** The version that a server tells in its first frame, to anybody. */
import { PROTOCOL_HEADER, rawSocket } from '../amqp/raw-client.ts'
import type { Address } from './engine.ts'

const ANSWER_MS_MAX = 2_000

/** What a server at this address says of itself, or nothing yet. */
export async function askVersion({ host, port }: Address): Promise<string | undefined> {
  try {
    const client = await rawSocket({ host, port })
    // What accepts connections for a server that is not there yet (Docker does) says nothing.
    const late = setTimeout(() => client.cut(), ANSWER_MS_MAX)
    try {
      client.write(PROTOCOL_HEADER)
      const start = await client.nextMethod()
      if (start.method !== 'connection.start') return undefined
      return String(start.fields.serverProperties['version'])
    } finally {
      clearTimeout(late)
      client.cut()
    }
  } catch {
    return undefined
  }
}
