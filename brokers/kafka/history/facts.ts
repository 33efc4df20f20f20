/** What follows from a history and several checks want to know: where values are in the end, how transactions ended. */
import type { End, History, OffsetCommit, Write } from './history.ts'

/** By value: where it is in the end. More than one place only if something wrote it twice. */
export type Places = ReadonlyMap<string, readonly { readonly partition: number; readonly offset: number }[]>

export function placesOf(history: History, kind: 'all' | 'committed'): Places {
  const places = new Map<string, { partition: number; offset: number }[]>()
  for (const final of history.final) {
    for (const { offset, value } of final[kind]) {
      const at = { partition: final.partition, offset }
      const known = places.get(value)
      if (known === undefined) places.set(value, [at])
      else known.push(at)
    }
  }
  return places
}

export const writesOf = (history: History): Write[] =>
  history.operations.filter((one): one is Write => one.kind === 'write')

/** By value: the write that wrote it. */
export function writersOf(history: History): Map<string, Write> {
  return new Map(writesOf(history).flatMap((write) => write.values.map((value) => [value, write] as const)))
}

export type Ending = 'committed' | 'aborted' | 'unknown'

/** By transaction. One that nobody tried to commit, or whose commit was refused for good, is aborted: sooner or later. */
export function endingsOf(history: History): (transaction: string) => Ending {
  const endings = new Map<string, Ending>()
  for (const { transaction, isCommit, outcome } of endsOf(history)) {
    if (!isCommit) continue
    endings.set(transaction, outcome === 'ok' ? 'committed' : outcome === 'failed' ? 'aborted' : 'unknown')
  }
  return (transaction) => endings.get(transaction) ?? 'aborted'
}

export const endsOf = (history: History): End[] =>
  history.operations.filter((one): one is End => one.kind === 'end')

/** Whether what was written, or committed as an offset, counts in the end. */
export function countsAs(
  { outcome, transaction }: Pick<Write | OffsetCommit, 'outcome' | 'transaction'>,
  endingOf: (transaction: string) => Ending,
): Outcome {
  if (outcome === 'failed') return 'failed'
  if (transaction === undefined) return outcome
  const ending = endingOf(transaction)
  if (ending === 'aborted') return 'failed'
  return ending === 'committed' ? outcome : 'unknown'
}

type Outcome = Write['outcome']
