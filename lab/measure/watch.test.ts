/** What a profile says about where the time went, and how it is drawn. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { flameGraph } from './flame.ts'
import { type CpuProfile, hottest, stacksOf, watch } from './watch.ts'

const frame = (functionName: string, url = '', lineNumber = -1) => ({ functionName, url, lineNumber })
const own = 'file:///r/exercises/3-mq/03/listener.ts'
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 4] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('work', own, 9), children: [5, 6] },
    { id: 4, callFrame: frame('(garbage collector)') },
    { id: 5, callFrame: frame('encode', 'file:///r/node_modules/amqplib/lib/codec.js', 1) },
    { id: 6, callFrame: frame('', own, 19), children: [7] },
    { id: 7, callFrame: frame('encode', 'file:///r/node_modules/amqplib/lib/codec.js', 1) },
  ],
  samples: [2, 3, 5, 7, 4, 6, 2],
  timeDeltas: [50_000, 1000, 4000, 2000, 500, 1500, -3],
}

describe('stacks', () => {
  test('sum up what each function called, and leave out the time in which nothing ran', () => {
    const stacks = stacksOf(profile)
    expect(stacks.totalMs).toBeCloseTo(9)
    expect(stacks.calls.map(({ name, totalMs }) => [name, totalMs])).toEqual([
      ['work', 8.5],
      ['(garbage collector)', 0.5],
    ])
    expect(stacks.calls[0]).toMatchObject({ line: 10, selfMs: 1, file: '/r/exercises/3-mq/03/listener.ts' })
  })

  test('name the hottest functions wherever they were called from', () => {
    const [first, second] = hottest(stacksOf(profile), 2)
    expect(first).toMatchObject({ name: 'encode', selfMs: 6 })
    expect(first?.share).toBeCloseTo(6 / 9)
    expect(second).toMatchObject({ name: '(anonymous)', line: 20 })
  })

  test('of a profile without samples are empty', () => {
    expect(stacksOf({ nodes: [] })).toMatchObject({ totalMs: 0, calls: [] })
    expect(hottest(stacksOf({ nodes: [] }), 3)).toEqual([])
  })
})

test('the drawing has a bar for each function that can be seen, its owner’s colour, and escapes names', () => {
  const stacks = stacksOf(profile)
  const options = {
    title: { en: 'mq-03 <consumer>', vi: 'mq-03' },
    said: { en: 'busy', vi: 'bận' },
    root: '/r',
    own: join('/r', 'exercises', '3-mq', '03'),
  }
  const svg = flameGraph(stacks, options, 'en')
  expect(svg.match(/<g>/g)).toHaveLength(5)
  expect(svg).toContain('work exercises/3-mq/03/listener.ts:10: 8.5 ms, 94.4 %')
  expect(svg).toContain('encode amqplib/lib/codec.js:2')
  expect(svg).toContain('mq-03 &#60;consumer&#62;')
  expect(svg).toContain('your code')
  expect(svg).not.toMatch(/NaN|undefined|the lab/)
  expect(flameGraph(stacksOf({ nodes: [] }), options, 'vi')).not.toContain('NaN')
})

test('a process that computes is seen to be busy, and late, in the function that does it', async () => {
  const end = await watch()
  // Timers are what is measured here: how late the loop comes to them.
  const turn = () => new Promise((resolve) => setTimeout(resolve, 20))
  // Lateness is measured from one timer to the next: there has to be one before.
  await turn()
  burn(120)
  await turn()
  const { busy, lateMs, stacks, ms } = await end()

  expect(ms).toBeGreaterThanOrEqual(120)
  expect(busy).toBeGreaterThan(0.3)
  expect(lateMs.max).toBeGreaterThan(50)
  expect(hottest(stacks, 3).map(({ name }) => name)).toContain('burn')
})

function burn(ms: number): number {
  const began = performance.now()
  let sum = 0
  while (performance.now() - began < ms) for (let at = 0; at < 10_000; at += 1) sum += Math.sqrt(at)
  return sum
}
