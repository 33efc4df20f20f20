/** What a channel is set to: basic.qos, confirm.select, and the tx methods. */
import { refusal } from '../../refusal.ts'
import type { MethodFields } from '../../wire/methods.ts'
import type { Channel } from '../channel.ts'
import { Confirms } from '../confirms.ts'
import { Transaction } from '../transaction.ts'

export function setQos(channel: Channel, fields: MethodFields<'basic.qos'>): void {
  if (fields.prefetchSize !== 0) throw refusal('notImplemented', `prefetch_size!=0 (${fields.prefetchSize})`)
  if (fields.global && channel.connection.broker.profile.allowsGlobalQos) {
    channel.credit.countMax = fields.prefetchCount
    for (const consumer of channel.consumers.values()) consumer.queue.dispatch()
  } else {
    channel.prefetchCount = fields.prefetchCount
  }
  channel.send('basic.qos-ok', {})
}

export function selectConfirms(channel: Channel, fields: MethodFields<'confirm.select'>): void {
  if (channel.transaction !== undefined)
    throw refusal('preconditionFailed', 'cannot switch from tx to confirm mode')
  channel.confirms ??= new Confirms()
  if (!fields.nowait) channel.send('confirm.select-ok', {})
}

export function selectTransactions(channel: Channel): void {
  if (channel.confirms !== undefined)
    throw refusal('preconditionFailed', 'cannot switch from confirm to tx mode')
  channel.transaction ??= new Transaction()
  channel.send('tx.select-ok', {})
}

/** The answer leaves at the end of the turn, behind the commit of the store. */
export function commit(channel: Channel): void {
  transactionOf(channel).commit()
  channel.connection.turn.awaitCommit()
  channel.send('tx.commit-ok', {})
}

export function rollBack(channel: Channel): void {
  channel.unsettled.restore(transactionOf(channel).rollBack())
  channel.send('tx.rollback-ok', {})
}

function transactionOf(channel: Channel): Transaction {
  if (channel.transaction === undefined) throw refusal('preconditionFailed', 'channel is not transactional')
  return channel.transaction
}
