/** Replies are lost, and the same batches come again. */
import type { PlacedFault } from '#lab/kit'
import { onKafka } from '#lab/kit/stage'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { Envelope } from '#payments/envelope'
import { comeBackMs, file, onThreeNodes, type Sent, send, started } from './producer.ts'
import { type Attempt, batchesOf, requestsAbout, withSequences } from './requests.ts'
import { declare, idsIn, requested } from './topic.ts'

export interface LostReplySeen {
  readonly sent: readonly Sent[]
  /** How often each of them is in the log. */
  readonly copies: readonly number[]
  readonly attempts: readonly Attempt[]
  readonly repeated: number
  readonly trace: readonly TraceStep[]
}

/** Three payments are sent at the same moment, and the replies to the first two requests are lost. */
export const lostReply = onKafka(onThreeNodes, async (lab): Promise<LostReplySeen> => {
  const topic = await declare(lab, { partitions: 1 })
  const [zeroth, ...events] = requested(lab, 4) as [Envelope, ...Envelope[]]
  const producer = await started(lab)
  await send(lab, producer, { topic, event: zeroth })
  const losses: PlacedFault[] = []
  for (const nth of [1, 2]) {
    const lost = await lab.place({
      name: `lost reply ${nth}`,
      text: text('the record is stored, and the reply is lost', 'record đã được lưu, còn phản hồi bị mất'),
      when: { direction: 'to-broker', method: 'Produce', nth },
      what: { kind: 'drop-reply' },
    })
    losses.push(lost)
  }
  const sending = events.map((event) => send(lab, producer, { topic, event, withinMs: comeBackMs }))
  for (const lost of losses) {
    await lab.fired(lost, text('nothing more was produced', 'không có gì được gửi thêm'), { file })
  }
  const sent = await Promise.all(sending)
  const ids = await idsIn(lab, topic)
  const produces = requestsAbout(await lab.requests(), 'Produce', topic)
  const attempts = produces.flatMap(batchesOf)
  const seen = new Set<string>()
  let repeated = 0
  for (const { producerId, sequence } of attempts) {
    const name = `${producerId}/${sequence}`
    if (producerId >= 0 && seen.has(name)) repeated += 1
    seen.add(name)
  }
  return {
    sent,
    copies: events.map(({ id }) => ids.filter((each) => each === id).length),
    attempts,
    repeated,
    trace: withSequences(await lab.requestSteps(), produces).slice(-10),
  }
})
