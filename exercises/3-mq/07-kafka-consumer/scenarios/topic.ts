/** The topics of mq-07, which belong to the lab, and what is put into them and found there. */
import type { FoundRecord, Lab } from '#lab/kit'
import type { Envelope } from '#payments/envelope'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'

/** A place in a topic: `1/17` is offset 17 of partition 1. */
export type Place = string

/** The topics belong to the lab here. */
export async function declare(lab: Lab, partitions: number) {
  const names = { topic: lab.name('payments'), group: lab.name('wallet'), dead: lab.name('payments.dead') }
  await lab.kafka.observer.createTopic(names.topic, { partitions })
  await lab.kafka.observer.createTopic(names.dead)
  return names
}

/** Keyed by payment; answers where each record lies. */
export async function produce(
  lab: Lab,
  events: readonly Envelope[],
  partitionOf?: (at: number) => number,
): Promise<Place[]> {
  const places = await lab.kafka.observer.produce(
    lab.name('payments'),
    events.map((event, at) => ({
      key: keyOf(event),
      value: JSON.stringify(event),
      ...(partitionOf === undefined ? {} : { partition: partitionOf(at) }),
    })),
  )
  return places.map(placeOf)
}

export const keyOf = (event: Envelope) => (event.data as { payment_id: string }).payment_id

export const placeOf = ({ partition, offset }: { partition: number; offset: number | string }): Place =>
  `${partition}/${offset}`

export function paymentEvents(lab: Lab, howMany: number): Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed)).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

export async function deadLetters(lab: Lab): Promise<FoundRecord[]> {
  return await lab.kafka.observer.read(lab.name('payments.dead'))
}
