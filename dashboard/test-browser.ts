/** A real browser over a copy of the whole course, for tests: what a learner does, without touching their files. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { programRoot } from '#workbook/root'
import { dashboardOf, type TestDashboard } from './test-dashboard.ts'

/** Where browsers of the Chromium family are installed; `CHROMIUM_PATH` names another. */
const candidates = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

export const chromiumPath = candidates.find((path) => path !== '' && existsSync(path))

/** What a checkout has, less what git ignores. */
const leftOut = new Set(['node_modules', '.git', '.workbook', 'docs', 'results'])

export class CourseCopy {
  readonly root = mkdtempSync(join(tmpdir(), 'mq-dashboard-'))
  readonly #children: ChildProcess[] = []

  constructor() {
    cpSync(programRoot, this.root, {
      recursive: true,
      filter: (source) => !leftOut.has(relative(programRoot, source).split(sep)[0] ?? ''),
    })
    symlinkSync(join(programRoot, 'node_modules'), join(this.root, 'node_modules'))
  }

  /** A command of the copy, as a process. */
  start(...args: readonly string[]): ChildProcess {
    const { MQ_ROOT: _, MQ_COURSE: __, MQ_LANG: ___, ...inherited } = process.env
    const child = spawn(process.execPath, [join(this.root, 'workbook', 'main.js'), ...args], {
      cwd: this.root,
      env: { ...inherited, LANG: 'C', NO_COLOR: '1', AMQP_URL: '' },
    })
    this.#children.push(child)
    return child
  }

  dashboard(port = 0): Promise<TestDashboard> {
    return dashboardOf(this.start('dashboard', `port=${port}`, 'open=no'))
  }

  write(file: string, content: string): void {
    writeFileSync(join(this.root, file), content)
  }

  /** Puts the reference's files into the learner's place. */
  solve(folder: string, files: readonly string[]): void {
    for (const file of files)
      cpSync(join(this.root, 'solutions', folder, file), join(this.root, 'exercises', folder, file))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const ended = new Promise((resolve) => child.once('close', resolve))
        child.kill('SIGINT')
        await ended
      }),
    )
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** Names of classes in a package's files are no business of a browser's sandbox, which root can't have. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}

/** A page that keeps what its console complained about. */
export async function openPage(
  context: BrowserContext,
  url: string,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    // Whoever leaves a page leaves its requests.
    if (!/ERR_ABORTED/.test(why)) complaints.push(`${request.url()}: ${why}`)
  })
  await page.goto(url)
  await untilReady(page)
  return { page, complaints }
}

/** Modules are loaded when a page has been painted; before that it has no keys. */
export async function untilReady(page: Page): Promise<void> {
  await page.locator('html[data-ready]').waitFor({ state: 'attached' })
}

/** What axe finds, one line a finding. Asks all rules, unless told otherwise. */
export async function findings(
  page: Page,
  { only, without = [] }: { readonly only?: readonly string[]; readonly without?: readonly string[] } = {},
): Promise<string[]> {
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source)
  const violations = await page.evaluate(
    async (options) => {
      const { axe: checker } = globalThis as unknown as {
        axe: {
          run(
            options: object,
          ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>
        }
      }
      const found = await checker.run({
        iframes: false,
        resultTypes: ['violations'],
        ...options,
      })
      return found.violations.map(({ id, nodes }) => ({
        id,
        nodes: nodes
          .slice(0, 3)
          .map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`),
      }))
    },
    {
      rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
      ...(only === undefined ? {} : { runOnly: { type: 'rule', values: [...only] } }),
    },
  )
  return violations.map(({ id, nodes }) => `${id}: ${nodes.join(' | ')}`)
}

/**
 * What axe finds in both colours. What does not depend on colours is asked once: only contrasts are looked at again, in a page that is
 * told the other theme where it stands.
 */
export async function findingsInBothThemes(page: Page, first: 'light' | 'dark' = 'light'): Promise<string[]> {
  const other = first === 'light' ? 'dark' : 'light'
  const turn = (theme: string): Promise<unknown> =>
    page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
  await turn(first)
  const all = (await findings(page)).map((finding) => `${first}: ${finding}`)
  await turn(other)
  return [
    ...all,
    ...(await findings(page, { only: ['color-contrast'] })).map((finding) => `${other}: ${finding}`),
  ]
}

/** Whether the page itself scrolls sideways; tables and drawings may, in boxes of their own. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth + 1')
}

/** Goes through the page by Tab: what can be used and never had the focus, and where the focus could not be seen. */
export async function reachedByTab(page: Page): Promise<{ unreached: string[]; invisible: string[] }> {
  const names = `(element) => element.tagName + ' ' + (element.id || element.textContent.trim().slice(0, 30) || element.getAttribute('name'))`
  await page.evaluate(`(() => {
    globalThis.seen = new Set()
    globalThis.invisible = []
    const name = ${names}
    document.addEventListener('focusin', ({ target }) => {
      seen.add(target)
      const { outlineStyle, outlineWidth } = getComputedStyle(target)
      const label = target.id && document.querySelector('label[for="' + target.id + '"]')
      const isShown = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
      if (!isShown({ outlineStyle, outlineWidth }) && !(label && isShown(getComputedStyle(label)))) invisible.push(name(target))
    })
  })()`)
  const isThrough = (): Promise<boolean> =>
    page.evaluate(
      `document.activeElement === document.body || document.activeElement === document.documentElement`,
    )
  for (let pressed = 0; pressed < 400; pressed += 1) {
    await page.keyboard.press('Tab')
    if (pressed > 0 && (await isThrough())) break
  }
  return (await page.evaluate(`(() => {
    const name = ${names}
    const usable = [...document.querySelectorAll('a[href], button, input:not([type="hidden"]), select, textarea, summary, .copy, [tabindex="0"]')]
    const own = (element) => element.checkVisibility() && !element.disabled
    // Of choices of which one holds, one is in the order of Tab, and arrows lead to the others.
    const isOther = (element) => element.type === 'radio' && !element.checked
    return { unreached: usable.filter((element) => own(element) && !isOther(element) && !seen.has(element)).map(name), invisible }
  })()`)) as { unreached: string[]; invisible: string[] }
}

/** Ten thousand lines that come in parts, while frames are counted. */
export const tenThousandLines = `(async () => {
  const { Log } = await import('/assets/log.js')
  const box = document.getElementById('log')
  const log = new Log(box, () => {})
  let worst = 0, last = performance.now(), isOver = false
  const watch = (now) => { worst = Math.max(worst, now - last); last = now; if (!isOver) requestAnimationFrame(watch) }
  await new Promise((resolve) => requestAnimationFrame(resolve))
  last = performance.now()
  requestAnimationFrame(watch)
  for (let n = 0; n < 100; n += 1) {
    log.append(Array.from({ length: 100 }, (_, k) => ({ text: 'line ' + (n * 100 + k) + ' basic.publish …a3f', tone: 'plain', message: '0193-a3f', short: '…a3f' })))
    // Between two parts of a stream the browser gets its turn, as it does between two events.
    await new Promise((resolve) => setTimeout(resolve))
  }
  box.scrollTop = 0
  // What is measured is how long a frame takes while the page scrolls and filters: so it is given some frames to take.
  await new Promise((resolve) => setTimeout(resolve, 50))
  log.filter('9999')
  while (box.querySelectorAll('.row').length !== 1) await new Promise((resolve) => requestAnimationFrame(resolve))
  isOver = true
  return { worst, rows: box.querySelectorAll('.row').length, length: log.length, text: box.textContent }
})()`
