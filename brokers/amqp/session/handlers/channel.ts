/** channel.flow and access.request: answered, and without effect. */
import { refusal } from '../../refusal.ts'
import type { MethodFields } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'

/** RabbitMQ refuses to stop sending on request (since its version 2). */
export function flow(channel: Channel, fields: MethodFields<'channel.flow'>): void {
  if (!fields.active) throw refusal('notImplemented', 'active=false')
  channel.send('channel.flow-ok', { active: true })
}

/** A left-over of AMQP 0-8: every client gets the same ticket. */
export function requestAccess(channel: Channel): void {
  channel.send('access.request-ok', { ticket: 1 })
}
