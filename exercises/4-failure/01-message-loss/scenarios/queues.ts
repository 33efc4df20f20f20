/** The queues, which belong to the lab, and what lies in them. */
import type { Lab } from '#lab/kit'
import { takeIds } from '#lab/kit/queues'

const key = 'payment.requested'
/** The queue of the refusals takes no more than this. */
export const lengthMax = 10

/** The topology belongs to the lab here. What payments.work refuses goes to payments.dead. */
export async function declare(
  lab: Lab,
  options: { readonly isBound?: boolean; readonly lengthMax?: number } = {},
): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(lab.name('payments.dead'), { durable: true })
  await channel.assertQueue(lab.name('payments.work'), {
    durable: true,
    ...deadLettersTo(lab.name('payments.dead')),
    ...(options.lengthMax === undefined ? {} : refusesBeyond(options.lengthMax)),
  })
  await channel.close()
  if (options.isBound !== false) await bind(lab)
}

export const deadLettersTo = (queue: string) => ({ deadLetterExchange: '', deadLetterRoutingKey: queue })

const refusesBeyond = (maxLength: number) => ({ maxLength, arguments: { 'x-overflow': 'reject-publish' } })

export async function bind(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.bindQueue(lab.name('payments.work'), lab.name('payments'), key)
  await channel.close()
}

export async function emptyQueue(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.purgeQueue(lab.name('payments.work'))
  await channel.close()
}

export const deadLetters = (lab: Lab): Promise<string[]> => takeIds(lab, 'payments.dead')
