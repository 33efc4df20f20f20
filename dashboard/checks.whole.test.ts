/** Checks that are run from a page of the dashboard, and the program itself, from its first sentence to its end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Checkout, finished } from '#workbook/fixture/checkout'
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

const get = (path: string): Promise<Answer> => ask(dashboard.port, path)
const post = (
  path: string,
  fields: Record<string, string>,
  headers?: Record<string, string>,
): Promise<Answer> => postForm(dashboard.port, path, fields, headers)

describe('a check', () => {
  it('is run from the page: it streams, the verdict stays, the reference opens after a pass', async () => {
    expect((await get('/tasks/mq-01')).body).not.toContain('class="diff"')
    await checkAndWait()
    expect((await get('/tasks/mq-01/verdict')).body).toContain('class="failed block first"')

    checkout.solveGreeting()
    await checkAndWait()
    const { body } = await get('/tasks/mq-01/verdict')
    expect(body).not.toContain('failed block')
    expect(body).toContain('seen ')
    expect((await get('/')).body).toContain('3 of 6 verified')

    checkout.write('exercises/3-mq/01-greeting/greeting.ts', '// mine\n')
    expect((await get('/tasks/mq-01/verdict')).body).toContain('your files have changed since')
    expect((await get('/')).body).toContain('3 stale')
    expect((await get('/tasks/mq-01?answer=anyway')).body).toContain('class="diff"')
  })

  it('is one at a time, and the page says so', async () => {
    const first = await post('/checks', { _token: token, task: 'mq-02' })
    const second = await post('/checks', { _token: token, task: 'mq-01' })
    expect(first.status).toBe(303)
    expect(second.status).toBe(409)
    expect(second.body).toContain('mq-02 is still going on')
    await untilChecked(/data-run="([0-9a-f-]*)"/.exec((await get('/tasks/mq-02')).body)?.[1] ?? '')
  })
})

async function checkAndWait(): Promise<void> {
  const started = await post('/checks', { task: 'mq-01' }, { 'x-token': token })
  expect(started.status).toBe(200)
  const { run } = JSON.parse(started.body) as { run: { id: string } }
  const kinds = await untilChecked(run.id)
  expect(kinds).toContain('verdict')
}

async function untilChecked(id: string): Promise<string[]> {
  for (;;) {
    const { body } = await get(`/runs/${id}`)
    const { status, entries } = JSON.parse(body) as {
      status: { state: string }
      entries: { event: { kind: string } }[]
    }
    if (status.state === 'ended') return entries.map(({ event }) => event.kind)
    // Asked as a page without a stream would ask; the test's own limit ends it.
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

describe('the program', () => {
  it('takes the next free port, and one sentence says where it is', async () => {
    const other = checkout.start(['dashboard', `port=${dashboard.port}`, 'open=no'])
    const next = await dashboardOf(other)
    expect(next.port).toBeGreaterThan(dashboard.port)
    await next.stop()
  })

  it('says nothing else, from its first page to its end', async () => {
    const program = checkout.start(['dashboard', 'port=0', 'open=no'])
    const said: string[] = []
    program.stderr?.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk))
    const other = await dashboardOf(program)
    for (const path of ['/', '/assets/page.js', '/events-that-are-not-there']) await ask(other.port, path)
    await other.stop()
    expect(said.join('')).toBe('')
  })

  it('refuses words that mean nothing', async () => {
    const { exitCode, stderr } = await finished(checkout.start(['dashboard', 'port=many']))
    expect(exitCode).toBe(2)
    expect(stderr).toContain('port')
  })
})
