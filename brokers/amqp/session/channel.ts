/** A channel: what a client does on it, in order, and what it holds: consumers, unsettled deliveries, confirms. */
import type { Timer } from '../../clock.ts'
import { type Consumer, type ConsumerSink, Credit } from '../model/consumer.ts'
import { isSendable, longEntries, type Message, withHeaders } from '../model/message.ts'
import { CONSUMER_TIMEOUT_MS } from '../model/queue/arguments.ts'
import type { Entry } from '../model/queue/entry.ts'
import type { Queue, ReturnCause } from '../model/queue/queue.ts'
import { Rights } from '../model/rights.ts'
import { type Delivery, Unsettled } from '../model/unsettled.ts'
import type { Vhost } from '../model/vhost.ts'
import { type Refusal, refusal } from '../refusal.ts'
import { type FieldTable, isSorted, sortedTable, withEntries } from '../wire/field-table.ts'
import type { Method } from '../wire/method-codec.ts'
import { type MethodFields, type MethodName, methods } from '../wire/methods.ts'
import { encodeProperties } from '../wire/properties.ts'
import type { Confirms } from './confirms.ts'
import type { Connection } from './connection.ts'
import { ContentAssembly } from './content.ts'
import { dispatch } from './dispatch.ts'
import { publish } from './handlers/publish.ts'
import type { Transaction } from './transaction.ts'

export class Channel implements ConsumerSink {
  readonly number: number
  readonly connection: Connection
  readonly vhost: Vhost
  readonly rights: Rights
  readonly consumers = new Map<string, Consumer>()
  readonly unsettled = new Unsettled()
  /** The limit that basic.qos global=true sets for all consumers of the channel. */
  readonly credit = new Credit(0)
  /** What basic.qos set for consumers that start from now on. */
  prefetchCount = 0
  confirms: Confirms | undefined
  transaction: Transaction | undefined
  /** The last queue declared here: what an empty queue name means. */
  lastQueue = ''
  /** After a channel.close of ours everything is ignored until the client answers it. */
  isClosing = false
  readonly #content: ContentAssembly
  #ackTimer: Timer | undefined
  #ackTimerAtMs = Number.POSITIVE_INFINITY

  constructor(number: number, connection: Connection, vhost: Vhost) {
    this.number = number
    this.connection = connection
    this.vhost = vhost
    this.rights = new Rights(connection.broker, { user: connection.userName, vhost: vhost.name })
    this.#content = new ContentAssembly(connection.broker.profile.messageBytesMax)
  }

  /** @throws Refusal */
  onMethod(method: Method): void {
    if (this.#content.isOpen) throw this.#content.unexpectedMethod()
    if (method.method === 'basic.publish') this.#content.begin(method.fields)
    else dispatch(this, method)
  }

  /** A header or body frame. @throws Refusal */
  onContent(type: number, buffer: Buffer, start: number, end: number): void {
    const complete = this.#content.take(type, buffer, start, end)
    if (complete !== undefined) publish(this, complete)
  }

  send<N extends MethodName>(name: N, fields: MethodFields<N>): void {
    this.connection.send(this.number, name, fields)
  }

  /** Sends a message behind the method that brings it. */
  sendMessage<N extends MethodName>(
    name: N,
    fields: MethodFields<N>,
    message: Message,
    header = message.header,
  ): void {
    this.connection.sendContent(this.number, name, fields, header, message.body)
  }

  canSend(): boolean {
    return this.connection.hasRoom
  }

  deliver(consumer: Consumer, entry: Entry): void {
    const { message } = entry
    const deliveryTag = this.#hold({ entry, queue: consumer.queue, consumer }, consumer.needsAck)
    if (!isSendable(message)) return this.connection.giveUp()
    const fields = {
      consumerTag: consumer.tag,
      deliveryTag,
      redelivered: entry.wasDelivered,
      exchange: message.exchange,
      routingKey: message.routingKey,
    }
    this.sendMessage('basic.deliver', fields, message, this.#headerOf(consumer.queue, entry, false))
  }

  /** Answers basic.get with a message. */
  sendGot(queue: Queue, entry: Entry, needsAck: boolean): void {
    const { message } = entry
    const deliveryTag = this.#hold({ entry, queue, consumer: undefined }, needsAck)
    if (!isSendable(message)) return this.connection.giveUp()
    const fields = {
      deliveryTag,
      redelivered: entry.wasDelivered,
      exchange: message.exchange,
      routingKey: message.routingKey,
      messageCount: queue.readyCount,
    }
    this.sendMessage('basic.get-ok', fields, message, this.#headerOf(queue, entry, true))
  }

  cancelled(consumer: Consumer): void {
    this.consumers.delete(consumer.tag)
    if (!this.connection.wantsCancelNotify || this.isClosing) return
    this.send('basic.cancel', { consumerTag: consumer.tag, nowait: true })
  }

  writeConfirms(): void {
    if (this.isClosing) return
    this.confirms?.send({
      ack: (deliveryTag, multiple) => this.send('basic.ack', { deliveryTag, multiple }),
      // RabbitMQ says so of single ones, too; all before it have been told of.
      nack: (deliveryTag) => this.send('basic.nack', { deliveryTag, multiple: true, requeue: true }),
    })
  }

  /** Puts deliveries back in their queues, then lets those queues go on. */
  putBack(deliveries: readonly Delivery[], cause: ReturnCause): void {
    const queues = new Set<Queue>()
    for (const { queue, entry, consumer } of deliveries) {
      consumer?.giveBack()
      queue.putBack(entry, cause)
      queues.add(queue)
    }
    for (const queue of queues) queue.dispatch()
  }

  /** Tells the client why, and ignores it on this channel until it answers. */
  close(reason: Refusal, cause: MethodName | undefined): void {
    const [classId, methodId] = cause === undefined ? [0, 0] : methods[cause].id
    this.send('channel.close', { replyCode: reason.code, replyText: reason.message, classId, methodId })
    this.isClosing = true
    this.release()
  }

  /** Ends the consumers and puts back what was not settled. */
  release(): void {
    this.#ackTimer?.cancel()
    this.connection.directReplies.cancel(this)
    // What a transaction held back is as if it had never been.
    this.unsettled.restore(this.transaction?.rollBack() ?? [])
    const consumers = [...this.consumers.values()]
    this.consumers.clear()
    for (const consumer of consumers) consumer.queue.removeConsumer(consumer)
    this.putBack(this.unsettled.settleAll(), 'lost')
    for (const consumer of consumers) consumer.queue.dispatch()
  }

  /** Sees to it that somebody looks when the delivery has waited too long for its ack (rabbitmq.md 2.8). */
  #watchAck(deadlineMs: number): void {
    if (deadlineMs >= this.#ackTimerAtMs) return
    this.#ackTimer?.cancel()
    this.#ackTimerAtMs = deadlineMs
    this.#ackTimer = this.connection.broker.clock.at(deadlineMs, () => this.#endLate())
  }

  // The ack timeout fires when it is due; RabbitMQ looks once a minute and may be that late.
  #endLate(): void {
    this.#ackTimerAtMs = Number.POSITIVE_INFINITY
    const { clock, profile } = this.connection.broker
    const late = this.unsettled.late(clock.now())
    if (late === undefined) return this.#watchAck(this.unsettled.earliestDeadlineMs())
    if (
      !profile.timeoutCancelsConsumer ||
      late.consumer === undefined ||
      !this.connection.wantsCancelNotify
    ) {
      return this.close(ackTimeout(this.number, late.queue.settings.consumerTimeoutMs), undefined)
    }
    this.#cancelLate(late.consumer)
    this.#watchAck(this.unsettled.earliestDeadlineMs())
  }

  #cancelLate(consumer: Consumer): void {
    this.cancelled(consumer)
    consumer.queue.removeConsumer(consumer)
    this.putBack(this.unsettled.settleOf(consumer), 'timeout')
    consumer.queue.dispatch()
  }

  #hold(delivery: Omit<Delivery, 'tag' | 'deadlineMs'>, needsAck: boolean): number {
    const tag = this.unsettled.nextTag()
    if (!needsAck) return tag
    const { clock, profile } = this.connection.broker
    const isTimed = delivery.queue.isQuorum || !profile.timeoutCancelsConsumer
    const ofQueue = profile.queueConsumerTimeout
      ? delivery.queue.settings.consumerTimeoutMs
      : CONSUMER_TIMEOUT_MS
    const timeoutMs = isTimed ? ofQueue : Number.POSITIVE_INFINITY
    const deadlineMs = clock.now() + timeoutMs
    this.unsettled.add({
      tag,
      entry: delivery.entry,
      queue: delivery.queue,
      consumer: delivery.consumer,
      deadlineMs,
    })
    this.#watchAck(deadlineMs)
    return tag
  }

  /** Quorum queues tell in a header how often a message has come back. */
  #headerOf(queue: Queue, entry: Entry, isGet: boolean): Buffer {
    const { header, properties } = entry.message
    if (!queue.isQuorum) return header
    const { profile } = this.connection.broker
    if (entry.acquisitions === 0 && !(isGet && profile.firstGetHasCount)) return header
    const counts: FieldTable = {
      ...(profile.acquiredCountHeader ? { 'x-acquired-count': BigInt(entry.acquisitions) } : {}),
      ...(profile.acquiredCountHeader && entry.returns === 0
        ? {}
        : { 'x-delivery-count': BigInt(entry.returns) }),
    }
    const { headers = {} } = properties
    // Usually they belong behind what is there, and the bytes of that can stay as they are.
    if (isSorted({ ...headers, ...counts })) return withHeaders(header, longEntries(counts))
    const sorted = sortedTable(withEntries(headers, { ...headers, ...counts }))
    return encodeProperties({ ...properties, headers: sorted })
  }
}

function ackTimeout(channel: number, timeoutMs: number): Refusal {
  return refusal(
    'preconditionFailed',
    `delivery acknowledgement on channel ${channel} timed out. Timeout value used: ${timeoutMs} ms. This timeout value can be ` +
      'configured, see consumers doc guide to learn more',
    { blames: 'none' },
  )
}
