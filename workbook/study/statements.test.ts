/** Whatever STATEMENTS.md says that a statement of a lesson rests on is there: experiment, probe, test, check, or a source with its address. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tasks } from '../registry/registry.ts'
import { programRoot } from '../root.ts'

const page = readFileSync(join(programRoot, 'exercises/1-study/STATEMENTS.md'), 'utf8')

interface Statement {
  readonly section: string
  readonly statement: string
  /** What stands in backticks: a kind and a name. */
  readonly runs: readonly string[]
  readonly sources: readonly string[]
}

const statements = page
  .split(/^## /m)
  .slice(1)
  .flatMap((part) => {
    const [section = '', ...lines] = part.split('\n')
    const rows = lines.filter((line) => line.startsWith('|')).slice(2)
    return rows.map((row): Statement => {
      const [, statement = '', restsOn = ''] = row.split('|').map((cell) => cell.trim())
      const runs = [...restsOn.matchAll(/`([^`]+)`/g)].map(([, run = '']) => run)
      const sources = [...restsOn.matchAll(/\[[^\]]+\]\((https:\/\/[^)\s]+)\)/g)].map(([, url = '']) => url)
      return { section, statement, runs, sources }
    })
  })

const lessons = tasks.filter(({ part }) => part === 'study')

/** The text of all files below a folder whose names end so. */
function textBelow(folder: string, ending: string): string {
  return readdirSync(join(programRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(programRoot, folder, name), 'utf8'))
    .join('\n')
}

const checks = ['exercises', 'designs'].map((folder) => textBelow(folder, '.test.ts')).join('\n')
/** Probes that real brokers have answered. */
const probes = ['amqp', 'kafka'].map((broker) =>
  readFileSync(join(programRoot, 'brokers', broker, 'probes/recorded.json'), 'utf8'),
)

/** What is wrong with something that a statement rests on, if anything. */
function missing(run: string): string | undefined {
  const [, kind, name = ''] = /^(experiment|probe|test|check) (.+)$/.exec(run) ?? []
  switch (kind) {
    case 'experiment': {
      const [id, experiment] = name.split(' ')
      const folder = lessons.find((task) => task.id === id)?.folder
      if (folder === undefined) return `there is no lesson ${id}`
      if (!existsSync(join(programRoot, folder, 'experiments', `${experiment}.ts`)))
        return `${id} has no experiment ${experiment}`
      return textBelow(folder, '.check.test.ts').includes(`'experiment ${experiment}: `)
        ? undefined
        : `${experiment} is not held by a check`
    }
    case 'probe':
      return probes.some((recorded) => recorded.includes(`${JSON.stringify(name)}: `))
        ? undefined
        : `no real broker has answered the probe "${name}"`
    case 'test': {
      const at = name.indexOf(': ')
      const [path, claim] = [name.slice(0, at), name.slice(at + 2)]
      if (!existsSync(join(programRoot, path))) return `there is no file ${path}`
      return readFileSync(join(programRoot, path), 'utf8').includes(claim)
        ? undefined
        : `${path} has no test "${claim}"`
    }
    case 'check':
      return checks.includes(`'${name} `) ? undefined : `no check proves ${name}`
    default:
      return `"${run}" is neither an experiment nor a probe, a test or a check`
  }
}

test('each lesson has ten statements, each of them once', () => {
  const counts = lessons.map(({ id }) => [id, statements.filter(({ section }) => section === id).length])
  expect(counts).toEqual(lessons.map(({ id }) => [id, 10]))
  expect(new Set(statements.map(({ statement }) => statement)).size).toBe(lessons.length * 10)
})

test('whatever a statement rests on is there', () => {
  expect(statements.flatMap(({ runs }) => runs).flatMap((run) => missing(run) ?? [])).toEqual([])
})

test('a statement without a run names its source, and as many rest on a run as the page says', () => {
  const unfounded = statements.filter(({ runs, sources }) => runs.length === 0 && sources.length === 0)
  expect(unfounded.map(({ statement }) => statement)).toEqual([])
  const onRuns = statements.filter(({ runs }) => runs.length > 0)
  expect(page).toContain(`\n${onRuns.length} of ${statements.length} rest on a run.\n`)
})

test('what is not there is found', () => {
  expect(missing('experiment study-01 no-such-one')).toContain('has no experiment')
  expect(missing('probe confirm: what nobody asked')).toContain('no real broker')
  expect(missing('test workbook/study/statements.test.ts: what is not')).toBeUndefined()
  expect(missing('test workbook/root.ts: no such claim')).toContain('has no test')
  expect(missing('check mq-99.1')).toContain('no check')
  expect(missing('rumour')).toContain('neither')
})
