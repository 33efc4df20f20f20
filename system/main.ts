/**
 * Runs the payment system: `node system/main.ts [storm=MS] [rate=N] [port=N]`, with MQ_ENGINE, MQ_SEED and MQ_LANG. Without a storm it
 * runs until Ctrl-C and exits with 0. After a storm it exits with 0 or, when something is wrong, 1; with 3 when it could not be started.
 */
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { stopEngines } from '#lab/kit/engine'
import { RunContext } from '#lab/kit/run-context'
import { makeRandom } from '#lab/random'
import type { Language, Text } from '#lab/verdict'
import { formatMs, languageOf } from '#lab/verdict/language'
import { Customers } from './customers.ts'
import { MemoryWatch } from './memory.ts'
import { Nemesis } from './nemesis.ts'
import { PaymentSystem } from './payment-system.ts'
import { Screen } from './screen.ts'
import { faultTexts, statusLines, systemTexts, verdictLines } from './texts.ts'
import { judge } from './verdict.ts'

const optionsSchema = z.object({
  storm: z.coerce.number().int().positive().optional(),
  rate: z.coerce.number().int().positive().max(1_000).default(10),
  port: z.coerce.number().int().min(0).max(65_535).default(8080),
})
type Options = z.infer<typeof optionsSchema>

const drawEveryMs = 500
/** After a storm the system may take as long as it gets on: so long may pass in which nothing that is left to do becomes less. */
const standstillMsMax = 120_000
const lookAgainMs = 250

const lang: Language = languageOf(process.env)
const screen = new Screen()
const say = (...texts: readonly Text[]): void => screen.say(...texts.map((each) => each[lang]))

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
// Whoever started us is gone.
process.on('disconnect', () => interrupted.abort())
process.exit(await main(optionsSchema.parse(Object.fromEntries(process.argv.slice(2).map(pair)))))

function pair(word: string): [string, string] {
  const at = word.indexOf('=')
  return [word.slice(0, at), word.slice(at + 1)]
}

async function main(options: Options): Promise<number> {
  let system: PaymentSystem | undefined
  const memory = new MemoryWatch()
  try {
    const port = await freePort(options.port)
    if (port === undefined) {
      say(systemTexts.portTaken(options.port))
      return 3
    }
    const run = new RunContext()
    say(systemTexts.starting(run.engine))
    const began = performance.now()
    system = await PaymentSystem.start(run, port)
    say(systemTexts.ready(system.url, formatMs(performance.now() - began, lang), system.lab.server))
    return options.storm === undefined
      ? await serve(system)
      : await storm(system, { ...options, storm: options.storm, seed: run.seed, memory })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    say(system === undefined ? systemTexts.trouble(why) : systemTexts.brokenOff(why))
    return 3
  } finally {
    memory.stop()
    if (system !== undefined) say(systemTexts.stopping)
    await system?.stop().catch(() => {})
    await stopEngines().catch(() => {})
    if (system !== undefined) say(systemTexts.stopped)
  }
}

/** Shows how it stands until somebody stops it. */
async function serve(system: PaymentSystem): Promise<number> {
  const { url } = system
  const body = '{"merchant_id":"lotus-books","amount":{"minor":42000,"currency":"VND"}}'
  screen.say(
    '',
    systemTexts.pay[lang],
    `  curl -i ${url}/payments -H 'Content-Type: application/json' -H 'Idempotency-Key: order-1' -d '${body}'`,
    systemTexts.look[lang],
    `  curl ${url}/payments/PAYMENT_ID`,
    systemTexts.stop[lang],
    '',
  )
  while (!interrupted.signal.aborted) {
    screen.draw(statusLines(system.status(), undefined, lang))
    await sleep(drawEveryMs, undefined, { signal: interrupted.signal }).catch(() => {})
  }
  return 0
}

/** Customers pay and the nemesis rages for so long; then everybody comes to rest, and everything is counted. */
async function storm(
  system: PaymentSystem,
  options: { storm: number; rate: number; seed: number; port: number; memory: MemoryWatch },
): Promise<number> {
  const { seed, rate, memory } = options
  say(systemTexts.storm(formatMs(options.storm, lang), rate, seed))
  const began = performance.now()
  const customers = new Customers({ url: system.url, random: makeRandom(seed), seed })
  const nemesis = new Nemesis(system, makeRandom(seed ^ 0x5eed))
  const paying = customers.pay(rate)
  const raging = nemesis.rage()
  let hasFailed = false
  raging.catch(() => {
    hasFailed = true
  })
  const isOver = (): boolean =>
    hasFailed || interrupted.signal.aborted || performance.now() - began > options.storm
  while (!isOver()) {
    const last = nemesis.last
    screen.draw(statusLines(system.status(), last === undefined ? undefined : faultTexts[last][lang], lang))
    await sleep(Math.min(drawEveryMs, options.storm), undefined, { signal: interrupted.signal }).catch(
      () => {},
    )
  }
  nemesis.stop()
  await raging
  if (interrupted.signal.aborted) {
    say(systemTexts.interrupted)
    return 130
  }
  say(systemTexts.calm)
  await Promise.all([customers.stop(), paying])
  const isAtRest = await comesToRest(system)
  const seconds = (performance.now() - began) / 1000
  if (!isAtRest) say(systemTexts.restless(standstillMsMax / 1000))
  await memory.look()
  const verdict = await judge(system, customers.asked, isAtRest)
  const measured = { seconds, peakMb: memory.peakMb, fired: nemesis.fired, asked: customers.asked }
  screen.say('', ...verdictLines(verdict, measured, lang), '')
  const isRight = isAtRest && verdict.findings.length === 0 && verdict.counts.payments > 0
  say(
    systemTexts.again(`npm run system storm=${Math.round(options.storm / 1000)}s rate=${rate} seed=${seed}`),
  )
  return isRight ? 0 : 1
}

async function comesToRest(system: PaymentSystem): Promise<boolean> {
  let least = Number.POSITIVE_INFINITY
  let deadline = performance.now() + standstillMsMax
  for (;;) {
    const left = await system.left().catch(() => Number.POSITIVE_INFINITY)
    if (left === 0) return true
    if (left < least) {
      least = left
      deadline = performance.now() + standstillMsMax
    }
    if (performance.now() > deadline || interrupted.signal.aborted) return false
    screen.draw(statusLines(system.status(), undefined, lang))
    await sleep(lookAgainMs)
  }
}

/** The port, or for 0 one that is free; nothing when it is taken. */
function freePort(port: number): Promise<number | undefined> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address() as AddressInfo
      server.close(() => resolve(found))
    })
  })
}
