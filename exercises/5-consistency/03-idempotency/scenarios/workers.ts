/** Two workers hold the same event. */
import type { Lab } from '#lab/kit'
import { countIn, countsOf } from '#lab/kit/queues'
import { unhurried } from '#lab/kit/stage'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { auditOf, type Fate, fatesOf, gatewayOf } from './books.ts'
import { deadQueue, declare, eventsOf, paymentIn, put, queue } from './events.ts'
import { chargerFile, drained, msMax } from './services.ts'

export interface TogetherSeen {
  readonly copies: number
  readonly workers: number
  /** Copies that were out at the same time, while the gateway had the first call in hand. */
  readonly outTogether: number
  readonly fate: Fate
  readonly dead: number
  readonly audit: readonly string[]
}

/** Two workers hold the two copies of one event while the gateway takes its time. */
export const together = unhurried(async (lab: Lab): Promise<TogetherSeen> => {
  await declare(lab)
  let isCalled = false
  const gateway = await gatewayOf(lab, () => {
    isCalled = true
  })
  gateway.script({ does: 'approve', delayMs: 400 })
  const [event] = eventsOf(lab, 1) as [Envelope]
  const workers = [await lab.start(chargerFile, 'consumer'), await lab.start(chargerFile, 'consumer')]
  lab.say(
    'Two workers get a copy each; the gateway takes its time.',
    'Hai worker mỗi bên nhận một bản; cổng thẻ thì làm chậm.',
  )
  await put(lab, event)
  await put(lab, event)
  await lab.until(
    text(
      'an event came, and the card gateway was never called',
      'event đã tới mà cổng thẻ không hề được gọi',
    ),
    () => isCalled,
    { withinMs: msMax, at: { file: chargerFile, near: ['.charge(', '.consume('] } },
  )
  const { unacked } = await countsOf(lab, queue)
  await drained(lab, chargerFile)
  for (const worker of workers) await worker.stop()
  const [fate] = fatesOf(lab, gateway, [paymentIn(event)]) as [Fate]
  return {
    copies: 2,
    workers: workers.length,
    outTogether: unacked,
    fate,
    dead: await countIn(lab, deadQueue),
    audit: auditOf(lab),
  }
})
