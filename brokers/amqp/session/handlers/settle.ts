/** basic.ack, nack, reject and recover (rabbitmq.md 2.5, 2.8): what becomes of deliveries. */

import type { Queue, ReturnCause } from '../../model/queue/queue.ts'
import type { Delivery } from '../../model/unsettled.ts'
import { refusal } from '../../refusal.ts'
import type { MethodFields } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'

export function ack(channel: Channel, fields: MethodFields<'basic.ack'>): void {
  const deliveries = channel.unsettled.settle(fields.deliveryTag, fields.multiple)
  inTransaction(channel, deliveries, () => settle(deliveries, (queue, { entry }) => queue.acknowledge(entry)))
}

export function nack(channel: Channel, fields: MethodFields<'basic.nack'>): void {
  const deliveries = channel.unsettled.settle(fields.deliveryTag, fields.multiple)
  refuseDeliveries(channel, deliveries, fields.requeue, 'nack')
}

export function reject(channel: Channel, fields: MethodFields<'basic.reject'>): void {
  const deliveries = channel.unsettled.settle(fields.deliveryTag, false)
  refuseDeliveries(channel, deliveries, fields.requeue, 'reject')
}

export function recover(channel: Channel, fields: MethodFields<'basic.recover'>): void {
  recoverAsync(channel, fields)
  channel.send('basic.recover-ok', {})
}

export function recoverAsync(channel: Channel, fields: MethodFields<'basic.recover-async'>): void {
  if (!fields.requeue) throw refusal('notImplemented', 'requeue=false')
  channel.putBack(channel.unsettled.settleAll(), 'nack')
}

function refuseDeliveries(
  channel: Channel,
  deliveries: readonly Delivery[],
  requeue: boolean,
  cause: ReturnCause,
): void {
  inTransaction(channel, deliveries, () => {
    if (requeue) channel.putBack(deliveries, cause)
    else settle(deliveries, (queue, { entry }) => queue.discard(entry))
  })
}

/** At once, or at the commit of the channel's transaction. */
function inTransaction(channel: Channel, deliveries: readonly Delivery[], act: () => void): void {
  if (channel.transaction === undefined) act()
  else channel.transaction.settleLater(deliveries, act)
}

/** Settles all of them before any queue hands out more, so that what settling frees is used by whoever's turn it is. */
function settle(deliveries: readonly Delivery[], one: (queue: Queue, delivery: Delivery) => void): void {
  for (const delivery of deliveries) {
    delivery.consumer?.giveBack()
    one(delivery.queue, delivery)
  }
  let last: Queue | undefined
  for (const { queue } of deliveries) {
    if (queue !== last) queue.dispatch()
    last = queue
  }
}
