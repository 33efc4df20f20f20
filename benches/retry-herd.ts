/**
 * What a thousand clients that failed at the same moment do to the server that comes back, by retry strategy: a simulation.
 * `npm run bench retry-herd [clients=1000] [seed=7] [svg=FILE]` prints Markdown, and draws it.
 */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { decorrelatedJitterGenerator, ExponentialBackoff } from 'cockatiel'
import { type Herd, type HerdOptions, simulateHerd } from '#lab/simulate/herd'
import { herdChart } from '#lab/simulate/herd-chart'
import { type Strategy, strategies } from '#lab/simulate/strategies'
import { seededSource } from '#payments/fixtures'
import { word } from './kit/figures.ts'

const clients = Number(word('clients') ?? 1000)
const seed = Number(word('seed') ?? 7)
if (!(Number.isInteger(clients) && clients > 0 && Number.isInteger(seed) && seed >= 0)) {
  process.stderr.write(
    'retry-herd takes clients=N, seed=N and svg=FILE: npm run bench retry-herd clients=1000 seed=7\n',
  )
  process.exit(2)
}

const backoff = { initialDelayMs: 100, maxDelayMs: 5000, multiplier: 2 }
const options: HerdOptions = { clients, attemptsMax: 10_000, backoff, slotMs: 10, callsPerSlot: 20 }

/** Cockatiel's own draws from Math.random: this one row differs a little from run to run. */
const cockatiel: Strategy = ({ initialDelayMs, maxDelayMs, multiplier }, retry) => {
  const settings = { initialDelay: initialDelayMs, maxDelay: maxDelayMs, exponent: multiplier }
  let next = new ExponentialBackoff({ ...settings, generator: decorrelatedJitterGenerator }).next()
  for (let nth = 1; nth < Math.min(retry, 12); nth += 1) next = next.next(undefined)
  return next.duration
}

const rows: readonly (readonly [string, Strategy])[] = [
  ['fixed', strategies.fixed],
  ['exponential', strategies.exponential],
  ['equal jitter', strategies.equal],
  ['full jitter', strategies.full],
  ['decorrelated', strategies.decorrelated],
  ['cockatiel 4', cockatiel],
]

const herds: readonly { readonly name: string; readonly herd: Herd }[] = rows.map(([name, strategy]) => ({
  name,
  herd: simulateHerd(strategy, seededSource(seed).random, options),
}))

const whole = (value: number): string => Math.round(value).toLocaleString('en-GB')
process.stdout.write(
  [
    '| strategy | fullest 10 ms | calls after the first | last one done s |',
    '| --- | --- | --- | --- |',
    ...herds.map(
      ({ name, herd }) =>
        `| ${name} | ${whole(herd.peak)} | ${whole(herd.retries)} | ${(herd.lastMs / 1000).toFixed(1)} |`,
    ),
    '',
    `Simulation: ${clients} clients fail at once, the server then takes ${options.callsPerSlot} calls in each ${options.slotMs} ms; ` +
      `${backoff.initialDelayMs} ms × ${backoff.multiplier}, ${backoff.maxDelayMs} ms at most; seed ${seed}.`,
    '',
  ].join('\n'),
)

const svg = word('svg')
if (svg !== undefined) {
  const path = resolve(process.env.INIT_CWD ?? '.', svg)
  writeFileSync(
    path,
    herdChart(
      herds.filter(({ name }) => name !== 'cockatiel 4'),
      {
        title: `${clients} clients failed together: their calls after that`,
        below: `simulation, seed ${seed}; the server takes ${options.callsPerSlot} calls in ${options.slotMs} ms; 100 ms × 2, 5 s at most; bars of 50 ms · npm run bench retry-herd`,
        slotMs: options.slotMs,
        binMs: 50,
        untilMs: 10_000,
      },
    ),
  )
  process.stdout.write(`\nDrawn: ${path}\n`)
}
