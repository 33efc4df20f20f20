/** The queue, which the broker may have lost. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import { inspectEveryMs } from './services.ts'

export async function withoutQueue(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  await channel.deleteQueue(lab.name('payments.work'))
  await channel.close()
}

export async function isDeclared(lab: Lab): Promise<boolean> {
  await sleep(inspectEveryMs)
  const { queues, bindings } = await lab.inspect()
  const work = lab.name('payments.work')
  // Both: what is published to an exchange before its queue is bound is gone, and nobody's fault here.
  return queues.some(({ name }) => name === work) && bindings.some(({ destination }) => destination === work)
}

/** Asked for over and over: not more often than the broker has time for. */
export async function inQueue(lab: Lab): Promise<number> {
  await sleep(inspectEveryMs)
  return await countIn(lab, 'payments.work')
}
