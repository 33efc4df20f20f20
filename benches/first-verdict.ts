/**
 * How long until a learner reads a verdict: the first one after `npm ci`, a whole `npm run check`, and from a save to
 * the new verdict in watch mode. Works in a copy of the repository; the learner's files stay as they are.
 * Needs util-linux's `script` (a terminal for watch mode), so Linux.
 *
 *     node benches/first-verdict.ts [n=15]
 */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'

const runs = Number(process.argv.find((word) => word.startsWith('n='))?.slice(2) ?? 15)
const root = resolve(import.meta.dirname, '..')
const copy = mkdtempSync(join(tmpdir(), 'first-verdict-'))
const edited = join(copy, 'exercises/3-mq/01-rabbitmq-setup/connection.ts')
/** A verdict that does not come is a defect, not a slow one. */
const verdictMsMax = 20_000

for (const file of execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')) {
  mkdirSync(dirname(join(copy, file)), { recursive: true })
  cpSync(join(root, file), join(copy, file))
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir')

try {
  const rows = [
    [
      'first `npm run exercise` after `npm ci` (empty compile cache)',
      await times(Math.min(runs, 5), firstExercise),
    ],
    ['`npm run check mq-01`', await times(runs, checkTask)],
    ['save to verdict, watch mode, mq-01', await savesToVerdicts(runs)],
  ] as const
  console.log(
    `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), milliseconds`,
  )
  console.log('| what | n | median | min | max |\n|---|---|---|---|---|')
  for (const [what, tookMs] of rows) {
    const sorted = tookMs.toSorted((a, b) => a - b)
    const [median, min, max] = [sorted[sorted.length >> 1], sorted[0], sorted.at(-1)]
    console.log(
      `| ${what} | ${sorted.length} | ${median?.toFixed(0)} | ${min?.toFixed(0)} | ${max?.toFixed(0)} |`,
    )
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}

async function times(howOften: number, measure: () => Promise<number>): Promise<number[]> {
  const tookMs: number[] = []
  for (let run = 0; run < howOften; run += 1) tookMs.push(await measure())
  return tookMs
}

function firstExercise(): Promise<number> {
  rmSync(join(copy, '.workbook'), { recursive: true, force: true })
  return run('npm', ['run', 'exercise'], 0)
}

function checkTask(): Promise<number> {
  return run('npm', ['run', 'check', 'mq-01'], 1)
}

/** Runs a command to its end; its exit code must be the expected one, or the time means nothing. */
function run(command: string, args: readonly string[], expectedCode: number): Promise<number> {
  const began = performance.now()
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: copy, stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('error', fail)
    child.once('exit', (code) => {
      if (code === expectedCode) done(performance.now() - began)
      else fail(new Error(`${command} ${args.join(' ')} ended with ${code}, expected ${expectedCode}`))
    })
  })
}

/** Opens watch mode on a terminal and saves the file with another message each time, until the verdict shows it. */
async function savesToVerdicts(howOften: number): Promise<number[]> {
  const command = `${process.execPath} workbook/main.js exercise mq-01`
  const terminal = spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: copy,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let screen = ''
  terminal.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString('utf8')
  })
  const starter = readFileSync(edited, 'utf8')
  const tookMs: number[] = []
  try {
    await shows(() => screen.includes('open the connection'))
    for (let save = 0; save < howOften; save += 1) {
      const message = `open the connection, take ${save} of ${howOften}`
      screen = ''
      const began = performance.now()
      writeFileSync(edited, starter.replace('open the connection', message))
      await shows(() => screen.includes(message))
      tookMs.push(performance.now() - began)
    }
  } finally {
    terminal.stdin.write('q')
    await new Promise((done) => terminal.once('exit', done))
  }
  return tookMs
}

async function shows(fact: () => boolean): Promise<void> {
  const deadline = performance.now() + verdictMsMax
  while (!fact()) {
    if (performance.now() > deadline) throw new Error('the verdict never showed')
    await new Promise((done) => setTimeout(done, 1))
  }
}
