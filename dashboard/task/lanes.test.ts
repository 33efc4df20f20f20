/** Traces as drawings in lanes. */
import { expect, it } from 'vitest'
import type { TraceStep } from '#lab/verdict'
import { drawLanes } from './lanes.ts'

const trace: TraceStep[] = [
  { atMs: 1, from: 'producer', to: 'broker', what: 'basic.publish', message: '…a3f' },
  { atMs: 2, from: 'broker', to: 'consumer', what: 'basic.deliver', message: '…a3f' },
  {
    atMs: 3,
    from: 'consumer',
    what: 'killed',
    note: { en: 'it <crashes> here', vi: 'nó <sập> tại đây' },
  },
]

it('has a lane for each actor, an arrow for each message, a cross for each end', () => {
  const { source } = drawLanes(trace, 'en', 'What happened')
  expect(source.match(/<text class="lane"/g)).toHaveLength(3)
  expect(source.match(/<line class="arrow"/g)).toHaveLength(2)
  expect(source.match(/<path class="end"/g)).toHaveLength(1)
  expect(source).toContain('publish …a3f')
  expect(source).toContain('it &lt;crashes&gt; here')
})

it('tells the same in words, for whoever can’t see it', () => {
  expect(drawLanes(trace, 'vi', 'x').source).toContain(
    '<title>producer → broker: publish …a3f; broker → consumer: deliver …a3f; consumer: killed (nó &lt;sập&gt; tại đây)</title>',
  )
})

it('draws nothing of nothing', () => {
  expect(drawLanes([], 'en', 'x').source).toBe('')
})
