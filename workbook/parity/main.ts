/**
 * `npm run test:real tasks [id…]`: runs the checks of every ready task on its reference, on the embedded brokers and on real ones
 * of this computer, and compares. What ends as it should is kept in `recorded.json`, task by task, and PARITY.md printed from it.
 * Brings the real brokers where they are missing.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installKafka, installNearestRabbitMQ } from '#brokers/engines/install'
import { EngineError } from '#brokers/engines/start'
import type { Language, Verdict } from '#lab/verdict'
import { loadCourse } from '../course.ts'
import type { Task } from '../registry/registry.ts'
import { root } from '../root.ts'
import { Judge, type Judgement } from '../runner/judge.ts'
import { print } from '../terminal.ts'
import { compareVerdicts, parityPage, type TaskParity } from './compare.ts'
import { exceptions } from './exceptions.ts'
import { keepParities } from './recorded.ts'

const lang: Language = 'en'
/** The same on every day, so that two runs differ by the brokers alone. */
const SEED = 20_261_101
/** A check may miss a deadline on a busy computer, which convicts nobody: it is played once more. */
const ATTEMPTS_MAX = 2

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

async function judgeAll(engine: 'embedded' | 'local', tasks: readonly Task[]): Promise<Map<Task, Judgement>> {
  const judge = new Judge({ engine, lang, seed: SEED })
  const judged = new Map<Task, Judgement>()
  try {
    for (const task of tasks) {
      const [judgement] = await judge.judge({ tasks: [task], subject: { kind: 'reference' } })
      if (judgement !== undefined) judged.set(task, judgement)
      const verdicts = judgement === undefined ? [] : allVerdicts(judgement)
      const passed = verdicts.filter(({ outcome }) => outcome === 'passed').length
      const seconds = ((judgement?.ms ?? 0) / 1000).toFixed(0)
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

/** Those of the last attempt at each item that did not end as it should. */
async function compareTask(task: Task, embedded: Judgement, real: Judgement): Promise<TaskParity> {
  let verdicts = allVerdicts(real)
  let own = allVerdicts(embedded)
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
    const again = compareVerdicts(own, verdicts, exceptions).filter(({ wrong }) => wrong !== undefined)
    for (const { item } of again) {
      print(`  once more: ${item}`)
      const [first, second] = [await once('embedded', task, item), await once('local', task, item)]
      own = own.map((verdict) => (verdict.item === item ? (first ?? verdict) : verdict))
      verdicts = verdicts.map((verdict) => (verdict.item === item ? (second ?? verdict) : verdict))
    }
  }
  return {
    task: task.id,
    title: task.title.en,
    servers: real.circumstances.servers,
    compared: compareVerdicts(own, verdicts, exceptions),
    seed: SEED,
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
  }
}

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

async function main(ids: readonly string[]): Promise<number> {
  const course = await loadCourse()
  const ready = course.tasks.filter(
    ({ state, id }) => state === 'ready' && (ids.length === 0 || ids.includes(id)),
  )
  const tasks = ready.filter(isCompared)
  let [passed, failed] = [0, 0]
  try {
    await bringBrokers(tasks)
    const embedded = await judgeAll('embedded', tasks)
    const real = await judgeAll('local', tasks)
    const parities: TaskParity[] = []
    for (const task of tasks) {
      const [one, other] = [embedded.get(task), real.get(task)]
      if (one === undefined || other === undefined) throw new Error(`nothing was judged of ${task.id}`)
      const parity = await compareTask(task, one, other)
      parities.push(parity)
      for (const { item, wrong, because } of parity.compared) {
        if (wrong !== undefined) failed++
        else passed++
        if (wrong !== undefined) print(`✗ ${item}  ${wrong}`)
        else if (because !== undefined) print(`· ${item}  differs: ${because}`)
      }
    }
    const kept = keepParities(parities, course.tasks.filter(isCompared))
    writeFileSync(join(root, 'PARITY.md'), parityPage(kept))
    print('', 'PARITY.md is printed anew')
  } catch (error) {
    failed++
    const why =
      error instanceof EngineError ? error.said[lang] : error instanceof Error ? error.message : String(error)
    print(`✗ ${why}`)
  }
  print('', `${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
process.exit()
