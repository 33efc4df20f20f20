/** A cluster as a drawing: replicas, offsets, lag, and who owns which partition. */
import { expect, it } from 'vitest'
import type { KafkaPicture } from '#lab/verdict/picture'
import { drawKafka } from './kafka-drawing.ts'

const replicas = [0, 1, 2]
const kafka: KafkaPicture = {
  product: 'kafka',
  nodes: replicas,
  topics: [
    {
      name: 'payments<b>',
      partitions: [
        { index: 0, leader: 1, replicas, isr: [1, 2], start: 0, highWatermark: 40, end: 45 },
        { index: 1, leader: 1, replicas, isr: [0, 1, 2], start: 0, highWatermark: 12 },
        { index: 2, leader: -1, replicas, isr: [0], start: 0, highWatermark: 5 },
      ],
    },
  ],
  groups: [
    {
      id: 'wallet',
      state: 'Stable',
      members: [
        { name: 'wallet 1a2b', partitions: [{ topic: 'payments<b>', partition: 0 }] },
        { name: 'wallet 3c4d', partitions: [{ topic: 'payments<b>', partition: 1 }] },
        { name: 'wallet 5e6f', partitions: [] },
      ],
      committed: [{ topic: 'payments<b>', partition: 0, offset: 33 }],
    },
  ],
}

const rows = (source: string): string[] =>
  [...source.matchAll(/<tr><th scope="row">.*?<\/tr>/g)].map(([row]) => row)

it('draws partitions with their leader, their replicas in sync and behind, and where the leader is ahead', () => {
  const [first = '', , last = ''] = rows(drawKafka(kafka, 'en').source)
  expect(first).toContain('□0')
  expect(first).toContain('■1')
  expect(first).toContain('0 – 40, leader 45')
  expect(first).toContain('class="ahead"')
  expect(last).toContain('<strong class="failed">none</strong>')
  expect(last).not.toContain('class="ahead"')
})

it('says what a group has committed, and what it still has to read where it has committed nothing', () => {
  const [first = '', second = ''] = rows(drawKafka(kafka, 'en').source)
  expect(first).toContain('33 · <strong>7</strong>')
  expect(second).toContain('– · <strong>12</strong>')
})

it('says who owns which partition, from the partition’s side and from the member’s', () => {
  const { source } = drawKafka(kafka, 'en')
  const [first = '', , last = ''] = rows(source)
  expect(first).toContain('<code>wallet 1a2b</code>')
  expect(last).toContain('nobody')
  expect(source).toMatch(/<code>wallet 3c4d<\/code> <span class="chip">payments&lt;b&gt;\/1</)
  expect(source).toMatch(/<code>wallet 5e6f<\/code> <span class="quiet">owns no partition/)
  expect(source).toContain('<span class="chip free">payments&lt;b&gt;/2</span>')
})

it('lets no name of the learner’s become markup', () => {
  expect(drawKafka(kafka, 'vi').source).not.toContain('<b>')
})
