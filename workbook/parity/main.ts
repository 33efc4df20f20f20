/**
 * `npm run test:real tasks [only=real] [id…]`: runs the checks of every ready task on its reference, on the embedded brokers and on
 * real ones of this computer, which are kept running from task to task, and compares. What ends as it should is kept in
 * `recorded.json`, task by task, and PARITY.md printed from it. With `only=real` the embedded ones are taken to pass, as `npm test`
 * proves, nothing is recorded, and two runs go on side by side (lanes.ts). Brings the real brokers where they are missing.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installKafka, installNearestRabbitMQ, keepLocalBrokers } from '#brokers/engines/install'
import { EngineError } from '#brokers/engines/start'
import type { Language, Verdict } from '#lab/verdict'
import { loadCourse } from '../course.ts'
import type { Task } from '../registry/registry.ts'
import { root } from '../root.ts'
import { onInterrupt } from '../runner/interrupt.ts'
import { Judge, type Judgement } from '../runner/judge.ts'
import { print } from '../terminal.ts'
import { type Compared, compareVerdicts, parityPage, type TaskParity } from './compare.ts'
import { exceptions } from './exceptions.ts'
import { runInLanes } from './lanes.ts'
import { keepParities } from './recorded.ts'

const lang: Language = 'en'
/** The same on every day, so that two runs differ by the brokers alone. */
const SEED = 20_261_101
/** A check may miss a deadline on a busy computer, which convicts nobody: it is played once more. */
const ATTEMPTS_MAX = 2
const ONLY_REAL = 'only=real'

/** @throws EngineError for a broker that can't be had */
async function bringBrokers(tasks: readonly Task[]): Promise<void> {
  const needs = (product: string) => tasks.some(({ engine }) => engine === product || engine === 'both')
  if (needs('rabbitmq')) {
    const { said, home } = await installNearestRabbitMQ(print)
    print(said)
    if (home !== undefined) process.env.RABBITMQ_HOME = home
  }
  if (needs('kafka')) print(await installKafka(print))
}

/** Judges each task's reference, with a line for each. */
async function judgeAll(engine: 'embedded' | 'local', tasks: readonly Task[]): Promise<Map<Task, Judgement>> {
  const judge = new Judge({ engine, lang, seed: SEED })
  const judged = new Map<Task, Judgement>()
  try {
    for (const task of tasks) {
      const [judgement] = await judge.judge({ tasks: [task], subject: { kind: 'reference' } })
      if (judgement === undefined) throw new Error(`nothing was judged of ${task.id}`)
      judged.set(task, judgement)
      const verdicts = allVerdicts(judgement)
      const passed = verdicts.filter(({ outcome }) => outcome === 'passed').length
      const seconds = (judgement.ms / 1000).toFixed(0)
      print(`  ${engine}  ${task.id}  ${passed} of ${verdicts.length} passed in ${seconds} s`)
    }
  } finally {
    await judge.close()
  }
  return judged
}

/** Those of items, and those of a lesson's experiments under the lesson's and their own name: `study-06 silence`. */
function allVerdicts({ task, verdicts, experiments }: Judgement): readonly Verdict[] {
  const named = experiments.map(({ name, verdict }) => ({ ...verdict, item: `${task.id} ${name}` }))
  return [...verdicts, ...named]
}

/** Both, item by item: those of the last attempt at each that did not end as it should. */
async function compareTask(
  task: Task,
  real: Judgement,
  embedded: Judgement | undefined,
): Promise<Compared[]> {
  let verdicts = allVerdicts(real)
  // `npm test` has just proven them.
  let own = embedded === undefined ? undefined : allVerdicts(embedded)
  const compare = () => compareVerdicts(own ?? verdicts.map(asPassed), verdicts, exceptions)
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
    for (const { item, wrong } of compare()) {
      if (wrong === undefined) continue
      print(`  once more: ${item}  ${wrong}`)
      const first = own === undefined ? undefined : await once('embedded', task, item)
      const second = await once('local', task, item)
      own = own?.map((verdict) => (verdict.item === item ? (first ?? verdict) : verdict))
      verdicts = verdicts.map((verdict) => (verdict.item === item ? (second ?? verdict) : verdict))
    }
  }
  return compare()
}

const asPassed = ({ item, promise, ms }: Verdict): Verdict => ({
  outcome: 'passed',
  item,
  promise,
  ms,
  figures: [],
})

async function once(engine: 'embedded' | 'local', task: Task, item: string): Promise<Verdict | undefined> {
  const judge = new Judge({ engine, lang, seed: SEED })
  try {
    // An experiment has no item of its own: its lesson is judged whole.
    const items = task.items.some(({ id }) => id === item) ? { items: [item] } : {}
    const [judgement] = await judge.judge({ tasks: [task], subject: { kind: 'reference' }, ...items })
    return judgement && allVerdicts(judgement).find((verdict) => verdict.item === item)
  } finally {
    await judge.close()
  }
}

/** Tasks whose checks play on brokers. */
function isCompared({ state, engine }: Task): boolean {
  return state === 'ready' && engine !== 'none'
}

/** What was asked for. @throws Error for what means nothing */
function read(words: readonly string[], tasks: readonly Task[]) {
  const ids = words.filter((word) => word !== ONLY_REAL)
  const wrong = ids.find((id) => !tasks.some((task) => task.id === id))
  const usage = `Usage: npm run test:real tasks [${ONLY_REAL}] [id…]`
  if (wrong !== undefined) throw new Error(`"${wrong}" is no task that plays on brokers. ${usage}`)
  return {
    isOnlyReal: words.includes(ONLY_REAL),
    tasks: tasks.filter(({ id }) => ids.length === 0 || ids.includes(id)),
  }
}

async function main(words: readonly string[]): Promise<number> {
  let [passed, failed] = [0, 0]
  try {
    const compared = (await loadCourse()).tasks.filter(isCompared)
    const { tasks, isOnlyReal } = read(words, compared)
    await bringBrokers(tasks)
    if (isOnlyReal && new Set(tasks.map(({ engine }) => engine === 'rabbitmq')).size > 1) {
      const counts = await runInLanes(import.meta.filename, [ONLY_REAL], tasks)
      print('', `${counts.passed} passed, ${counts.failed} failed`)
      return counts.failed === 0 ? 0 : 1
    }
    const embedded = isOnlyReal ? undefined : await judgeAll('embedded', tasks)
    await using host = await keepLocalBrokers()
    process.env.MQ_BROKER_HOST = host.url
    onInterrupt(() => host[Symbol.asyncDispose]())
    const parities: TaskParity[] = []
    for (const [task, real] of await judgeAll('local', tasks)) {
      const parity = { ...aboutRun(task, real), compared: await compareTask(task, real, embedded?.get(task)) }
      parities.push(parity)
      for (const { item, wrong, because } of parity.compared) {
        if (wrong !== undefined) failed++
        else passed++
        if (wrong !== undefined) print(`✗ ${item}  ${wrong}`)
        else if (because !== undefined) print(`· ${item}  differs: ${because}`)
      }
    }
    if (!isOnlyReal) {
      writeFileSync(join(root, 'PARITY.md'), parityPage(keepParities(parities, compared)))
      print('', 'PARITY.md is printed anew')
    }
  } catch (error) {
    failed++
    const why =
      error instanceof EngineError ? error.said[lang] : error instanceof Error ? error.message : String(error)
    print(`✗ ${why}`)
  }
  print('', `${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

function aboutRun(task: Task, real: Judgement): Omit<TaskParity, 'compared'> {
  return {
    task: task.id,
    title: task.title.en,
    servers: real.circumstances.servers,
    seed: SEED,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
  }
}

process.exitCode = await main(process.argv.slice(2))
process.exit()
