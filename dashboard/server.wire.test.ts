/** The dashboard as a learner's browser, and as somebody else's page, asks it: over a course of two tasks. Its checks: checks.whole.test.ts. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Checkout } from '#workbook/fixture/checkout'
import { type Answer, ask, dashboardOf, postForm, type TestDashboard } from './test-dashboard.ts'

let checkout: Checkout
let dashboard: TestDashboard
let token: string

beforeAll(async () => {
  checkout = new Checkout()
  dashboard = await dashboardOf(checkout.start(['dashboard', 'port=0', 'open=no']))
  token = /name="token" content="([0-9a-f]+)"/.exec((await get('/')).body)?.[1] ?? ''
})
afterAll(async () => {
  await dashboard?.stop()
  checkout?.[Symbol.dispose]()
})

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(dashboard.port, path, { headers })

const post = (
  path: string,
  fields: Record<string, string>,
  headers?: Record<string, string>,
): Promise<Answer> => postForm(dashboard.port, path, fields, headers)

describe('who may ask', () => {
  it.each([['evil.example'], ['127.0.0.1'], ['127.0.0.1.evil.example:80'], ['']])(
    'answers nobody who calls it %s',
    async (host) => {
      const { status, body } = await get('/', { host })
      expect(status).toBeGreaterThanOrEqual(400)
      expect(body).not.toContain('mq-01')
    },
  )

  it('answers by both names of loopback', async () => {
    expect((await get('/', { host: `localhost:${dashboard.port}` })).status).toBe(200)
    expect((await get('/', { host: `127.0.0.1:${dashboard.port}` })).status).toBe(200)
  })

  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin at all', { origin: '' }],
    ['an opaque origin', { origin: 'null' }],
    ['the same host over another scheme', { origin: 'https://127.0.0.1' }],
  ])('changes nothing for %s, even with the token', async (_who, headers) => {
    const before = checkout.has('CHECKLIST.md') ? checkout.read('CHECKLIST.md') : ''
    expect((await post('/ticks', { _token: token, tick: '+mq-01.1' }, headers)).status).toBe(403)
    expect(checkout.has('CHECKLIST.md') ? checkout.read('CHECKLIST.md') : '').toBe(before)
  })

  it('changes nothing without the token, or with another one', async () => {
    for (const fields of [{}, { _token: '' }, { _token: 'f'.repeat(64) }, { _token: token.slice(1) }])
      expect((await post('/checks', { ...fields, task: 'mq-01' })).status).toBe(403)
  })

  it('lets no other site embed or read it, but be linked to', async () => {
    const embedded = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'script',
    }
    const linked = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    }
    expect((await get('/events', embedded)).status).toBe(403)
    expect((await get('/', { ...linked, 'sec-fetch-dest': 'iframe' })).status).toBe(403)
    expect((await get('/', linked)).status).toBe(200)
  })

  it('cuts a window off from whoever opened it, unless that was the learner or a page of ours', async () => {
    const policyFor = async (headers: Record<string, string>): Promise<unknown> =>
      (await get('/', headers)).headers['cross-origin-opener-policy']
    const opened = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    for (const site of ['cross-site', 'same-site'])
      expect(await policyFor({ ...opened, 'sec-fetch-site': site })).toBe('same-origin')
    // A browser that does not tell.
    expect(await policyFor({})).toBe('same-origin')
    for (const site of ['none', 'same-origin'])
      expect(await policyFor({ ...opened, 'sec-fetch-site': site })).toBeUndefined()
  })

  it('forbids pages everything but our own files', async () => {
    const { headers } = await get('/')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/unsafe|https?:/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['x-powered-by']).toBeUndefined()
  })

  it('listens on loopback alone', async () => {
    // The same port on all interfaces is only free beside a listener on loopback.
    const other = createServer()
    const { promise, resolve } = Promise.withResolvers<string>()
    other.once('error', ({ message }) => resolve(message))
    other.once('listening', () => resolve('free'))
    other.listen(dashboard.port, '127.0.0.2')
    expect(await promise).toBe('free')
    other.close()
  })
})

describe('what is asked for', () => {
  it.each([
    ['/assets/..%2f..%2fpackage.json'],
    ['/assets/../server.ts'],
    ['/assets/constructor'],
    ['/assets/page.ts'],
    ['/assets/000000000000/page.ts'],
    ['/assets/000000000000/..%2f..%2fserver.ts'],
    ['/tasks/..%2f..%2fetc%2fpasswd'],
    ['/tasks/mq-01/pictures/0'],
    ['/tasks/mq-01/pictures/..%2f..%2fpackage.json'],
    ['/tasks/mq-01/drawings/constructor'],
    ['/results/mq-01/x.svg'],
    ['/runs/..%2f..'],
    ['/%00'],
    ['/nowhere'],
  ])('finds nothing at %s', async (path) => {
    const { status, body } = await get(path)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
    expect(body).not.toMatch(/"dependencies"|root:/)
  })

  it.each([
    ['/ticks', { tick: 'x' }],
    ['/checks', { task: 'x'.repeat(100) }],
    ['/checks', { task: 'mq-01', engine: 'evil' }],
    ['/lives', { task: 'mq-01', subject: 'wrong/x' }],
    ['/dead-letters/decisions', { broker: 'x', queue: 'q', action: 'explode' }],
    ['/reader', { lang: 'xx' }],
    ['/ratings', { confidence: '11' }],
  ])('refuses a form at %s that makes no sense, with a sentence', async (path, fields) => {
    const { status, body } = await post(path, { ...fields, _token: token })
    expect(status).toBe(400)
    expect(body).toContain('can’t be read')
  })

  it('loads each asset once for a version, and asks again by any other way', async () => {
    const [way = ''] = /\/assets\/[0-9a-f]{12}\/page\.js/.exec((await get('/')).body) ?? []
    const versioned = await get(way)
    expect(versioned.status).toBe(200)
    expect(versioned.headers['cache-control']).toContain('immutable')
    for (const other of ['/assets/page.js', '/assets/000000000000/page.js']) {
      const { status, headers } = await get(other)
      expect([status, headers['cache-control']]).toEqual([200, 'no-cache'])
      expect((await get(other, { 'if-none-match': String(headers['etag']) })).status).toBe(304)
    }
    // Modules load each other from beside themselves.
    expect(versioned.body).toContain("from './dom.js'")
  })

  it('names what is near to an id that does not exist', async () => {
    const { status, body } = await get('/tasks/mq-1')
    expect(status).toBe(404)
    expect(body).toContain('mq-01')
  })

  it('connects to no broker that it does not know', async () => {
    const { body } = await post('/dead-letters', {
      _token: token,
      broker: 'amqp://evil.example:5672',
      queue: 'q',
    })
    expect(body).toContain('No RabbitMQ answers at amqp://evil.example:5672')
  })
})

describe('a course on pages', () => {
  it('shows every task and item on the first page, readable without scripts', async () => {
    const { body } = await get('/')
    for (const words of ['mq-01', 'Greet by name', 'mq-02.1', 'not written yet', '0 of 6 verified'])
      expect(body).toContain(words)
    expect(body).not.toMatch(/ style="| on\w+="/)
  })

  it.each([
    ['/', ['style', 'script']],
    ['/results', ['style', 'style', 'script']],
    ['/nowhere', ['style', 'style', 'script']],
  ])('has nothing inline on %s but %j, which the policy knows by their hashes', async (path, kinds) => {
    const { body, headers } = await get(path)
    const inline = [...body.matchAll(/<(script|style)(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/\1>/g)]
    expect(inline.map(([, kind]) => kind)).toEqual(kinds)
    const policy = String(headers['content-security-policy']).split('; ')
    for (const [, kind, source = ''] of inline)
      expect(policy.find((each) => each.startsWith(`${kind}-src 'self' `))).toContain(
        `'sha256-${createHash('sha256').update(source).digest('base64')}'`,
      )
    expect(policy.join()).not.toContain('unsafe')
  })

  it('says on every page which brokers play, before any of them has', async () => {
    for (const path of [
      '/',
      '/tasks/mq-01',
      '/live',
      '/explorer',
      '/results',
      '/quiz',
      '/reflection',
      '/nowhere',
    ])
      expect((await get(path)).body).toMatch(
        /class="engine"[^>]*>embedded<.*RabbitMQ \d+\.\d+\.\d+.*Kafka \d+\.\d+\.\d+/,
      )
  })

  it('asks for no reflection where the course has none', async () => {
    expect((await get('/reflection')).body).toContain('asks for no reflection')
    expect((await post('/reflection', { _token: token, text: 'x', was: 'y' })).status).toBe(404)
  })

  it('ticks by a form, keeps it in CHECKLIST.md, and unticks', async () => {
    const ticked = await post('/ticks', { _token: token, tick: '+mq-02.1' })
    expect([ticked.status, ticked.headers['location']]).toEqual([303, '/#mq-02.1'])
    expect(checkout.read('CHECKLIST.md')).toMatch(/\[x\] .*mq-02\.1/)
    expect((await get('/')).body).toContain('1 claimed')

    await post('/ticks', { _token: token, tick: '-mq-02.1' })
    expect(checkout.read('CHECKLIST.md')).not.toMatch(/\[x\] .*mq-02\.1/)
  })

  it('opens hints one at a time', async () => {
    expect((await get('/tasks/mq-01')).body).not.toContain('Hint 1 of 3')
    await post('/tasks/mq-01/hints', { _token: token })
    const { body } = await get('/tasks/mq-01')
    expect(body).toContain('Hint 1 of 3')
    expect(body).not.toContain('Hint 2 of 3')
  })

  it('asks the questions of a lesson, explains the answer, and proves the item', async () => {
    const question = (await get('/quiz')).body
    const key = /name="key" value="([^"]+)"/.exec(question)?.[1] ?? ''
    // The page again is the same question.
    expect((await get('/quiz')).body).toContain(`value="${key}"`)
    const none = await post('/quiz', { _token: token, key, choice: 'z', number: 'z' })
    expect(none.body).toContain('That is no answer to this question.')
    // Whatever kind it is of: an option, a number, lines in the order in which they stand.
    const lines = [...question.matchAll(/name="(line-[^"]+)"/g)].map(([, name], index) => [
      name,
      String(index + 1),
    ])
    const answer = { _token: token, key, choice: 'a', number: '1', ...Object.fromEntries(lines) }
    const answered = await post('/quiz', answer)
    expect(answered.body).toMatch(/Right\.|Not so\./)
    const again = await post('/quiz', answer)
    expect(again.body).toContain('no longer the one that waits')
  })

  it('speaks the language that was chosen, and remembers it for the terminal', async () => {
    const changed = await post(
      '/reader',
      { _token: token, lang: 'vi' },
      { referer: `${dashboard.url}tasks/mq-01` },
    )
    expect(changed.headers['location']).toBe('/tasks/mq-01')
    const { body } = await get('/tasks/mq-01')
    expect(body).toContain('<html lang="vi"')
    expect(body).toContain('Lời chào')
    expect((await checkout.run('progress')).stdout).toContain('đã kiểm chứng')
    await post('/reader', { _token: token, lang: 'en' })
  })

  it('leads back to no other site', async () => {
    const { headers } = await post(
      '/reader',
      { _token: token, theme: 'dark' },
      { referer: 'https://evil.example//x' },
    )
    expect(headers['location']).toBe('/')
    expect(String(headers['set-cookie'])).toMatch(/mq-theme=dark;.*HttpOnly; SameSite=Strict/)
    expect((await get('/', { cookie: 'mq-theme=dark' })).body).toContain('data-theme="dark"')
  })
})
