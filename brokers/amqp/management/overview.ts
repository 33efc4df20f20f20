/** /api/overview, nodes, and the small lists that tools ask for first */
import { availableParallelism } from 'node:os'
import { exchangeTypes } from '../model/exchange/exchange.ts'
import { mechanismsOf } from '../session/login.ts'
import { PRODUCT } from '../session/server-properties.ts'
import { visibleConnections } from './connections.ts'
import { list } from './list.ts'
import { type Answer, type ApiRequest, ok, type Route, route } from './route.ts'
import { NODE, type Site, visibleVhosts } from './site.ts'

const exchangeTypeItems = Object.keys(exchangeTypes).map((name) => ({
  name,
  description: `AMQP ${name} exchange, as per the AMQP specification`,
  enabled: true,
}))

/** Counts and no rates: as a RabbitMQ whose statistics are switched off (`disable_stats`) with queue totals on. */
function overview(request: ApiRequest): Answer {
  const { site } = request
  const { version } = site.broker.profile
  const vhosts = visibleVhosts(site, request.user)
  const queues = vhosts.flatMap((vhost) => [...vhost.queues.values()])
  const ready = queues.reduce((sum, queue) => sum + queue.readyCount, 0)
  const unacknowledged = queues.reduce((sum, queue) => sum + queue.unsettledCount, 0)
  const connections = visibleConnections(request)
  return ok({
    management_version: version,
    rates_mode: 'none',
    product_version: version,
    product_name: PRODUCT,
    rabbitmq_version: version,
    cluster_name: NODE,
    erlang_version: '',
    erlang_full_version: `none: this is Node.js ${process.versions.node}`,
    disable_stats: true,
    enable_queue_totals: true,
    exchange_types: exchangeTypeItems,
    message_stats: {},
    churn_rates: {},
    queue_totals: {
      messages: ready + unacknowledged,
      messages_ready: ready,
      messages_unacknowledged: unacknowledged,
    },
    object_totals: {
      channels: connections.reduce((sum, { channels }) => sum + channels.size, 0),
      connections: connections.length,
      consumers: queues.reduce((sum, { consumers }) => sum + consumers.size, 0),
      exchanges: vhosts.reduce((sum, { exchanges }) => sum + exchanges.size, 0),
      queues: queues.length,
    },
    statistics_db_event_queue: 0,
    node: NODE,
    listeners: site.listeners.map(({ protocol, host, port }) => ({
      node: NODE,
      protocol,
      ip_address: host,
      port,
      socket_opts: {},
    })),
    contexts: [],
  })
}

function nodeItem({ alarm, broker }: Site) {
  return {
    name: NODE,
    type: 'disc',
    running: true,
    being_drained: false,
    os_pid: String(process.pid),
    uptime: Math.round(process.uptime() * 1000),
    processors: availableParallelism(),
    mem_used: process.memoryUsage.rss(),
    mem_alarm: alarm.isRaised,
    ...(alarm.highWatermarkBytes === undefined ? {} : { mem_limit: alarm.highWatermarkBytes }),
    disk_free_alarm: false,
    partitions: [],
    rates_mode: 'none',
    exchange_types: exchangeTypeItems,
    auth_mechanisms: mechanismsOf(broker.profile).map((name) => ({
      name,
      description: `SASL ${name}`,
      enabled: true,
    })),
    applications: [],
    enabled_plugins: ['rabbitmq_management'],
  }
}

/** What this broker never has any of. */
const alwaysEmpty = ['/api/parameters', '/api/global-parameters', '/api/feature-flags', '/api/extensions']

export const overviewRoutes: readonly Route[] = [
  route('GET', '/api/overview', overview),
  route('GET', '/api/cluster-name', () => ok({ name: NODE })),
  route('GET', '/api/nodes', (request) => list(request, [nodeItem(request.site)], ['name']), 'monitor'),
  route('GET', '/api/auth', () => ok({ enable_uaa: false, uaa_client_id: '', uaa_location: '' })),
  ...alwaysEmpty.map((path) => route('GET', path, () => ok([]))),
]
