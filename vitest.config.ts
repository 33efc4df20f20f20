/** Test projects by suffix: the suffix says what a test costs. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(
    `This repository runs on the Node 24 that "npm ci" brought along, not on ${process.version}. Start vitest through npm: npx vitest run mq-01`,
  )
}

// What Node itself would refuse (an enum, a ".js" specifier for a .ts file) must fail here too.
const native = { experimental: { viteModuleRunner: false, nodeLoader: false } } as const
// kafkajs 2.2.4 computes time-outs that lie in the past; Node 24 says so once a process.
const quietTimeouts = ['--disable-warning=TimeoutNegativeWarning', '--min-semi-space-size=16']
/** A wait for a fact ends with the fact: the limit is for what never comes. Vitest's own is a second, which a busy computer misses. */
const patient = { expect: { poll: { timeout: 30_000 } } } as const
const never = ['**/node_modules/**', '**/.workbook/**', 'docs/**']

const cores = availableParallelism()
// A file of these waits for its brokers, clients and time-outs: more of them than there are cores keep these busy.
const waiting = { maxWorkers: 2 * cores + 2, sequence: { groupOrder: 1 } } as const
// One more than there are cores keeps these busy where files wait a third of the time.
const working = { maxWorkers: cores + 1, sequence: { groupOrder: 2 } } as const

/**
 * Set by `npm test`: the checks play on the references. A reference breaks nothing in its process, so the files of all tasks share workers
 * and their brokers, and since many play at a time they are given the limits of a busy computer.
 */
const onReferences = process.env.MQ_CHECKS === 'references'
const referencesEnv = {
  MQ_SUBJECT: join(import.meta.dirname, 'solutions'),
  MQ_KEEP_BROKERS: '1',
  MQ_PACE: process.env.MQ_PACE ?? '3',
}

/** vitest would say `test`, and kafkajs 2.2.4 then has other defaults than in a service: 15 retries from 50 ms on, not 5 from 300. */
const likeAService = { NODE_ENV: 'development' } as const

/** Files that take ten seconds or more, most of it waiting. Begun last, one of them would be waited for alone. */
const longest = [
  'brokers/amqp/probes/probes.wire.test.ts',
  'brokers/engines/embedded-kafka.wire.test.ts',
  'brokers/kafka/data-dir.wire.test.ts',
  'brokers/kafka/probes/probes.wire.test.ts',
].map((path) => join(import.meta.dirname, path))

/**
 * Wire tests before checks, and of each the longest files first; else as vitest does: by what they took last time, or by their size. One
 * project after the other, since a worker is shared only while the next file is of its own project.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) =>
      longest.includes(moduleId) ? 0 : project.name === 'tasks' ? 2 : 1
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    watch: false,
    sequence: { sequencer: LongestFirst },
    // Meant for this file alone: what a test starts may read it as well.
    env: { MQ_CHECKS: '' },
    projects: [
      {
        test: {
          ...native,
          name: 'unit',
          // They start nothing, wait for nothing and leave nothing behind: files share a worker for each core, which loads each module once.
          isolate: false,
          execArgv: ['--min-semi-space-size=16'],
          maxWorkers: cores,
          sequence: { groupOrder: 0 },
          // Properties that are held for hundreds of histories take their time on a computer that does something else.
          testTimeout: 60_000,
          include: ['**/*.test.ts'],
          exclude: [
            ...never,
            '**/*.wire.test.ts',
            '**/*.whole.test.ts',
            '**/*.soak.test.ts',
            '**/*.real.test.ts',
            '**/*.check.test.ts',
            '**/claims.test.ts',
          ],
        },
      },
      {
        test: {
          ...native,
          ...waiting,
          ...patient,
          name: 'wire',
          // They leave nothing behind in their process either (setup-wire.ts): a worker for each file would load everything anew.
          isolate: false,
          execArgv: quietTimeouts,
          setupFiles: ['./lab/kit/setup-wire.ts'],
          include: ['**/*.wire.test.ts'],
          exclude: never,
          // Never the first to end a wait: a wait for a fact has a limit of its own, and says what was missing.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Whole programs and whole explorations, as whoever uses them starts them: `npm run test:whole`.
        test: {
          ...native,
          ...working,
          ...patient,
          name: 'whole',
          execArgv: quietTimeouts,
          include: ['**/*.whole.test.ts'],
          exclude: never,
          // A quiet computer takes a tenth of it; never the first to end a wait.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // Against servers of this computer: `npm run test:real`.
        test: {
          ...native,
          ...working,
          name: 'real',
          execArgv: quietTimeouts,
          include: ['**/*.real.test.ts'],
          exclude: never,
          // Longer than a start may take by itself, which says why it failed.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          ...native,
          ...working,
          name: 'soak',
          include: ['**/*.soak.test.ts'],
          exclude: never,
          testTimeout: 1_800_000,
        },
      },
      {
        test: {
          ...native,
          ...waiting,
          name: 'tasks',
          ...(onReferences ? { isolate: false } : {}),
          env: { ...likeAService, ...(onReferences ? referencesEnv : {}) },
          execArgv: quietTimeouts,
          include: ['exercises/**/*.check.test.ts', 'designs/**/claims.test.ts'],
          exclude: never,
          setupFiles: ['./lab/kit/setup.ts'],
          testTimeout: 10_000,
          hookTimeout: 10_000,
        },
      },
    ],
  },
})
