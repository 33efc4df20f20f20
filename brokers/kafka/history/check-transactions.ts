/** A transaction is seen as a whole, after its commit, or not at all. */
import type { Anomaly, Finding } from './check.ts'
import { endingsOf, endsOf, placesOf, writersOf, writesOf } from './facts.ts'
import type { History, Read, Write } from './history.ts'

export function transactionFindings(history: History): Finding[] {
  const findings: Finding[] = []
  const find = (anomaly: Anomaly, message: string) => findings.push({ anomaly, message })
  const endingOf = endingsOf(history)
  const committed = placesOf(history, 'committed')
  const transactional = writesOf(history).filter(({ transaction }) => transaction !== undefined)
  for (const [transaction, writes] of Map.groupBy(transactional, (one) => one.transaction as string)) {
    const values = confirmedValues(writes)
    const shown = values.filter((value) => committed.has(value))
    const ending = endingOf(transaction)
    if (ending === 'committed' && shown.length < values.length)
      find('invisible', `${transaction} was committed without ${values.filter((one) => !committed.has(one))}`)
    if (ending === 'aborted' && writes.some((write) => write.values.some((value) => committed.has(value))))
      find('aborted-read', `${transaction} was aborted and is there in the end`)
    if (ending === 'unknown' && shown.length > 0 && shown.length < values.length)
      find(
        'torn-transaction',
        `of ${transaction} there are ${shown} and not ${values.length - shown.length} more`,
      )
  }
  for (const value of plainValues(history)) {
    if (!committed.has(value)) find('invisible', `${value} was confirmed outside of any transaction`)
  }
  return [...findings, ...readsOfTransactions(history)]
}

const confirmedValues = (writes: readonly Write[]) =>
  writes.filter(({ outcome }) => outcome === 'ok').flatMap(({ values }) => values)

const plainValues = (history: History) =>
  confirmedValues(writesOf(history).filter(({ transaction }) => transaction === undefined))

/** What consumers of committed records saw on the way. */
function readsOfTransactions(history: History): Finding[] {
  const findings: Finding[] = []
  const writers = writersOf(history)
  const endingOf = endingsOf(history)
  const commitInvokedAt = new Map(
    endsOf(history).flatMap(({ transaction, isCommit, invokedAt }) =>
      isCommit ? [[transaction, invokedAt] as const] : [],
    ),
  )
  const reads = history.operations.filter((one): one is Read => one.kind === 'read' && one.isCommitted)
  for (const { process, completedAt, records } of reads) {
    for (const { value } of records) {
      const transaction = writers.get(value)?.transaction
      if (transaction === undefined) continue
      const invokedAt = commitInvokedAt.get(transaction) ?? Infinity
      if (endingOf(transaction) === 'aborted')
        findings.push({ anomaly: 'aborted-read', message: `${process} saw ${value} of ${transaction}` })
      else if (completedAt < invokedAt)
        findings.push({ anomaly: 'early-read', message: `${process} saw ${value} of ${transaction}` })
    }
  }
  return findings
}
