/** /api/channels and /api/consumers */
import type { Consumer } from '../model/consumer.ts'
import type { Vhost } from '../model/vhost.ts'
import type { Channel } from '../session/channel.ts'
import { connectionName, connectionOf, visibleConnections } from './connections.ts'
import { jsonTable } from './json.ts'
import { list } from './list.ts'
import { type Route, route } from './route.ts'
import { NODE, runningConnections, type Site, vhostOf, visibleVhosts } from './site.ts'

export function channelItem(channel: Channel) {
  const { connection } = channel
  const { peerHost, peerPort } = connection.facts
  const name = connectionName(connection)
  return {
    name: `${name} (${channel.number})`,
    number: channel.number,
    user: connection.userName,
    user_who_performed_action: connection.userName,
    vhost: connection.vhostName,
    node: NODE,
    state: 'running',
    confirm: channel.confirms !== undefined,
    transactional: channel.transaction !== undefined,
    consumer_count: channel.consumers.size,
    messages_unacknowledged: channel.unsettled.size,
    prefetch_count: channel.prefetchCount,
    global_prefetch_count: channel.credit.countMax,
    connection_details: { name, peer_host: peerHost, peer_port: peerPort },
  }
}

function consumerItem(channel: Channel, consumer: Consumer) {
  const { connection } = channel
  const { peerHost, peerPort } = connection.facts
  const name = connectionName(connection)
  const [first] = consumer.queue.consumers
  const isActive = !consumer.queue.settings.isSingleActive || first === consumer
  return {
    consumer_tag: consumer.tag,
    queue: { name: consumer.queue.name, vhost: connection.vhostName },
    ack_required: consumer.needsAck,
    exclusive: consumer.isExclusive,
    prefetch_count: consumer.credit.countMax,
    active: isActive,
    activity_status: isActive ? (consumer.queue.settings.isSingleActive ? 'single_active' : 'up') : 'waiting',
    arguments: jsonTable(consumer.arguments),
    channel_details: {
      name: `${name} (${channel.number})`,
      number: channel.number,
      connection_name: name,
      node: NODE,
      peer_host: peerHost,
      peer_port: peerPort,
      user: connection.userName,
    },
  }
}

export function consumerItems(site: Site, vhosts: readonly Vhost[]) {
  return runningConnections(site, vhosts)
    .flatMap((connection) => [...connection.channels.values()])
    .flatMap((channel) => [...channel.consumers.values()].map((consumer) => consumerItem(channel, consumer)))
}

export const consumerRoutes: readonly Route[] = [
  route('GET', '/api/channels', (request) => {
    const channels = visibleConnections(request).flatMap((connection) => [...connection.channels.values()])
    return list(request, channels.map(channelItem), ['vhost', 'name'])
  }),
  route('GET', '/api/connections/:connection/channels', (request) => {
    const channels = [...connectionOf(request).channels.values()]
    return list(request, channels.map(channelItem), ['number'])
  }),
  route('GET', '/api/vhosts/:vhost/channels', (request) => {
    const vhost = vhostOf(request.site, request.path['vhost'] ?? '')
    const channels = runningConnections(request.site, [vhost]).flatMap((one) => [...one.channels.values()])
    return list(request, channels.map(channelItem), ['name'])
  }),
  route('GET', '/api/consumers', (request) => {
    const items = consumerItems(request.site, visibleVhosts(request.site, request.user))
    return list(request, items, ['queue.vhost', 'queue.name', 'consumer_tag'])
  }),
  route('GET', '/api/consumers/:vhost', (request) => {
    const items = consumerItems(request.site, [vhostOf(request.site, request.path['vhost'] ?? '')])
    return list(request, items, ['queue.name', 'consumer_tag'])
  }),
]
