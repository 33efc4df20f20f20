/** A long page on its way: in two parts to whoever paints it, whole to everybody, and to nobody who has left. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { firstBytes, sendLongPage } from './long-page.ts'

/** Of letters of several bytes, so that a part ends within one of them. */
const long = `<!doctype html><title>long</title><p>a${'ế'.repeat(100_000)}</p>`
const short = '<!doctype html><title>short</title><p>ế</p>'

const app = express()
app.get('/long', (request, response) => sendLongPage(request, response, long))
app.get('/short', (request, response) => sendLongPage(request, response, short))
const server = app.listen(0, '127.0.0.1')

beforeAll(async () => {
  if (!server.listening) await once(server, 'listening')
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

async function ask(path: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo
  const [response] = (await once(get({ host: '127.0.0.1', port, path, headers }), 'response')) as [
    IncomingMessage,
  ]
  return response
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const opened = { 'sec-fetch-dest': 'document' }

it.each([
  ['a browser that opens it', opened, '/long', long],
  ['a script', { 'sec-fetch-dest': 'empty' }, '/long', long],
  ['whoever does not say', {}, '/long', long],
  ['a browser, where it is short', opened, '/short', short],
])('comes whole to %s, of the length that was announced', async (_who, headers, path, page) => {
  const response = await ask(path, headers)
  expect(response.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(response.headers['content-length']).toBe(String(Buffer.byteLength(page)))
  expect(await bodyOf(response)).toBe(page)
})

it('lets what comes first be seen while the rest is not there yet', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    const response = await ask('/long', opened)
    const whole = Buffer.byteLength(long)
    const first = Promise.withResolvers<void>()
    let come = 0
    response.on('data', (chunk: Buffer) => {
      come += chunk.length
      if (come >= firstBytes) first.resolve()
    })
    await first.promise
    expect(come).toBe(firstBytes)
    expect(response.complete).toBe(false)
    vi.runAllTimers()
    await once(response, 'end')
    expect(come).toBe(whole)
  } finally {
    vi.useRealTimers()
  }
})

it('troubles nobody when its reader leaves in the middle', async () => {
  const response = await ask('/long', opened)
  await once(response, 'readable')
  response.destroy()
  expect(await bodyOf(await ask('/long', opened))).toBe(long)
})
