/** From method to handler: every method that a client may send on a channel, and nothing else. */
import { refusal } from '../refusal.ts'
import type { Method } from '../wire/method-codec.ts'
import type { MethodFields, MethodName } from '../wire/methods.ts'
import type { Channel } from './channel.ts'
import { flow, requestAccess } from './handlers/channel.ts'
import { cancel, consume } from './handlers/consume.ts'
import { bindExchange, declareExchange, deleteExchange, unbindExchange } from './handlers/exchange.ts'
import { get } from './handlers/get.ts'
import { commit, rollBack, selectConfirms, selectTransactions, setQos } from './handlers/modes.ts'
import { bindQueue, declareQueue, deleteQueue, purgeQueue, unbindQueue } from './handlers/queue.ts'
import { ack, nack, recover, recoverAsync, reject } from './handlers/settle.ts'

type Handlers = { readonly [N in MethodName]?: (channel: Channel, fields: MethodFields<N>) => void }

/** `basic.publish` has no row: it is handled once its content is complete, by `handlers/publish.ts`. */
export const handlers = {
  'channel.flow': flow,
  'access.request': requestAccess,
  'exchange.declare': declareExchange,
  'exchange.delete': deleteExchange,
  'exchange.bind': bindExchange,
  'exchange.unbind': unbindExchange,
  'queue.declare': declareQueue,
  'queue.bind': bindQueue,
  'queue.unbind': unbindQueue,
  'queue.purge': purgeQueue,
  'queue.delete': deleteQueue,
  'basic.qos': setQos,
  'basic.consume': consume,
  'basic.cancel': cancel,
  'basic.get': get,
  'basic.ack': ack,
  'basic.nack': nack,
  'basic.reject': reject,
  'basic.recover': recover,
  'basic.recover-async': recoverAsync,
  'confirm.select': selectConfirms,
  'tx.select': selectTransactions,
  'tx.commit': commit,
  'tx.rollback': rollBack,
} as const satisfies Handlers

/** @throws Refusal */
export function dispatch(channel: Channel, { method, fields }: Method): void {
  const handler = (handlers as Record<string, ((channel: Channel, fields: unknown) => void) | undefined>)[
    method
  ]
  if (handler !== undefined) return handler(channel, fields)
  // A method with content that only servers send is refused at once; RabbitMQ waits for the content.
  throw refusal('commandInvalid', 'unimplemented method')
}
