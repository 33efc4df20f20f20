/** What a consumer is handed was written, is where it was read, comes in order, and leaves nothing out. */
import type { Anomaly, Finding } from './check.ts'
import { placesOf, writersOf } from './facts.ts'
import type { History, Read } from './history.ts'

export function readFindings(history: History): Finding[] {
  const findings: Finding[] = []
  const find = (anomaly: Anomaly, message: string) => findings.push({ anomaly, message })
  const writers = writersOf(history)
  const places = placesOf(history, 'all')
  const valueAt = new Map<string, string>(
    history.final.flatMap(({ partition, all }) =>
      all.map(({ offset, value }) => [`${partition}@${offset}`, value] as const),
    ),
  )
  const reads = history.operations.filter((one): one is Read => one.kind === 'read')
  for (const read of reads) {
    const where = (offset: number): string => `${read.partition}@${offset}`
    if (read.isOutOfRange) find('vanished', `${read.process} could not go on at ${where(read.from)}`)
    let last = read.from - 1
    for (const { offset, value } of read.records) {
      if (offset <= last || offset >= read.upTo)
        find('non-monotonic', `${read.process} was handed ${offset} behind ${last}, asking from ${read.from}`)
      last = offset
      if (!writers.has(value)) find('phantom', `${value} at ${where(offset)} was written by nobody`)
      else if (!places.has(value)) find('vanished', `${value} was read at ${where(offset)}`)
      else if (valueAt.get(where(offset)) !== value)
        find(
          'inconsistent-offset',
          `${where(offset)} was read as ${value} and is ${valueAt.get(where(offset))}`,
        )
    }
    for (const value of skipped(history, read)) find('skipped', `${read.process} was not handed ${value}`)
  }
  return findings
}

/** Values that are there in the end, in the stretch that was read, without having been handed over. */
function skipped(history: History, { partition, isCommitted, from, upTo, records }: Read): string[] {
  const final = history.final.find((one) => one.partition === partition)
  const there = (isCommitted ? final?.committed : final?.all) ?? []
  const handed = new Set(records.map(({ value }) => value))
  return there
    .filter(({ offset, value }) => offset >= from && offset < upTo && !handed.has(value))
    .map(({ offset, value }) => `${value} at ${partition}@${offset}`)
}
