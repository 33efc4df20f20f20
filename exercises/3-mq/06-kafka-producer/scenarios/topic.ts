/** The topic, which is not the task, and what lies in it. */
import type { FoundRecord, Lab } from '#lab/kit'
import type { Envelope } from '#payments/envelope'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { lastWordMs } from './producer.ts'

/** The topic is not the task: six partitions on three nodes, two of which must be in sync. */
export async function declare(
  lab: Lab,
  topic: { name?: string; partitions?: number; replicas?: number; config?: Record<string, string> } = {},
): Promise<string> {
  const { partitions = 6, replicas = 3, config = {} } = topic
  const name = lab.name(topic.name ?? 'payments.events')
  const inSync = String(Math.min(2, replicas))
  await lab.kafka.observer.createTopic(name, {
    partitions,
    replicas,
    config: { 'min.insync.replicas': inSync, ...config },
  })
  return name
}

export function requested(lab: Lab, howMany: number): Envelope[] {
  return somePayments(howMany, seededSource(lab.run.seed)).map((payment) =>
    requestedEvent(payment, lab.run.seed),
  )
}

export async function idsIn(lab: Lab, topic: string): Promise<string[]> {
  return (await lab.kafka.observer.read(topic)).map(idOf)
}

/** Where each event lies in the topic, as partition/offset, by its id. */
export async function placesOf(lab: Lab, topic: string): Promise<Map<string, string[]>> {
  const places = new Map<string, string[]>()
  for (const record of await lab.kafka.observer.read(topic)) {
    const id = idOf(record) ?? ''
    places.set(id, [...(places.get(id) ?? []), `${record.partition}/${record.offset}`])
  }
  return places
}

/** Gives what may never be there a moment. */
export async function reaches(lab: Lab, fact: () => Promise<boolean>): Promise<void> {
  const deadline = lab.run.now() + lab.allowed(lastWordMs)
  while (!(await fact()) && lab.run.now() < deadline) await turns(1)
}

export function json({
  value,
}: FoundRecord): { id?: unknown; type?: unknown; data?: { payment_id?: unknown } } | undefined {
  try {
    return JSON.parse(value?.toString() ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

export const idOf = (record: FoundRecord): string => String(json(record)?.id)
export const paymentIn = (record: FoundRecord): unknown => json(record)?.data?.payment_id

export async function turns(howMany: number): Promise<void> {
  for (let nth = 0; nth < howMany; nth += 1) await new Promise((resolve) => setImmediate(resolve))
}
