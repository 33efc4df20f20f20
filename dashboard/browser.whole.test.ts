/** The dashboard in a real browser over the whole course: every page, every button, both languages and colours. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import amqp from 'amqplib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CourseCopy, chromiumPath, findings, isTooWide, openBrowser, openPage } from './test-browser.ts'
import type { TestDashboard } from './test-dashboard.ts'

/** Long enough for a computer that does five other things. */
const msMax = 240_000
const factMsMax = 100_000

const pages = [
  '/',
  '/tasks/mq-02',
  '/tasks/study-01',
  '/live?task=mq-02',
  '/explorer?task=mq-02',
  '/results',
  '/quiz?task=study-01',
  '/dead-letters',
]

describe.skipIf(chromiumPath === undefined)('in a browser', () => {
  let course: CourseCopy
  let dashboard: TestDashboard
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    course = new CourseCopy()
    ;[dashboard, browser] = await Promise.all([course.dashboard(), openBrowser()])
    context = await browser.newContext()
    context.setDefaultTimeout(factMsMax)
  }, msMax)
  afterAll(async () => {
    await browser?.close()
    await course?.[Symbol.asyncDispose]()
  }, msMax)

  const at = (path: string): string => new URL(path, dashboard.url).href
  const shows = (page: Page, selector: string, words: string | RegExp): Promise<void> =>
    page.locator(selector).filter({ hasText: words }).first().waitFor({ state: 'visible' })

  it(
    'is accessible, silent and no wider than the screen, on every page, in both languages and colours',
    async () => {
      const { page, complaints } = await openPage(context, at('/'))
      const found: string[] = []
      // axe takes its time, and colours do not depend on the language: each is asked once for each page.
      for (const [lang, theme, width, isAsked] of [
        ['vi', 'dark', 360, true],
        ['en', 'light', 1440, true],
        ['vi', 'light', 768, false],
        ['en', 'dark', 360, false],
      ] as const) {
        await page.setViewportSize({ width, height: 900 })
        await page.click(`header button[value="${lang}"]`)
        await page.click(`header button[value="${theme}"]`)
        for (const path of pages) {
          await page.goto(at(path))
          expect(await page.locator('html').getAttribute('lang')).toBe(lang)
          expect(await page.locator('html').getAttribute('data-theme')).toBe(theme)
          if (path === '/')
            await page
              .locator('details.task')
              .nth(2)
              .evaluate((row) => row.setAttribute('open', ''))
          if (isAsked)
            found.push(...(await findings(page)).map((finding) => `${path} ${lang} ${theme}: ${finding}`))
          if (await isTooWide(page)) found.push(`${path} is wider than ${width}`)
        }
      }
      expect(found).toEqual([])
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax * 2,
  )

  it(
    'is used by keys alone: they are listed, lead to pages, and can be turned off',
    async () => {
      const { page, complaints } = await openPage(context, at('/'))
      await page.keyboard.press('?')
      await shows(page, 'dialog dt', '?')
      expect(await page.locator('dialog dt').count()).toBeGreaterThan(6)
      await page.keyboard.press('Escape')
      await page.keyboard.press('4')
      await page.waitForURL('**/results')
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.className')).toBe('skip')
      await page.keyboard.press('?')
      await page.click('#keys-on')
      await page.keyboard.press('Escape')
      await page.keyboard.press('1')
      expect(page.url()).toContain('/results')
      await page.keyboard.press('?')
      await page.click('#keys-open').catch(() => {})
      await page.evaluate('localStorage.clear()')
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax,
  )

  it(
    'filters, ticks without leaving the page, and shows in a second page what the first one did',
    async () => {
      const [{ page, complaints }, other] = await Promise.all([
        openPage(context, at('/')),
        openPage(context, at('/')),
      ])
      await page.keyboard.press('/')
      await page.keyboard.type('dead letter')
      await expect.poll(() => page.locator('details.task:visible').count()).toBeLessThan(20)
      await page.locator('details.task:visible summary').first().click()
      const box = page.locator('details.task[open] .tick').first()
      const item = (await box.getAttribute('value'))?.slice(1) ?? ''
      await box.click()
      await page.locator(`.tick[value="-${item}"][aria-checked="true"]`).waitFor()
      await other.page.locator(`.tick[value="-${item}"]`).waitFor({ state: 'attached' })
      // What was open and filtered still is.
      expect(await page.locator('details.task[open]').count()).toBe(1)
      await page.locator(`.tick[value="-${item}"]`).click()
      await page.locator(`.tick[value="+${item}"]`).waitFor()
      await page.check('#only-open')
      await page.uncheck('#only-open')
      expect([...complaints, ...other.complaints]).toEqual([])
      await Promise.all([page.close(), other.page.close()])
    },
    msMax,
  )

  it(
    'checks from the page: output streams, the first breach is drawn, a pass opens the reference',
    async () => {
      const { page, complaints } = await openPage(context, at('/'))
      await page.keyboard.press('c')
      await shows(page, '.run-lines li', '✗ mq-01')
      await page.keyboard.press('o')
      await page.waitForURL('**/tasks/mq-01')
      await shows(page, '#verdict .failed.block', 'mq-01')
      await page.click('#hints button')
      await shows(page, '#hints summary', 'Hint 1 of 3')
      course.solve('3-mq/01-rabbitmq-setup', ['connection.ts', 'topology.ts', 'round-trip.ts', 'NOTES.md'])
      await page.click('aside form[action="/checks"] button')
      await expect.poll(() => page.locator('#verdict .failed.block').count(), { timeout: factMsMax }).toBe(0)
      await page.reload()
      await shows(page, '.answer', 'Reference')
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax * 2,
  )

  it(
    'draws the diagrams of a lesson, in frames that may do nothing else',
    async () => {
      const { page, complaints } = await openPage(context, at('/tasks/study-01'))
      const frame = page.frameLocator('figure.drawing iframe').first()
      await frame.locator('svg').first().waitFor({ state: 'attached' })
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax,
  )

  it(
    'plays a scenario live: the topology is drawn, the wire is told, every hand reaches the run',
    async () => {
      // A scenario that waits for nothing and nobody, so that it goes on whatever is done to it.
      course.write('exercises/3-mq/04-dead-letter-queue/run.ts', paymentsWithoutEnd)
      const { page, complaints } = await openPage(context, at('/live?task=mq-04'))
      const commands: number[] = []
      page.on('response', (response) => {
        if (response.url().endsWith('/commands')) commands.push(response.status())
      })
      await page.keyboard.press('s')
      await shows(page, '#log .row', 'basic.publish')
      for (const kind of ['publisher', 'exchange', 'queue', 'consumer'])
        await page.locator(`svg.topology .node.${kind}`).first().waitFor()
      await shows(page, '.topology .queue .number', /\d+ ready, \d+ unacked/)
      const keys = ['p', 'n', 'g', '+', 'm', 'H', 'h', 'r', 'x', 'j', 'k', 'u']
      for (const key of keys) await page.keyboard.press(key)
      await expect.poll(() => commands.length, { timeout: factMsMax }).toBe(keys.length)
      expect(new Set(commands)).toEqual(new Set([200]))
      for (const fault of ['hold', 'release', 'cut', 'kill-subject', 'kill-broker', 'restart-broker']) {
        await page.fill('#log-filter', `${fault}, asked for by hand`)
        await shows(page, '#log .row', fault)
      }
      // It has come through all of that.
      await page.fill('#log-filter', 'basic.deliver')
      await page.locator('svg.topology .node.consumer').first().waitFor()
      await page.fill('#log-filter', '')
      await page.locator('#log-filter').blur()
      await page.keyboard.press('q')
      await expect.poll(() => page.locator('#start').isEnabled(), { timeout: factMsMax }).toBe(true)
      // The life of one message: every frame that carried its id.
      const id = await page.locator('#log .row button').first().textContent()
      await page.locator('#log .row button').first().click()
      expect(await page.inputValue('#log-filter')).toBe(id)
      for (const row of await page.locator('#log .row').allTextContents()) expect(row).toContain(id)
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax * 2,
  )

  it(
    'takes a prediction, plays the experiment, and puts the two beside each other',
    async () => {
      const { page, complaints } = await openPage(context, at('/live?task=study-01'))
      await page.locator('input[name="guess"]').first().check()
      await page.click('#start')
      await shows(page, '#outcome .block', /✓|≠/)
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax,
  )

  it(
    'explores: a cell for each crash, the counter-example in lanes, and any run played alone',
    async () => {
      const { page, complaints } = await openPage(context, at('/explorer?task=mq-02'))
      // A mistake that a crash convicts: it shows what broke without being asked.
      await page.selectOption('select[name="subject"]', 'wrong/publish-returned-true')
      await page.keyboard.press('s')
      await page.locator('#found .block.failed .lanes svg').waitFor()
      await shows(page, '#found .block.failed', 'reported as done are nowhere to be found')
      await page.selectOption('select[name="subject"]', 'reference')
      await page.keyboard.press('s')
      await shows(page, '#found .block.passed', '✓')
      expect(await page.locator('.strip .cell.held').count()).toBeGreaterThan(5)
      await page.locator('.strip .cell.held').first().click()
      await page.locator('#found .lanes svg').waitFor()
      await page.keyboard.press('r')
      await expect.poll(() => page.locator('.strip .cell').count(), { timeout: factMsMax }).toBe(1)
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax * 2,
  )

  it(
    'shows figures as charts that can be taken along',
    async () => {
      const { page, complaints } = await openPage(context, at('/results#mq-02'))
      await page.locator('#mq-02 svg.chart').first().waitFor()
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#mq-02 figcaption a').first().click(),
      ])
      expect(download.suggestedFilename()).toMatch(/^mq-02-.*\.svg$/)
      await page.locator('#mq-02 details summary').click()
      const [csv] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#mq-02 details a[download]').click(),
      ])
      expect(csv.suggestedFilename()).toBe('mq-02.csv')
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax,
  )

  it(
    'asks one question a screen and explains the answer',
    async () => {
      const { page, complaints } = await openPage(context, at('/quiz?task=study-01'))
      for (let asked = 0; asked < 3; asked += 1) {
        const number = page.locator('input[name="number"]')
        if ((await page.locator('input[type="radio"]').count()) > 0) await page.keyboard.press('a')
        else if ((await number.count()) > 0) await number.fill('1')
        else {
          const places = page.locator('.order input')
          for (let place = 0; place < (await places.count()); place += 1)
            await places.nth(place).fill(String(place + 1))
        }
        await page.click('.question button.primary')
        await shows(page, '.answered', /Right|Not so/)
        await page.click('.answered a.primary')
        await page.locator('.question').waitFor()
      }
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax,
  )

  it(
    'shows dead letters inert, whatever is in them, sends back what is selected, and survives the broker',
    async () => {
      const broker = course.start('brokers', 'up', 'rabbitmq', 'port=0', 'management=0')
      const url = await addressIn(broker.stdout)
      await fill(url)
      const { page, complaints } = await openPage(context, at('/dead-letters'))
      await page.keyboard.press('l')
      await shows(page, '[role="status"]', '5 messages')
      await page.locator('tbody details').evaluateAll((all) => {
        for (const details of all) details.setAttribute('open', '')
      })
      expect(await page.evaluate('globalThis.isHacked')).toBeUndefined()
      expect(await page.locator('tbody script, tbody img').count()).toBe(0)
      await shows(page, 'pre.inert', '<script>globalThis.isHacked = true</script>')
      await shows(page, 'pre.inert', 'العربية')
      expect((await findings(page)).filter((finding) => !finding.startsWith('region'))).toEqual([])
      expect(await isTooWide(page)).toBe(false)
      await page.fill('[data-filters]', 'no such thing')
      await expect.poll(() => page.locator('tbody tr:visible').count()).toBe(0)
      await page.fill('[data-filters]', '')

      await page.locator('tbody input[name="message"]').first().check()
      await page.locator('button[value="redrive"]').click()
      await shows(page, '[role="status"]', 'Dry run: 1 of 5')
      await page.locator('button[name="apply"]').click()
      await shows(page, '[role="status"]', '1 of 5 went back to work')
      await page.click('form.tools button.primary')
      await shows(page, '[role="status"]', '4 messages')
      await page.check('#select-all')
      await page.locator('button[value="drop"]').click()
      await shows(page, '[role="status"]', 'Dry run: 4 of 4')
      await page.locator('button[name="apply"]').click()
      await shows(page, '[role="status"]', '4 of 4 were removed')

      const ended = once(broker, 'close')
      broker.kill('SIGKILL')
      await ended
      await page.click('form.tools button.primary')
      await shows(page, '[role="alert"].failed', 'No RabbitMQ answers')
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax,
  )

  it(
    'keeps ten thousand lines without holding the page up',
    async () => {
      const { page, complaints } = await openPage(context, at('/live?task=mq-02'))
      const worst = (await page.evaluate(`(async () => {
      const { Log } = await import('/assets/log.js')
      const box = document.getElementById('log')
      const log = new Log(box, () => {})
      let worst = 0, last = performance.now(), isOver = false
      const watch = (now) => { worst = Math.max(worst, now - last); last = now; if (!isOver) requestAnimationFrame(watch) }
      await new Promise((resolve) => requestAnimationFrame(resolve))
      last = performance.now()
      requestAnimationFrame(watch)
      for (let n = 0; n < 100; n += 1) {
        log.append(Array.from({ length: 100 }, (_, k) => ({ text: 'line ' + (n * 100 + k) + ' basic.publish …a3f', tone: 'plain', message: '…a3f' })))
        // Between two parts of a stream the browser gets its turn, as it does between two events.
        await new Promise((resolve) => setTimeout(resolve))
      }
      box.scrollTop = 0
      // What is measured is how long a frame takes while the page scrolls and filters: so it is given some frames to take.
      await new Promise((resolve) => setTimeout(resolve, 50))
      log.filter('9999')
      await new Promise((resolve) => setTimeout(resolve, 100))
      isOver = true
      return { worst, rows: box.querySelectorAll('.row').length, length: log.length, text: box.textContent }
    })()`)) as { worst: number; rows: number; length: number; text: string }
      expect(worst.length).toBe(10_000)
      expect(worst.rows).toBe(1)
      expect(worst.text).toContain('line 9999')
      // Two seconds on a computer five times slower; a DOM of ten thousand rows would take longer than that each time.
      expect(worst.worst).toBeLessThan(2000)
      expect(complaints).toEqual([])
      await page.close()
    },
    msMax,
  )

  it(
    'serves twenty pages that are open at once, each with its news',
    async () => {
      const opened = await Promise.all(Array.from({ length: 20 }, () => openPage(context, at('/'))))
      const [first] = opened
      await first?.page.locator('details.task summary').first().click()
      const box = first?.page.locator('details.task[open] .tick').first()
      const item = (await box?.getAttribute('value'))?.slice(1) ?? ''
      await box?.click()
      await Promise.all(
        opened.map(({ page }) => page.locator(`.tick[value="-${item}"]`).waitFor({ state: 'attached' })),
      )
      await first?.page.locator(`.tick[value="-${item}"]`).click()
      expect(opened.flatMap(({ complaints }) => complaints)).toEqual([])
      await Promise.all(opened.map(({ page }) => page.close()))
    },
    msMax,
  )

  it(
    'says that the server is gone, and loads itself anew when it is back',
    async () => {
      const { page } = await openPage(context, at('/tasks/mq-02'))
      await page.locator('#gone').waitFor({ state: 'hidden' })
      const before = await page.locator('meta[name="instance"]').getAttribute('content')
      await dashboard.stop()
      await shows(page, '#gone', 'npm run dashboard')
      dashboard = await course.dashboard(dashboard.port)
      const instance = page.locator('meta[name="instance"]')
      await expect.poll(() => instance.getAttribute('content'), { timeout: factMsMax }).not.toBe(before)
      await page.locator('#gone').waitFor({ state: 'hidden' })
      await page.click('#hints button')
      await shows(page, '#hints summary', 'Hint 1 of 3')
      await page.close()
    },
    msMax,
  )
})

/** Publishes and consumes until it is stopped, and begins again when anything breaks. */
const paymentsWithoutEnd = `
import { setTimeout as pause } from 'node:timers/promises'
export const live = [{
  title: { en: 'Payments without end', vi: 'Thanh toán không ngừng' },
  scenario: async (lab) => {
    const [exchange, queue] = [lab.name('payments'), lab.name('payments.work')]
    for (let sent = 0; ; ) {
      try {
        const connection = await lab.client()
        const channel = await connection.createConfirmChannel()
        channel.on('error', () => {})
        let isOver = false
        connection.once('close', () => { isOver = true })
        await channel.assertExchange(exchange, 'direct')
        await channel.assertQueue(queue)
        await channel.bindQueue(queue, exchange, 'payment.requested')
        await channel.prefetch(3)
        await channel.consume(queue, (message) => message && channel.ack(message))
        while (!isOver) {
          sent += 1
          channel.publish(exchange, 'payment.requested', Buffer.from('{}'), { messageId: 'payment-' + sent })
          await pause(50)
        }
      } catch {}
      await pause(100)
    }
  },
}]
`

/** The address that `brokers up` prints. */
async function addressIn(output: NodeJS.ReadableStream | null): Promise<string> {
  if (output === null) throw new Error('the broker has no output')
  for await (const line of createInterface({ input: output })) {
    const found = /127\.0\.0\.1:\d+/.exec(line)?.[0]
    if (found !== undefined) return `amqp://guest:guest@${found}`
  }
  throw new Error('the broker ended without an address')
}

/** Five dead letters that somebody wrote who means no good, or did not think of pages. */
async function fill(url: string): Promise<void> {
  const connection = await amqp.connect(url)
  const channel = await connection.createConfirmChannel()
  await channel.assertExchange('payments', 'direct')
  await channel.assertQueue('payments.work')
  await channel.bindQueue('payments.work', 'payments', 'payment.requested')
  await channel.assertQueue('payments.dlq')
  const bodies = [
    Buffer.from('{"amount":42000}'),
    Buffer.from(
      '<script>globalThis.isHacked = true</script><img src=x onerror="globalThis.isHacked = true">',
    ),
    Buffer.alloc(1_000_000, 'x'),
    Buffer.from([0, 1, 2, 0xff, 0xfe, 0x1b, 0x5b]),
    Buffer.from('\u202eالعربية עברית\u202e </pre><b>'),
  ]
  for (const [index, body] of bodies.entries())
    channel.sendToQueue('payments.dlq', body, {
      messageId: `dead-${index}"><script>globalThis.isHacked = true</script>`,
      headers: {
        'x-reason': index === 0 ? 'card refused' : '<b onmouseover=alert(1)>\u202ebad',
        'x-origin-exchange': 'payments',
        'x-origin-routing-key': 'payment.requested',
        'x-attempts': 3,
        'x-died-at': Date.now(),
      },
    })
  await channel.waitForConfirms()
  await connection.close()
}
