/** A group's offset is the last that was committed, or one whose outcome nobody knows. */
import type { Finding } from './check.ts'
import { countsAs, endingsOf } from './facts.ts'
import type { History, OffsetCommit, OffsetFetch } from './history.ts'

export function offsetFindings(history: History): Finding[] {
  const findings: Finding[] = []
  const endingOf = endingsOf(history)
  const commits = history.operations.filter((one): one is OffsetCommit => one.kind === 'offset-commit')
  const fetches = history.operations.filter((one): one is OffsetFetch => one.kind === 'offset-fetch')
  const key = ({ group, partition }: { group: string; partition: number }) => `${group} ${partition}`
  const commitsOf = Map.groupBy(commits, key)
  for (const fetch of fetches) {
    const before = (commitsOf.get(key(fetch)) ?? []).filter((one) => one.invokedAt < fetch.completedAt)
    // One process commits for a group, and asks when nothing of its own is under way.
    const last = before.findLast((one) => countsAs(one, endingOf) === 'ok')?.offset ?? -1
    const open = before.filter((one) => countsAs(one, endingOf) === 'unknown').map(({ offset }) => offset)
    if (fetch.offset === last || open.includes(fetch.offset)) continue
    const others = open.length === 0 ? '' : ` or one of ${open}`
    const message = `${key(fetch)} is at ${fetch.offset}; it must be ${last}${others}`
    findings.push({ anomaly: 'wrong-offset', message })
  }
  return findings
}
