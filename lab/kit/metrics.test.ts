/** Prometheus' text format, as a check reads it. */
import { expect, it } from 'vitest'
import { readSamples, totalOf } from './metrics.ts'

const page = `# HELP dlq_messages Messages in the queue
# TYPE dlq_messages gauge
dlq_messages 3
dlq_arrivals_total{reason="rejected"} 2 1395066363000
dlq_arrivals_total{reason="a \\"quoted\\" one\\nand a {brace}",queue="q"} 5
dlq_oldest_age_seconds +Inf
not a sample
`

it('reads names, labels with escapes, and values, and leaves out comments', () => {
  expect(readSamples(page)).toEqual([
    { name: 'dlq_messages', labels: {}, value: 3 },
    { name: 'dlq_arrivals_total', labels: { reason: 'rejected' }, value: 2 },
    { name: 'dlq_arrivals_total', labels: { reason: 'a "quoted" one\nand a {brace}', queue: 'q' }, value: 5 },
    { name: 'dlq_oldest_age_seconds', labels: {}, value: Number.POSITIVE_INFINITY },
  ])
})

it('sums a metric over its labels, and knows one that is not there', () => {
  const samples = readSamples(page)
  expect(totalOf(samples, 'dlq_arrivals_total')).toBe(7)
  expect(totalOf(samples, 'dlq_messages')).toBe(3)
  expect(totalOf(samples, 'dlq_depth')).toBeUndefined()
})
