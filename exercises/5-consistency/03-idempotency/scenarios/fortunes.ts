/** Whatever answer is lost and whoever dies: what holds afterwards. */
import type { Lab, PlacedFault } from '#lab/kit'
import { unhurried } from '#lab/kit/stage'
import { text } from '#lab/verdict/language'
import type { CardAnswer, CardCall } from '#payments/card-gateway'
import type { Envelope } from '#payments/envelope'
import { auditOf, type Fate, fatesOf, gatewayOf } from './books.ts'
import { deadQueue, declare, eventsOf, paymentIn, put } from './events.ts'
import { chargerFile, drained, msMax } from './services.ts'

/** What befell a payment on its way. */
const fortunes = [
  'approved',
  'declined',
  'answer lost',
  'request lost',
  'gateway away',
  'killed at the call',
  'killed before the ack',
] as const

export type Fortune = (typeof fortunes)[number]

export interface InvariantsSeen {
  readonly fates: readonly (Fate & { readonly fortune: Fortune })[]
  readonly kills: number
  readonly copies: number
  /** Of the messages in payments.dead: valid payments, and the one that came with another payload under a known id. */
  readonly deadPayments: readonly string[]
  readonly hasConflict: boolean
  /** What was charged or booked of the conflicting message's own payment. */
  readonly conflict: Fate
  readonly audit: readonly string[]
}

/** Seven payments, pairs of which look alike, each with a fortune of its own; then every event once more, and one that is forged. */
export const invariantsHold = unhurried(async (lab: Lab): Promise<InvariantsSeen> => {
  await declare(lab)
  let onCall = (_call: CardCall): void => {}
  const gateway = await gatewayOf(lab, (call) => onCall(call))
  const events = eventsOf(lab, fortunes.length + 1)
  let charger = await lab.start(chargerFile, 'consumer')
  const scripts: Partial<Record<Fortune, readonly CardAnswer[]>> = {
    declined: [{ does: 'decline' }],
    'answer lost': [{ does: 'lose-answer' }],
    'request lost': [{ does: 'lose-request' }],
    'gateway away': [{ does: 'fail' }, { does: 'fail' }],
    'killed at the call': [{ does: 'approve', delayMs: 150 }],
  }
  const again = async (dead: Promise<void>): Promise<void> => {
    await dead
    charger = await lab.start(chargerFile, 'consumer')
  }
  for (const [at, fortune] of fortunes.entries()) {
    const event = events[at] as Envelope
    lab.say(`A payment: ${fortune}.`, `Một thanh toán: ${fortuneVi[fortune]}.`)
    gateway.script(...(scripts[fortune] ?? []))
    if (fortune === 'killed at the call') {
      let isCalled = false
      onCall = () => {
        isCalled = true
      }
      await put(lab, event)
      await lab.until(
        text(
          'an event came, and the card gateway was never called',
          'event đã tới mà cổng thẻ không hề được gọi',
        ),
        () => isCalled,
        { withinMs: msMax, at: { file: chargerFile, near: ['.charge(', '.consume('] } },
      )
      onCall = () => {}
      await again(lab.killSubject(charger))
    } else if (fortune === 'killed before the ack') {
      const kill: PlacedFault = await lab.place({
        name: 'kill before the ack',
        text: text(
          'the charger is killed before its ack (SIGKILL)',
          'charger bị kill trước khi ack (SIGKILL)',
        ),
        lane: 'consumer',
        when: { direction: 'to-broker', method: 'basic.ack' },
        what: { kind: 'kill-subject', subject: charger },
      })
      await put(lab, event)
      await lab.fired(
        kill,
        text('an event came, and was never acknowledged', 'event đã tới mà không bao giờ được ack'),
        { file: chargerFile, near: ['.ack(', '.consume('] },
      )
      await again(Promise.resolve())
    } else await put(lab, event)
    await drained(lab, chargerFile)
  }
  lab.say(
    'Every event comes once more, and one with another payload.',
    'Mọi event tới thêm lần nữa, và một event mang payload khác.',
  )
  const sent = events.slice(0, fortunes.length)
  for (const event of sent) await put(lab, event)
  const known = sent[0] as Envelope
  const forged = { ...(events[fortunes.length] as Envelope), id: known.id }
  await put(lab, forged)
  await drained(lab, chargerFile)
  await charger.stop()
  const dead = await lab.observer.takeAll(lab.name(deadQueue))
  const isForged = (body: Buffer): boolean => body.equals(Buffer.from(JSON.stringify(forged)))
  const payments = sent.map(paymentIn)
  const fates = fatesOf(lab, gateway, payments)
  const [conflict] = fatesOf(lab, gateway, [paymentIn(forged)]) as [Fate]
  return {
    fates: fates.map((fate, at) => ({ ...fate, fortune: fortunes[at] as Fortune })),
    kills: 2,
    copies: sent.length,
    deadPayments: dead.filter(({ body }) => !isForged(body)).map(({ messageId = '' }) => messageId),
    hasConflict: dead.some(({ body }) => isForged(body)),
    conflict,
    audit: auditOf(lab),
  }
})

export const fortuneVi: Readonly<Record<Fortune, string>> = {
  approved: 'được duyệt',
  declined: 'bị từ chối',
  'answer lost': 'mất câu trả lời',
  'request lost': 'mất request',
  'gateway away': 'cổng thẻ vắng mặt',
  'killed at the call': 'bị kill lúc đang gọi',
  'killed before the ack': 'bị kill trước khi ack',
}
