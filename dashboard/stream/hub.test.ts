/** The stream of news: gathered, and bounded for whoever does not read. */
import type { ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import { afterEach, expect, it, vi } from 'vitest'
import { Hub, type News } from './hub.ts'

/** A response whose reader takes nothing until it is told to. */
class SlowResponse extends Writable {
  readonly taken: string[] = []
  #waiting: (() => void)[] = []
  isReading = false

  constructor() {
    super({ highWaterMark: 1000 })
  }

  writeHead(): this {
    return this
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(chunk.toString('utf8'))
    if (this.isReading) done()
    else this.#waiting.push(done)
  }

  read(): void {
    this.isReading = true
    for (const done of this.#waiting.splice(0)) done()
  }

  get news(): News[] {
    return this.taken
      .join('')
      .split('\n\n')
      .flatMap((message) => {
        const data = /^data: (.*)$/m.exec(message)?.[1]
        return data === undefined ? [] : (JSON.parse(data) as News[])
      })
  }
}

const hubs: Hub[] = []
afterEach(() => {
  for (const hub of hubs.splice(0)) hub.close()
})

function open(): { hub: Hub; reader: SlowResponse } {
  const hub = new Hub('one')
  hubs.push(hub)
  const reader = new SlowResponse()
  hub.attach(reader as unknown as ServerResponse)
  return { hub, reader }
}

it('tells a page who the server is, then gathers news into few messages', async () => {
  const { hub, reader } = open()
  reader.read()
  for (let n = 0; n < 100; n += 1) hub.tell({ kind: `news-${n}` })

  await vi.waitFor(() => expect(reader.news).toHaveLength(101), 10_000)
  expect(reader.news[0]).toEqual({ kind: 'hello', instance: 'one', told: 0 })
  // The greeting and one message for the hundred.
  expect(reader.taken.length).toBeLessThanOrEqual(3)
})

it('tells whoever comes later how much has been told, so that a page knows that it has missed something', () => {
  const { hub } = open()
  for (let n = 0; n < 3; n += 1) hub.tell({ kind: 'x' })
  const late = new SlowResponse()
  hub.attach(late as unknown as ServerResponse)
  late.read()
  expect(hub.told).toBe(3)
  expect(late.news[0]).toEqual({ kind: 'hello', instance: 'one', told: 3 })
})

it('keeps no more than a bound for a reader who does not read, and tells them afterwards that they missed something', async () => {
  const { hub, reader } = open()
  const large = { kind: 'x'.repeat(200_000) }
  for (let n = 0; n < 50; n += 1) {
    hub.tell(large)
    // Each a message of its own.
    await new Promise((resolve) => setTimeout(resolve, 50))
    if (reader.writableLength > 1_000_000) break
  }
  hub.tell(large)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(reader.writableLength).toBeGreaterThan(1_000_000)
  expect(reader.writableLength).toBeLessThan(1_500_000)

  reader.read()
  await vi.waitFor(() => expect(reader.news.at(-1)).toEqual({ kind: 'missed' }), 10_000)
  hub.tell({ kind: 'again' })
  await vi.waitFor(() => expect(reader.news.at(-1)).toEqual({ kind: 'again' }), 10_000)
})

it('forgets readers who left', () => {
  const { hub, reader } = open()
  expect(hub.readers).toBe(1)
  reader.emit('close')
  expect(hub.readers).toBe(0)
})
