/** What a reader gets of kafkajs' log. */
import { expect, test } from 'vitest'
import { kafkaLog } from './kafka-log.ts'

const linesOf = (...entries: { label: string; log: { message: string; error?: unknown } }[]) => {
  const lines: string[] = []
  const write = kafkaLog((line) => lines.push(line))()
  for (const entry of entries) write(entry)
  return lines
}

test('an error is one line, with its reason if the message does not have it', () => {
  expect(
    linesOf(
      {
        label: 'ERROR',
        log: { message: 'Response Heartbeat(key: 12, version: 3)', error: 'The group is rebalancing' },
      },
      {
        label: 'WARN',
        log: { message: 'The group is rebalancing, re-joining', error: 'The group is rebalancing' },
      },
    ),
  ).toEqual([
    'kafkajs: Response Heartbeat(key: 12, version: 3): The group is rebalancing',
    'kafkajs: The group is rebalancing, re-joining',
  ])
})

test('what happens in the normal course of things, and what every producer says, is left out', () => {
  expect(
    linesOf(
      { label: 'INFO', log: { message: 'Consumer has joined the group' } },
      { label: 'WARN', log: { message: 'KafkaJS v2.0.0 switched default partitioner. …' } },
    ),
  ).toEqual([])
})
