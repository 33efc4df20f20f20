/** Declaring again what there is (rabbitmq.md 2.3): the first property or argument that differs is refused. */
import type { Profile } from '../profile.ts'
import { type Refusal, refusal } from '../refusal.ts'
import type { Exchange } from './exchange/exchange.ts'
import { checkSameArguments, comparedArguments, inequivalent } from './queue/arguments.ts'
import type { Queue } from './queue/queue.ts'
import type { ExchangeDeclaration, QueueDeclaration } from './vhost.ts'

/** `place` is how texts name the thing, `queue 'q' in vhost '/'`. @throws Refusal */
export function checkSameExchange(current: Exchange, received: ExchangeDeclaration, place: string): void {
  checkSameProperties(place, [
    ['type', received.type, current.type],
    ['durable', received.isDurable, current.isDurable],
    ['auto_delete', received.isAutoDelete, current.isAutoDelete],
    ['internal', received.isInternal, current.isInternal],
  ])
  checkSameArguments({
    names: ['alternate-exchange'],
    current: current.arguments,
    received: received.arguments,
    place,
  })
}

/** @throws Refusal */
export function checkSameQueue(
  current: Queue,
  received: QueueDeclaration,
  { place, profile }: { readonly place: string; readonly profile: Profile },
): void {
  if (received.isExclusive !== (current.owner !== undefined)) throw locked(place)
  checkSameProperties(place, [
    ['durable', received.isDurable && !received.isExclusive, current.isDurable],
    ['auto_delete', received.isAutoDelete, current.isAutoDelete],
  ])
  // A queue declared without a type is a classic one, so leaving the type out and naming it are the same.
  const type = received.arguments['x-queue-type'] ?? 'classic'
  if (type !== current.settings.type && profile.namesDefaultQueueType) {
    throw inequivalent('x-queue-type', place, `'${String(type)}'`, `'${current.settings.type}'`)
  }
  const names = type === current.settings.type ? comparedArguments : ['x-queue-type']
  checkSameArguments({ names, current: current.arguments, received: received.arguments, place })
}

/** What anybody gets who touches another connection's exclusive queue, or redeclares one as exclusive or not. */
export function locked(place: string): Refusal {
  return refusal(
    'resourceLocked',
    `cannot obtain exclusive access to locked ${place}. It could be originally declared on another connection or the ` +
      'exclusive property value does not match that of the original declaration.',
  )
}

function checkSameProperties(
  place: string,
  properties: readonly (readonly [string, unknown, unknown])[],
): void {
  for (const [name, received, current] of properties) {
    if (received !== current) throw inequivalent(name, place, `'${received}'`, `'${current}'`)
  }
}
