/** Ports of the loopback interface that nobody uses. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { EngineError } from '../engine-error.ts'

/** Different ones; each was free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

/** The ports that were asked for, each free just now; 0 picks a free one. @throws EngineError for one that is taken */
export async function claimPorts(wanted: readonly number[]): Promise<number[]> {
  const free = await freePorts(wanted.length)
  for (const port of wanted) if (port !== 0) await mustBeFree(port)
  return wanted.map((port, at) => (port === 0 ? (free[at] as number) : port))
}

async function mustBeFree(port: number): Promise<void> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (cause) {
    throw new EngineError(
      {
        en: `127.0.0.1:${port} is in use by another program, or may not be used: stop that one (npm run brokers status shows ours), or take another port`,
        vi: `127.0.0.1:${port} đang bị một chương trình khác dùng, hoặc không được phép dùng: dừng chương trình đó (npm run brokers status liệt kê các broker của workbook), hoặc chọn cổng khác`,
      },
      { cause },
    )
  }
  server.close()
  await once(server, 'close')
}
