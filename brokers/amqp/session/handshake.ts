/** What the two sides agree on before a connection is open (AMQP 0-9-1 section 2.2.4; rabbitmq.md 2.2). */
import type { Broker } from '../model/broker.ts'
import type { Account } from '../model/definitions.ts'
import { permissionOf } from '../model/rights.ts'
import type { Vhost } from '../model/vhost.ts'
import type { Profile } from '../profile.ts'
import { type Refusal, refusal } from '../refusal.ts'
import type { MethodFields } from '../wire/methods.ts'
import { mechanismsOf } from './login.ts'
import { serverProperties } from './server-properties.ts'

/** What the server proposes in connection.tune, and grants at most. */
const proposal: MethodFields<'connection.tune'> = { channelMax: 2047, frameMax: 131_072, heartbeat: 60 }

export function greeting(profile: Profile): MethodFields<'connection.start'> {
  return {
    versionMajor: 0,
    versionMinor: 9,
    serverProperties: serverProperties(profile),
    mechanisms: Buffer.from(mechanismsOf(profile).join(' ')),
    locales: Buffer.from('en_US'),
  }
}

export function tuning(): MethodFields<'connection.tune'> {
  return proposal
}

/** The close for a failed login. guest may log in from anywhere; RabbitMQ lets it in from the same computer only. */
export function loginRefused(mechanism: string): Refusal {
  const text = `Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`
  return refusal('accessRefused', text, { closes: 'connection', blames: 'none' })
}

/** What the client chose. 0 means no limit, which is more than was proposed; for heartbeats it means none. @throws Refusal */
export function negotiate(
  chosen: MethodFields<'connection.tune-ok'>,
  profile: Profile,
): { channelMax: number; frameBytesMax: number; heartbeatSeconds: number } {
  const { frameMax: frameBytesMax, channelMax } = chosen
  const frameBytesMin = profile.preAuthFrameBytesMax
  if (frameBytesMax !== 0 && frameBytesMax < frameBytesMin)
    throw outOfBounds('frame_max', frameBytesMax, 'lower than the minimum', frameBytesMin)
  if (frameBytesMax === 0 || frameBytesMax > proposal.frameMax) {
    throw outOfBounds('frame_max', frameBytesMax, 'higher than the maximum', proposal.frameMax)
  }
  if (channelMax === 0 || channelMax > proposal.channelMax) {
    throw outOfBounds('channel_max', channelMax, 'higher than the maximum', proposal.channelMax)
  }
  return { channelMax, frameBytesMax, heartbeatSeconds: chosen.heartbeat }
}

function outOfBounds(name: string, value: number, bound: string, limit: number): Refusal {
  return refusal('notAllowed', `negotiated ${name} = ${value} is ${bound} allowed value (${limit})`)
}

/** What of other connections counts against limits. */
interface Counted {
  readonly isRunning: boolean
  readonly userName: string
  readonly vhostName: string
  readonly channels: ReadonlyMap<number, unknown>
}

/** @throws Refusal for a vhost that is not there, or not for this user, or for a connection too many. */
export function openVhost(
  broker: Broker,
  user: Account,
  name: string,
  connections: Iterable<Counted>,
): Vhost {
  const vhost = broker.vhosts.get(name)
  if (vhost === undefined) throw refusal('notAllowed', `vhost ${name} not found`)
  const running = (isMeant: (one: Counted) => boolean) =>
    [...connections].filter((one) => one.isRunning && isMeant(one)).length
  const ofVhost = vhost.limits['max-connections'] ?? -1
  if (ofVhost >= 0 && running(({ vhostName }) => vhostName === name) >= ofVhost) {
    const text = `access to vhost '${name}' refused for user '${user.name}': connection limit (${ofVhost}) is reached`
    throw refusal('notAllowed', text)
  }
  const ofUser = broker.users.get(user.name)?.limits?.['max-connections'] ?? -1
  if (ofUser >= 0 && running(({ userName }) => userName === user.name) >= ofUser) {
    const text = `connection refused for user '${user.name}': user connection limit (${ofUser}) is reached`
    throw refusal('notAllowed', text)
  }
  if (permissionOf(broker.users.get(user.name) ?? user, name) !== undefined) return vhost
  throw refusal('notAllowed', `access to vhost '${name}' refused for user '${user.name}'`)
}

/**
 * What a user's channels are limited by names the user; RabbitMQ 4.0.5 names its node instead.
 * @throws Refusal for a channel that is one too many over all connections of the user.
 */
export function refuseMoreChannels(user: Account | undefined, connections: Iterable<Counted>): void {
  const limit = user?.limits?.['max-channels'] ?? -1
  if (limit < 0) return
  const mine = [...connections].filter(({ userName }) => userName === user?.name)
  const count = mine.reduce((sum, { channels }) => sum + channels.size, 0)
  if (count < limit) return
  const text = `number of channels opened for user '${user?.name}' has reached the maximum allowed user limit of (${limit})`
  throw refusal('notAllowed', text, { blames: 'none' })
}
