/** /api/connections */
import { authority } from '../authority.ts'
import { refusal } from '../refusal.ts'
import type { Connection } from '../session/connection.ts'
import { notFound } from './api-error.ts'
import { jsonTable } from './json.ts'
import { list } from './list.ts'
import { type ApiRequest, noContent, ok, type Route, route } from './route.ts'
import { isMonitor, NODE, runningConnections, type Site, visibleVhosts } from './site.ts'

/** RabbitMQ's words for a close that an operator gave no reason for. */
const REASON = 'Closed via management plugin'
/** A reason travels in a short string of 255 bytes, behind the code's name. */
const REASON_CHARACTERS_MAX = 100

/** `127.0.0.1:50000 -> 127.0.0.1:5672` */
export function connectionName(connection: Connection): string {
  const { peerHost, peerPort, host, port } = connection.facts
  return `${authority(peerHost, peerPort)} -> ${authority(host, port)}`
}

export function connectionItem(connection: Connection) {
  const { facts } = connection
  const given = connection.clientProperties['connection_name']
  return {
    name: connectionName(connection),
    ...(typeof given === 'string' ? { user_provided_name: given } : {}),
    user: connection.userName,
    user_who_performed_action: connection.userName,
    vhost: connection.vhostName,
    node: NODE,
    type: 'network',
    protocol: 'AMQP 0-9-1',
    state: facts.isBlocked ? 'blocked' : 'running',
    auth_mechanism: facts.mechanism,
    channels: connection.channels.size,
    channel_max: facts.channelMax,
    frame_max: facts.frameBytesMax,
    timeout: connection.heartbeatSeconds,
    connected_at: connection.connectedAtMs,
    host: facts.host,
    port: facts.port,
    peer_host: facts.peerHost,
    peer_port: facts.peerPort,
    ssl: facts.isSecure,
    recv_oct: facts.receivedBytes,
    send_oct: facts.sentBytes,
    client_properties: jsonTable(connection.clientProperties),
  }
}

/** Who may not monitor sees its own. */
export function visibleConnections({ site, user }: ApiRequest): Connection[] {
  const all = runningConnections(site, visibleVhosts(site, user))
  return isMonitor(user) ? all : all.filter(({ userName }) => userName === user.name)
}

/** The connection that the path names. @throws ApiError 404 */
export function connectionOf(request: ApiRequest): Connection {
  const found = visibleConnections(request).find((one) => connectionName(one) === request.path['connection'])
  if (found === undefined) throw notFound()
  return found
}

function close(site: Site, connections: readonly Connection[], headers: ApiRequest['headers']): void {
  const { 'x-reason': given } = headers
  const reason = typeof given === 'string' ? given.slice(0, REASON_CHARACTERS_MAX) : REASON
  for (const connection of connections) connection.close(refusal('connectionForced', reason))
  site.commit()
}

export const connectionRoutes: readonly Route[] = [
  route('GET', '/api/connections', (request) =>
    list(request, visibleConnections(request).map(connectionItem), ['vhost', 'name']),
  ),
  route('GET', '/api/connections/:connection', (request) => ok(connectionItem(connectionOf(request)))),
  route('DELETE', '/api/connections/:connection', (request) => {
    close(request.site, [connectionOf(request)], request.headers)
    return noContent
  }),
  route('GET', '/api/connections/username/:user', (request) => {
    const of = visibleConnections(request).filter(({ userName }) => userName === request.path['user'])
    return list(request, of.map(connectionItem), ['name'])
  }),
  route('DELETE', '/api/connections/username/:user', (request) => {
    const of = visibleConnections(request).filter(({ userName }) => userName === request.path['user'])
    close(request.site, of, request.headers)
    return noContent
  }),
]
