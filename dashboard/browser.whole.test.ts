/** The dashboard in a real browser over the whole course: every page, every button, both languages and colours. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CourseCopy,
  chromiumPath,
  findings,
  findingsInBothThemes,
  isTooWide,
  openBrowser,
  openPage,
  reachedByTab,
  tenThousandLines,
  untilReady,
} from './test-browser.ts'
import type { TestDashboard } from './test-dashboard.ts'
import { addressIn, fillWithDeadLetters, hack, idleSubject, paymentsWithoutEnd } from './test-payloads.ts'

/** Long enough for a computer that does five other things. */
const msMax = 240_000
const factMsMax = 100_000

/** Each page there is, with content where it needs none of a run. */
const pages = [
  '/',
  '/tasks/mq-02',
  '/tasks/study-01',
  '/live?task=mq-02',
  '/live?task=study-01',
  '/explorer?task=mq-02',
  '/results',
  '/quiz?task=study-01',
  '/dead-letters',
  '/reflection',
]

const noContrast = { without: ['color-contrast'] }

/**
 * Tests of one lane follow each other, lanes go side by side: most of what they wait for are processes that start. Each has its own `expect`,
 * since there is no current test where several go on.
 */
const lane = { concurrent: true } as const
const alone = { concurrent: false, timeout: msMax } as const

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

  it.each(['vi', 'en'] as const)(
    'is accessible in both colours, silent and no wider than any screen, on every page, in %s',
    { timeout: msMax },
    async (lang) => {
      const { page, complaints } = await openPage(context, at('/'))
      await page.click(`header button[value="${lang}"]`)
      await page.locator(`html[lang="${lang}"]`).waitFor({ state: 'attached' })
      const theme = lang === 'vi' ? 'dark' : 'light'
      await page.click(`header button[value="${theme}"]`)
      await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' })
      const found: string[] = []
      const look = async (own: Page, path: string): Promise<void> => {
        await own.setViewportSize({ width: 360, height: 900 })
        await own.goto(at(path))
        // A row that is open shows more than one that is not.
        if (path === '/')
          await own
            .locator('details.task')
            .nth(2)
            .evaluate((row) => row.setAttribute('open', ''))
        for (const width of [360, 768, 1440]) {
          await own.setViewportSize({ width, height: 900 })
          if (await isTooWide(own)) found.push(`${path} is wider than ${width}`)
        }
        // Colours do not depend on the language, so contrasts are looked at in one of them.
        const seen = lang === 'vi' ? await findingsInBothThemes(own, theme) : await findings(own, noContrast)
        found.push(...seen.map((finding) => `${path}, ${finding}`))
      }
      // Two tabs, for two cores.
      const other = await openPage(context, at('/'))
      const left = [...pages, '/no-such-page']
      await Promise.all(
        [page, other.page].map(async (own) => {
          for (let path = left.shift(); path !== undefined; path = left.shift()) await look(own, path)
        }),
      )
      expect(found).toEqual([])
      const silent = [...complaints, ...other.complaints].filter((each) => !each.includes('404'))
      expect(silent).toEqual([])
      await Promise.all([page.close(), other.page.close()])
    },
  )

  describe('what is clicked', lane, () => {
    it(
      'is used by keys alone: they are listed, lead to pages, and can be turned off',
      alone,
      async ({ expect }) => {
        const { page, complaints } = await openPage(context, at('/'))
        await page.keyboard.press('?')
        await shows(page, 'dialog dt', '?')
        expect(await page.locator('dialog dt').count()).toBeGreaterThan(6)
        await page.keyboard.press('Escape')
        await page.keyboard.press('4')
        await page.waitForURL('**/results')
        await untilReady(page)
        await page.keyboard.press('Tab')
        expect(await page.evaluate('document.activeElement.className')).toBe('skip')
        await page.keyboard.press('?')
        await page.click('#keys-on')
        await page.keyboard.press('Escape')
        await page.keyboard.press('1')
        expect(page.url()).toContain('/results')
        await page.click('#keys-open')
        await page.click('#keys-on')
        await page.click('#keys-close')
        expect(complaints).toEqual([])
        await page.close()
      },
    )

    it(
      'comes to everything by Tab, sees where it is, and leaves what was opened by Escape',
      alone,
      async ({ expect }) => {
        const { page, complaints } = await openPage(context, at('/tasks/mq-02'))
        const reached = await reachedByTab(page)
        expect(reached.unreached).toEqual([])
        expect(reached.invisible).toEqual([])
        await page.keyboard.press('?')
        await page.locator('dialog[open]').waitFor()
        await page.keyboard.press('Escape')
        await page.locator('dialog[open]').waitFor({ state: 'detached' })
        expect(complaints).toEqual([])
        await page.close()
      },
    )

    it('moves nothing where the system asks for less motion', alone, async ({ expect }) => {
      const calm = await browser.newContext({ reducedMotion: 'reduce' })
      const { page } = await openPage(calm, at('/live?task=mq-02'))
      const moved = await page.evaluate(`(async () => {
        const { flow } = await import('/assets/flow.js')
        const drawing = document.getElementById('drawing')
        drawing.innerHTML = '<svg><g><path data-edge="a" d="M0 0L9 9"/></g></svg>'
        flow(drawing, ['a'])
        return { dots: drawing.querySelectorAll('.dot').length, scrolling: getComputedStyle(document.documentElement).scrollBehavior }
      })()`)
      expect(moved).toEqual({ dots: 0, scrolling: 'auto' })
      await calm.close()
    })

    it(
      'filters, ticks without leaving the page, and shows in a second page what the first one did',
      alone,
      async ({ expect }) => {
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
    )

    it('draws the diagrams of a lesson, in frames that may do nothing else', alone, async ({ expect }) => {
      const { page, complaints } = await openPage(context, at('/tasks/study-01'))
      const frame = page.frameLocator('figure.drawing iframe').first()
      await frame.locator('svg').first().waitFor({ state: 'attached' })
      expect(complaints).toEqual([])
      await page.close()
    })

    it('shows figures as charts that can be taken along', alone, async ({ expect }) => {
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
    })

    it('asks one question a screen and explains the answer', alone, async ({ expect }) => {
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
        if (asked === 0) expect(await findingsInBothThemes(page)).toEqual([])
        await page.click('.answered a.primary')
        await page.locator('.question').waitFor()
      }
      expect(complaints).toEqual([])
      await page.close()
    })

    it(
      'keeps a reflection, and loses neither what is typed nor what an editor saved',
      alone,
      async ({ expect }) => {
        const { page, complaints } = await openPage(context, at('/reflection'))
        const file = join(course.root, 'REFLECTION.md')
        const area = page.locator('textarea')
        const template = readFileSync(file, 'utf8')
        await area.fill(`${template}\nI learned that a confirm is no delivery.\n`)
        await page.locator('#unsaved').waitFor()
        await area.press('Control+s')
        await page.locator('#unsaved').waitFor({ state: 'hidden' })
        expect(readFileSync(file, 'utf8')).toBe(`${template}\nI learned that a confirm is no delivery.\n`)
        // What an editor saves comes to a page that has nothing of its own; else the page keeps what is typed, and saves over nothing.
        course.write('REFLECTION.md', `${template}\nFrom an editor.\n`)
        await expect.poll(() => area.inputValue(), { timeout: factMsMax }).toContain('From an editor.')
        await area.fill('typed and not saved')
        course.write('REFLECTION.md', `${template}\nFrom an editor again.\n`)
        await shows(page, '#said', 'your own version')
        await page.click('button.primary')
        await shows(page, '#said', 'nothing was saved')
        expect(await area.inputValue()).toBe('typed and not saved')
        expect(readFileSync(file, 'utf8')).toContain('From an editor again.')
        await page.fill('#rating-confidence', '7')
        await page.press('#rating-confidence', 'Enter')
        await shows(page, '.material', 'rated 7 of 10')
        course.write('REFLECTION.md', template)
        expect(complaints.filter((each) => !each.includes('409'))).toEqual([])
        await page.close({ runBeforeUnload: false })
      },
    )
  })

  describe('a check', lane, () => {
    it(
      'goes on in the page: output streams, the first breach is drawn, a pass opens the reference',
      alone,
      async ({ expect }) => {
        const { page, complaints } = await openPage(context, at('/'))
        await page.keyboard.press('c')
        await shows(page, '.run-lines li', '✗ mq-01')
        await page.keyboard.press('o')
        await page.waitForURL('**/tasks/mq-01')
        await shows(page, '#verdict .failed.block', 'mq-01')
        expect(await findingsInBothThemes(page)).toEqual([])
        await page.click('#hints button')
        await shows(page, '#hints summary', 'Hint 1 of 3')
        course.solve('3-mq/01-rabbitmq-setup', ['connection.ts', 'topology.ts', 'round-trip.ts', 'NOTES.md'])
        await page.click('aside form[action="/checks"] button')
        await expect
          .poll(() => page.locator('#verdict .failed.block').count(), { timeout: factMsMax })
          .toBe(0)
        await page.reload()
        // The answers are tabs: one of them is seen, and another by its name.
        await shows(page, '.tabs label', 'Reference')
        await page.locator('.tabs label').nth(1).click()
        await page.locator('.answer').nth(1).waitFor()
        expect(await page.locator('.answer:visible').count()).toBe(1)
        expect(await findingsInBothThemes(page)).toEqual([])
        expect(complaints).toEqual([])
        await page.close()
      },
    )
  })

  describe('a live run', lane, () => {
    it(
      'draws the topology, tells the wire, and does what every button says, to all and to one',
      alone,
      async ({ expect }) => {
        course.write('exercises/3-mq/04-dead-letter-queue/run.ts', paymentsWithoutEnd)
        course.write('exercises/3-mq/04-dead-letter-queue/consumer.ts', idleSubject)
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
        // Those that this run met, without Kafka.
        await page
          .locator('header .brokers')
          .filter({ hasText: /RabbitMQ/, hasNotText: /Kafka/ })
          .waitFor()

        // One process of two: frozen, thawed, killed; the other goes on. A new one takes the dead one's place.
        const clients = page.locator('#clients')
        await shows(page, '#clients li', 'consumer 2')
        const [first] = await clients.locator('[id^="turn-"]').evaluateAll((all) => all.map(({ id }) => id))
        const pid = first?.replace('turn-', '') ?? ''
        if (process.platform !== 'win32') {
          await clients.locator(`#turn-${pid}`).click()
          await shows(page, '#clients li', 'frozen')
          await clients.locator(`#turn-${pid}`).click()
          await expect.poll(() => clients.getByText('frozen').count(), { timeout: factMsMax }).toBe(0)
        }
        await clients.locator(`#kill-${pid}`).click()
        await shows(page, '#clients li', 'consumer 3')
        expect(await clients.locator(`#kill-${pid}`).count()).toBe(0)
        // The consumer is cut off by its connection, and comes back by another one.
        const cuts = clients.locator('li').filter({ hasText: '◄' }).locator('[id^="cut-"]')
        await cuts.first().waitFor()
        const [own] = await cuts.evaluateAll((all) => all.map(({ id }) => id))
        await clients.locator(`#${own}`).click()
        await clients.locator(`#${own}`).waitFor({ state: 'detached' })
        await cuts.first().waitFor()

        const before = commands.length
        const keys = ['p', 'n', 'g', '+', 'm', 'H', 'h', 'r', 'x', 'j', 'k', 'u']
        for (const key of keys) await page.keyboard.press(key)
        await expect.poll(() => commands.length, { timeout: factMsMax }).toBe(before + keys.length)
        expect(new Set(commands)).toEqual(new Set([200]))
        for (const fault of ['hold', 'release', 'cut', 'kill-subject', 'kill-broker', 'restart-broker']) {
          await page.fill('#log-filter', `${fault}, asked for by hand`)
          await shows(page, '#log .row', fault)
        }
        // It has come through all of that.
        await page.fill('#log-filter', 'basic.deliver')
        await page.locator('svg.topology .node.consumer').first().waitFor()
        expect(await findingsInBothThemes(page)).toEqual([])
        await page.fill('#log-filter', '')
        await page.locator('#log-filter').blur()
        await page.keyboard.press('q')
        await expect.poll(() => page.locator('#start').isEnabled(), { timeout: factMsMax }).toBe(true)

        // The life of one message: every frame that carried its id.
        await page.locator('#log .row button').first().click()
        await page.locator('#life').waitFor()
        const id = (await page.locator('#life code').textContent()) ?? ''
        const others = async (): Promise<string[]> =>
          (await page.locator('#log .row:not(.point)').allTextContents()).filter(
            (row) => !row.includes(`…${id.slice(-3)}`),
          )
        await expect.poll(others, { timeout: factMsMax }).toEqual([])
        expect(await page.locator('#log .row').count()).toBeGreaterThan(0)
        await page.keyboard.press('Escape')
        await page.locator('#life').waitFor({ state: 'hidden' })

        // Ids, names and bodies of strangers have come by all the while, as words.
        expect(id).toContain(hack)
        expect(await page.evaluate('globalThis.isHacked')).toBeUndefined()
        expect(await page.locator('#live script, #live img, #live b, #live i').count()).toBe(0)
        expect(complaints).toEqual([])
        await page.close()
      },
    )

    it(
      'takes a prediction, plays the experiment, and puts the two beside each other',
      alone,
      async ({ expect }) => {
        const { page, complaints } = await openPage(context, at('/live?task=study-01'))
        await page.locator('input[name="guess"]').first().check()
        await page.click('#start')
        await shows(page, '#outcome .block', /✓|≠/)
        expect(await findings(page)).toEqual([])
        expect(complaints).toEqual([])
        await page.close()
      },
    )
  })

  describe('an exploration', lane, () => {
    it(
      'is a cell for each crash, the counter-example in lanes, and any run played alone',
      alone,
      async ({ expect }) => {
        const { page, complaints } = await openPage(context, at('/explorer?task=mq-02'))
        // A mistake that a crash convicts: it shows what broke without being asked.
        await page.selectOption('select[name="subject"]', 'wrong/publish-returned-true')
        await page.keyboard.press('s')
        await page.locator('#found .block.failed .lanes svg').waitFor()
        await shows(page, '#found .block.failed', 'reported as done are nowhere to be found')
        expect(await findingsInBothThemes(page)).toEqual([])
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
    )

    it(
      'of dead letters shows them inert, whatever is in them, sends back what is selected, and survives the broker',
      alone,
      async ({ expect }) => {
        const broker = course.start('brokers', 'up', 'rabbitmq', 'port=0', 'management=0')
        const url = await addressIn(broker.stdout)
        await fillWithDeadLetters(url)
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
        expect(await findingsInBothThemes(page)).toEqual([])
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 900 })
          expect(await isTooWide(page)).toBe(false)
        }
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
    )
  })

  // Frames are measured here, and the server is taken away: nothing else may go on.
  it('keeps ten thousand lines without holding the page up', alone, async () => {
    const { page, complaints } = await openPage(context, at('/live?task=mq-02'))
    const worst = (await page.evaluate(tenThousandLines)) as {
      worst: number
      rows: number
      length: number
      text: string
    }
    expect(worst.length).toBe(10_000)
    expect(worst.rows).toBe(1)
    expect(worst.text).toContain('line 9999')
    // Two seconds on a computer five times slower; a DOM of ten thousand rows would take longer than that each time.
    expect(worst.worst).toBeLessThan(2000)
    expect(complaints).toEqual([])
    await page.close()
  })

  it('serves twenty pages that are open at once, each with its news', alone, async () => {
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
  })

  it('says on every page that the server is gone, and loads each anew when it is back', alone, async () => {
    const opened = await Promise.all(pages.map((path) => openPage(context, at(path))))
    const instances = (): Promise<(string | null)[]> =>
      Promise.all(opened.map(({ page }) => page.locator('meta[name="instance"]').getAttribute('content')))
    await Promise.all(opened.map(({ page }) => page.locator('#gone').waitFor({ state: 'hidden' })))
    const [before = ''] = await instances()
    await dashboard.stop()
    await Promise.all(opened.map(({ page }) => shows(page, '#gone', 'npm run dashboard')))
    dashboard = await course.dashboard(dashboard.port)
    await Promise.all(
      opened.map(({ page }) =>
        page.locator(`meta[name="instance"]:not([content="${before}"])`).waitFor({ state: 'attached' }),
      ),
    )
    await Promise.all(opened.map(({ page }) => page.locator('#gone').waitFor({ state: 'hidden' })))
    // A form of the new page is taken.
    const task = opened[pages.indexOf('/tasks/mq-02')]?.page
    await task?.click('#hints button')
    if (task !== undefined) await shows(task, '#hints summary', 'Hint 1 of 3')
    await Promise.all(opened.map(({ page }) => page.close()))
  })
})
