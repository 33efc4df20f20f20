/** /api/health/checks and /api/aliveness-test */
import { type Answer, type ApiRequest, ok, type Route, route } from './route.ts'
import { NODE, vhostOf } from './site.ts'

const healthy = ok({ status: 'ok' })

function failed(reason: string, details: Readonly<Record<string, unknown>>): Answer {
  return { status: 503, json: { status: 'failed', reason, ...details } }
}

function alarms(where: string): (request: ApiRequest) => Answer {
  return ({ site }) =>
    site.alarm.isRaised
      ? failed(`There are alarms in effect ${where}`, { alarms: [{ node: NODE, resource: 'memory' }] })
      : healthy
}

export const healthRoutes: readonly Route[] = [
  // aliveness-test only looks for the vhost; RabbitMQ 3.x sends a message through a queue of that name.
  route('GET', '/api/aliveness-test/:vhost', ({ site, path }) => {
    vhostOf(site, path['vhost'] ?? '')
    return healthy
  }),
  route('GET', '/api/health/checks/alarms', alarms('in the cluster')),
  route('GET', '/api/health/checks/local-alarms', alarms('on the node')),
  route('GET', '/api/health/checks/virtual-hosts', () => healthy),
  route('GET', '/api/health/checks/node-is-quorum-critical', () =>
    ok({ status: 'ok', reason: 'single node cluster' }),
  ),
  route('GET', '/api/health/checks/port-listener/:port', ({ site, path }) => {
    const port = Number(path['port'])
    const ports = [...new Set(site.listeners.map((listener) => listener.port))]
    return ports.includes(port)
      ? ok({ status: 'ok', port })
      : failed('No active listener', { missing: port, ports })
  }),
  route('GET', '/api/health/checks/protocol-listener/:protocol', ({ site, path }) => {
    const { protocol } = path
    const protocols = [...new Set(site.listeners.map((listener) => listener.protocol))]
    return protocols.some((one) => one === protocol)
      ? ok({ status: 'ok', protocol })
      : failed('No active listener', { missing: protocol, protocols })
  }),
]
