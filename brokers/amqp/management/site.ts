/** What the management API stands on: the running broker, and the little that it may do to it beyond the model. */
import type { Broker } from '../model/broker.ts'
import type { Account } from '../model/definitions.ts'
import { permissionOf, Rights } from '../model/rights.ts'
import type { Vhost } from '../model/vhost.ts'
import type { Connection } from '../session/connection.ts'
import { CLUSTER_NAME } from '../session/server-properties.ts'
import { notFound } from './api-error.ts'

/** The only node there is. */
export const NODE = CLUSTER_NAME

export interface Listener {
  readonly protocol: 'amqp' | 'amqp/ssl' | 'http'
  readonly host: string
  readonly port: number
}

export interface Site {
  readonly broker: Broker
  readonly connections: ReadonlySet<Connection>
  readonly alarm: { readonly isRaised: boolean; readonly highWatermarkBytes: number | undefined }
  readonly listeners: readonly Listener[]
  /** Closes the vhost's connections, and removes it with everything in it. */
  deleteVhost(name: string): void
  /** Closes the user's connections, and removes the user. */
  deleteUser(name: string): void
  /** Keeps what was changed, and lets clients hear of it. */
  commit(): void
}

/** Stands for the connection wherever the model asks who wants something: nobody's exclusive queue is ours. */
export const operator = {}

/** What the user of a request may do in a vhost; asked anew with every request. */
export function rightsIn({ site, user }: { site: Site; user: Account }, vhost: Vhost): Rights {
  return new Rights(site.broker, { user: user.name, vhost: vhost.name })
}

export function mayOpen(user: Account, vhost: string): boolean {
  return permissionOf(user, vhost) !== undefined
}

/** Sees everything, whatever it may open. */
export function isMonitor(user: Account): boolean {
  return user.tags.includes('administrator') || user.tags.includes('monitoring')
}

export function visibleVhosts(site: Site, user: Account): Vhost[] {
  const all = [...site.broker.vhosts.values()]
  return isMonitor(user) ? all : all.filter(({ name }) => mayOpen(user, name))
}

/** @throws ApiError 404 */
export function vhostOf(site: Site, name: string): Vhost {
  const vhost = site.broker.vhosts.get(name)
  if (vhost === undefined) throw notFound()
  return vhost
}

/** Those that have opened a vhost and are not closing. */
export function runningConnections(site: Site, vhosts: readonly Vhost[]): Connection[] {
  const names = new Set(vhosts.map(({ name }) => name))
  return [...site.connections].filter((one) => one.isRunning && names.has(one.vhostName))
}
