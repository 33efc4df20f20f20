/**
 * For every task with a scenario for the explorer: its reference survives every crash and its alternatives a sample, and each wrong solution that
 * the task names is convicted, with a counter-example that breaks again when it is replayed alone. One task alone: `-t mq-04`.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { type Convictions, type CrashKind, crashKinds, type Exploration } from '#lab/explore'
import { type Explored, type ExploreOptions, explore } from '#lab/explore/explorer'
import { RunContext } from '#lab/kit/run-context'
import { tasks } from '../registry/registry.ts'
import { programRoot } from '../root.ts'
import { layOut, overlayNames, type Subject, subjectRoot } from '../runner/subject.ts'

/** A run that is judged by the same seed says the same. */
const seed = process.env['MQ_SEED'] ?? '7'

const explorable = tasks.filter(
  ({ state, folder }) => state === 'ready' && existsSync(join(programRoot, folder, 'explore.ts')),
)

/** `MQ_SOAK` is the share of the tasks that is explored, from the first on; two at least. */
const tasksToExplore = Math.max(2, Math.round(explorable.length * Number(process.env['MQ_SOAK'] ?? 1)))

const sampleOfAlternatives = 8

const declared = async (folder: string) =>
  (await import(pathToFileURL(join(programRoot, folder, 'explore.ts')).href)) as {
    exploration: Exploration
    convictions: Convictions
  }
const cases = await Promise.all(
  explorable.slice(0, tasksToExplore).map(async (task) => ({ task, ...(await declared(task.folder)) })),
)

// What a subject's processes leave behind in the background is their own affair.
process.on('unhandledRejection', () => undefined)
afterEach(() => {
  delete process.env['MQ_SUBJECT']
})

test('there is a task to explore', () => expect(explorable.map(({ id }) => id)).toContain('mq-02'))

describe.each(cases.map((each) => ({ id: each.task.id, ...each })))('$id', (each) => {
  const { task, exploration, convictions } = each
  const crashes = exploration.crashes ?? crashKinds
  const right: Subject[] = [
    { kind: 'reference' },
    ...overlayNames(task, 'alternative').map((name) => ({ kind: 'alternative', name }) as const),
  ]

  for (const crash of crashes) {
    test.each(right.map((subject) => [nameOf(subject), subject] as const))(
      `crash=${crash}: %s survives`,
      async (_, subject) => {
        // At every moment; of each alternative a sample, since it differs from the reference in one thing.
        const sample = subject.kind === 'alternative' ? { schedules: sampleOfAlternatives } : {}
        const { counterExample, moments, played, held, unreached, causes } = await exploring(
          subject,
          crash,
          sample,
        )

        expect(counterExample?.breach.said.en).toBeUndefined()
        expect(played).toBe(sample.schedules ?? moments)
        // A run that missed a limit on a busy computer convicts nobody, and clears nobody.
        expect(held + unreached + causes.length).toBe(played)
        expect(causes.length, causes.map(({ en }) => en).join('; ')).toBeLessThanOrEqual(played / 10)
        expect(held).toBeGreaterThan(played / 2)
      },
    )

    const convicted = convictions[crash] ?? []
    test.each(convicted)(
      `crash=${crash} convicts wrong/%s, and its counter-example breaks again`,
      async (name) => {
        const found = await exploring({ kind: 'wrong', name }, crash)
        const { schedule, breach } = found.counterExample ?? {}
        expect(schedule?.at, breach?.said.en).toHaveLength(1)

        const { at = [], messages = 1 } = schedule ?? {}
        const again = await exploring({ kind: 'wrong', name }, crash, { at, messages })
        expect(kindOf(again)).toBe(kindOf(found))
      },
    )
  }

  function exploring(
    subject: Subject,
    crash: CrashKind,
    rest: Partial<ExploreOptions> = {},
  ): Promise<Explored> {
    layOut(task, subject)
    process.env['MQ_SUBJECT'] = subjectRoot(subject)
    process.env['MQ_SEED'] = seed
    const taskFolder = join(programRoot, task.folder)
    return explore({ taskFolder, exploration, run: new RunContext(), crash, ...rest })
  }
})

function nameOf(subject: Subject): string {
  return 'name' in subject ? `${subject.kind} ${subject.name}` : `the ${subject.kind}`
}

/** What is said of a breach without its counts and ids: how many messages a crash takes along differs from run to run. */
function kindOf({ counterExample }: Explored): string | undefined {
  return counterExample?.breach.said.en.replaceAll(/\d+|…[0-9a-f]+,?/g, '').trim()
}
