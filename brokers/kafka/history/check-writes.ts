/** What was confirmed is there once, where the broker said, and in the order of the confirmations. */
import type { Anomaly, Finding } from './check.ts'
import { placesOf, writesOf } from './facts.ts'
import type { History, Write } from './history.ts'

export function writeFindings(history: History): Finding[] {
  const places = placesOf(history, 'all')
  const writes = writesOf(history)
  const findings: Finding[] = []
  const find = (anomaly: Anomaly, message: string) => findings.push({ anomaly, message })
  for (const write of writes) {
    for (const [index, value] of write.values.entries()) {
      const found = places.get(value) ?? []
      const at = found.map(({ partition, offset }) => `${partition}@${offset}`).join(' and ')
      if (write.outcome === 'ok' && found.length === 0)
        find('lost', `${value} was confirmed at ${write.partition}@${write.offset + index}`)
      if (write.outcome === 'failed' && found.length > 0)
        find('failed-write-seen', `${value} was refused and is at ${at}`)
      if (found.length > 1 && (write.isIdempotent || write.attempts === 1))
        find('duplicated', `${value}, sent ${write.attempts} times, is at ${at}`)
      const isWhereItWasSaid = found.some(
        ({ partition, offset }) => partition === write.partition && offset === write.offset + index,
      )
      if (write.outcome === 'ok' && found.length > 0 && !isWhereItWasSaid)
        find('inconsistent-offset', `${value} was confirmed at ${write.offset + index} and is at ${at}`)
    }
  }
  return [...findings, ...reordered(writes)]
}

/** In each partition: what was confirmed before another write was sent lies before it. */
function reordered(writes: readonly Write[]): Finding[] {
  const findings: Finding[] = []
  for (const [, own] of Map.groupBy(
    writes.filter(({ outcome }) => outcome === 'ok'),
    (one) => one.partition,
  )) {
    const byCompletion = own.toSorted((a, b) => a.completedAt - b.completedAt)
    const byInvocation = own.toSorted((a, b) => a.invokedAt - b.invokedAt)
    let done = 0
    let last: Write | undefined
    for (const write of byInvocation) {
      for (; (byCompletion[done]?.completedAt ?? Infinity) < write.invokedAt; done++) {
        const before = byCompletion[done] as Write
        if (last === undefined || before.offset > last.offset) last = before
      }
      if (last === undefined || last.offset < write.offset) continue
      const message = `${write.values[0]} at ${write.offset} was sent when ${last.values[0]} had been confirmed at ${last.offset}`
      findings.push({ anomaly: 'reordered', message })
    }
  }
  return findings
}
