/**
 * For every task with a scenario for the explorer: its reference survives every crash, and each wrong solution that the
 * task names is convicted, with a counter-example that breaks again when it is replayed alone.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Convictions, crashKinds, type Exploration } from '#lab/explore'
import { tasks } from '../registry/registry.ts'
import { programRoot } from '../root.ts'

interface Report {
  readonly outcome: string
  readonly explored: {
    readonly moments: number
    readonly held: number
    readonly inconclusive: number
    readonly replay?: string
  }
  readonly verdict: { readonly breach?: { readonly said: { readonly en: string } } }
}

const explored = tasks.filter(
  ({ state, folder }) => state === 'ready' && existsSync(join(programRoot, folder, 'explore.ts')),
)

/** `MQ_SOAK` is the share of the tasks that is explored, from the first on; two at least. */
const tasksToExplore = Math.max(2, Math.round(explored.length * Number(process.env['MQ_SOAK'] ?? 1)))

async function explore(...words: readonly string[]): Promise<{ exitCode: number | null; report: Report }> {
  const args = [join(programRoot, 'workbook', 'main.js'), 'explore', ...words, 'seed=7', 'json', 'lang=en']
  const child = spawn(process.execPath, args, { cwd: programRoot, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, report: JSON.parse(output) as Report }
}

test('there is a task to explore', () => expect(explored.map(({ id }) => id)).toContain('mq-02'))

const declared = async (folder: string) =>
  (await import(pathToFileURL(join(programRoot, folder, 'explore.ts')).href)) as {
    exploration: Exploration
    convictions: Convictions
  }
const cases = await Promise.all(
  explored.slice(0, tasksToExplore).map(async ({ id, folder }) => ({ id, ...(await declared(folder)) })),
)

describe.each(cases)('$id', ({ id, exploration, convictions }) => {
  const crashes = exploration.crashes ?? crashKinds

  test.each(crashes)('the reference survives every crash of the %s', async (crash) => {
    const { exitCode, report } = await explore(id, 'subject=reference', `crash=${crash}`)

    expect(report.verdict.breach?.said.en).toBeUndefined()
    const { held, inconclusive, moments } = report.explored
    expect(held + inconclusive).toBe(moments)
    expect(held).toBeGreaterThan(inconclusive)
    expect(exitCode).toBe(0)
  })

  test.each(crashes)('a crash of the %s convicts what the task says it does', async (crash) => {
    for (const name of convictions[crash] ?? []) {
      const subject = `subject=wrong/${name}`
      const { exitCode, report } = await explore(id, subject, `crash=${crash}`)
      expect(exitCode, name).toBe(1)
      expect(report.explored.replay, name).toContain(' at=')

      const again = await explore(id, subject, ...(report.explored.replay?.split(' ') ?? []))
      expect(again.exitCode, name).toBe(1)
      expect(kindOf(again.report), name).toBe(kindOf(report))
    }
  })
})

/** What is said of a breach without its counts and ids: how many messages a crash takes along differs from run to run. */
const kindOf = ({ verdict }: Report) => verdict.breach?.said.en.replaceAll(/\d+|…[0-9a-f]+,?/g, '').trim()
