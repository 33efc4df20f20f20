/**
 * How long the dashboard's pages take: from the server, to the first paint in a browser, with 10,000 lines in the log, with 20 pages open.
 * The first paint of a null page (one heading, from a bare server) stands beside it: what Chromium takes by itself.
 * Works in a copy of the repository. Needs a browser of the Chromium family (`CHROMIUM_PATH`); processor time is read from /proc.
 *
 *     node benches/dashboard-pages.ts [n=20]
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { type Browser, chromium, type Page } from 'playwright-core'
import { percentile, word } from './kit/figures.ts'

const n = Number(word('n') ?? 20)
const paths = ['/', '/tasks/mq-02', '/live?task=mq-02', '/results', '/reflection']
const pagesOpen = 20
const linesLogged = 10_000
/** Kernels count a process's time in hundredths of a second. */
const ticksPerSecond = 100

const root = resolve(import.meta.dirname, '..')
const copy = mkdtempSync(join(tmpdir(), 'dashboard-pages-'))
for (const file of execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')) {
  if (!existsSync(join(root, file))) continue
  mkdirSync(dirname(join(copy, file)), { recursive: true })
  cpSync(join(root, file), join(copy, file))
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir')

const rows: (readonly [what: string, unit: string, values: readonly number[]])[] = []
// As `npm run dashboard` starts it: compiled modules are kept, so the first start is nobody's second one.
const env = { ...process.env, NODE_COMPILE_CACHE: join(copy, '.workbook', 'cache') }
let program = start()
await addressOf()
await stop()
program = start()
const executablePath = [
  'CHROMIUM_PATH' in process.env ? (process.env.CHROMIUM_PATH ?? '') : '',
  '/usr/bin/chromium',
].find((path) => path !== '' && existsSync(path))
let browser: Browser | undefined
try {
  const url = await addressOf()
  const started = processorMs()
  if (started !== undefined) rows.push(['processor time of a start', 'ms', [started]])
  for (const path of paths) {
    // The first one reads templates, files and compiles; a page that stays open asks again and again.
    const cold = processorMs()
    const [first = 0] = await answers(url, path, 1)
    const before = processorMs()
    rows.push([`${path} from the server, the first time`, 'ms', [first]])
    if (cold !== undefined && before !== undefined)
      rows.push([`${path} processor time of the server, the first time`, 'ms', [before - cold]])
    rows.push([`${path} from the server`, 'ms', await answers(url, path, n)])
    const spent = processorMs()
    if (before !== undefined && spent !== undefined)
      rows.push([`${path} processor time of the server`, 'ms', [(spent - before) / n]])
  }
  if (executablePath !== undefined) {
    browser = await chromium.launch({
      executablePath,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    })
    for (const [what, figures] of await paints(browser, url))
      rows.push(
        [`${what} to the first paint`, 'ms', figures.painted],
        [`${what} to the first paint in a window that opens with it`, 'ms', figures.paintedInNew],
        [`${what} processor time of the page's main thread until it has loaded`, 'ms', figures.spent],
      )
    rows.push([
      `longest pause while ${linesLogged} lines come, are scrolled and filtered`,
      'ms',
      await pauses(browser, url),
    ])
    rows.push([`${pagesOpen} pages opened at once, until each has loaded`, 'ms', await opened(browser, url)])
  }
} finally {
  await browser?.close()
  await stop()
  rmSync(copy, { recursive: true, force: true })
}
console.log(
  `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), load ${loadavg()[0]?.toFixed(1)}`,
)
console.log('| what | n | median | min | max |\n| --- | --- | --- | --- | --- |')
for (const [what, unit, values] of rows) {
  const shown = [percentile(values, 0.5), Math.min(...values), Math.max(...values)].map((value) =>
    value.toFixed(1),
  )
  console.log(`| ${what}, ${unit} | ${values.length} | ${shown.join(' | ')} |`)
}

function start() {
  return spawn(process.execPath, [join(copy, 'dashboard', 'main.ts'), 'port=0', 'open=no'], {
    cwd: copy,
    env,
  })
}

async function stop(): Promise<void> {
  program.kill('SIGINT')
  await new Promise((done) => program.once('close', done))
}

async function addressOf(): Promise<string> {
  for await (const line of createInterface({ input: program.stdout })) {
    const found = /http:\/\/[\d.:]+\//.exec(line)?.[0]
    if (found !== undefined) return found
  }
  throw new Error('the dashboard ended')
}

async function answers(url: string, path: string, howOften: number): Promise<number[]> {
  const took: number[] = []
  for (let asked = 0; asked < howOften; asked += 1) {
    const began = performance.now()
    const response = await fetch(url + path.slice(1))
    await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    took.push(performance.now() - began)
  }
  return took
}

interface Painted {
  /** In a tab that is open. */
  readonly painted: number[]
  /** In a window that opens with it: the browser draws its own parts at the same time. */
  readonly paintedInNew: number[]
  readonly spent: number[]
}

/** The null page and ours take turns, each in a context of its own, so that what else the computer does meets all of them. */
async function paints(chrome: Browser, url: string): Promise<Map<string, Painted>> {
  const bare = createServer((_request, response) =>
    response
      .setHeader('Content-Type', 'text/html')
      .end('<!doctype html><html lang="en"><meta charset="utf-8"><title>null</title><h1>Null</h1></html>'),
  ).listen(0, '127.0.0.1')
  await once(bare, 'listening')
  const { port } = bare.address() as AddressInfo
  const asked = [
    ['a null page', `http://127.0.0.1:${port}/`] as const,
    ...paths.map((path) => [path, url + path.slice(1)] as const),
  ]
  const found = new Map<string, Painted>(
    asked.map(([what]) => [what, { painted: [], paintedInNew: [], spent: [] }]),
  )
  const tabs = new Map<string, Page>()
  for (const [what] of asked) tabs.set(what, await (await chrome.newContext()).newPage())
  // The first round fills the caches of each context.
  for (let round = 0; round <= n; round += 1)
    for (const [what, way] of asked) {
      const tab = tabs.get(what)
      const figures = found.get(what)
      if (tab === undefined || figures === undefined) continue
      await tab.bringToFront()
      // From the same page it would be a way within one site, which keeps what the browser has.
      await tab.goto('about:blank')
      const inTab = await paint(tab, way)
      await tab.goto('about:blank')
      const window = await tab.context().newPage()
      const inWindow = await paint(window, way)
      await window.close()
      if (round === 0) continue
      figures.painted.push(inTab.painted)
      figures.spent.push(inTab.spent)
      figures.paintedInNew.push(inWindow.painted)
    }
  for (const tab of tabs.values()) await tab.context().close()
  bare.close()
  return found
}

/** From the start of the navigation; processor time of its main thread until it has loaded. Milliseconds. */
async function paint(page: Page, way: string): Promise<{ readonly painted: number; readonly spent: number }> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.goto(way, { waitUntil: 'load' })
  const painted = await page.evaluate(
    `new Promise((resolve) => new PerformanceObserver((list, observer) => { const [entry] = list.getEntriesByName('first-contentful-paint'); if (entry) { observer.disconnect(); resolve(entry.startTime) } }).observe({ type: 'paint', buffered: true }))`,
  )
  const { metrics } = await session.send('Performance.getMetrics')
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  await session.detach()
  return { painted: Number(painted), spent: seconds * 1000 }
}

async function pauses(chrome: Browser, url: string): Promise<number[]> {
  const took: number[] = []
  for (let asked = 0; asked < Math.min(n, 5); asked += 1) {
    const page = await chrome.newPage()
    await page.goto(`${url}live?task=mq-02`)
    const worst = await page.evaluate(`(async () => {
      const { Log } = await import('/assets/log.js')
      const box = document.getElementById('log')
      const log = new Log(box, () => {})
      let worst = 0, last = 0, isOver = false
      const watch = (now) => { if (last > 0) worst = Math.max(worst, now - last); last = now; if (!isOver) requestAnimationFrame(watch) }
      requestAnimationFrame(watch)
      await new Promise((resolve) => setTimeout(resolve, 200))
      for (let k = 0; k < ${linesLogged / 100}; k += 1) {
        log.append(Array.from({ length: 100 }, (_, m) => ({ text: 'line ' + (k * 100 + m) + ' basic.publish', tone: 'plain' })))
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      for (let top = 0; top < 200000; top += 5000) { box.scrollTop = top; await new Promise((resolve) => requestAnimationFrame(resolve)) }
      log.filter('line 99')
      await new Promise((resolve) => setTimeout(resolve, 100))
      isOver = true
      return worst
    })()`)
    took.push(Number(worst))
    await page.close()
  }
  return took
}

async function opened(chrome: Browser, url: string): Promise<number[]> {
  const context = await chrome.newContext()
  const began = performance.now()
  const pages = await Promise.all(Array.from({ length: pagesOpen }, () => context.newPage()))
  await Promise.all(pages.map((page) => page.goto(url, { waitUntil: 'load' })))
  const took = performance.now() - began
  await context.close()
  return [took]
}

/** User and system time of the server so far, where /proc tells it. */
function processorMs(): number | undefined {
  if (!existsSync('/proc/self/stat') || program.pid === undefined) return undefined
  // Behind the name, which is in parentheses and may hold anything.
  const fields = readFileSync(`/proc/${program.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}
