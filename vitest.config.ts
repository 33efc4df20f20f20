/** Test projects by suffix: the suffix says what a test costs. */
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

if (Number(process.versions.node.split('.')[0]) < 24) {
  throw new Error(
    `This repository runs on the Node 24 that "npm ci" brought along, not on ${process.version}. Start vitest through npm: npx vitest run mq-01`,
  )
}

// What Node itself would refuse (an enum, a ".js" specifier for a .ts file) must fail here too.
const native = { experimental: { viteModuleRunner: false, nodeLoader: false } } as const
// kafkajs 2.2.4 computes time-outs that lie in the past; Node 24 says so once a process.
const quietTimeouts = ['--disable-warning=TimeoutNegativeWarning']
const never = ['**/node_modules/**', '**/.workbook/**', 'docs/**']

export default defineConfig({
  test: {
    pool: 'forks',
    watch: false,
    // Files wait for their brokers and clients a third of the time: one more than there are cores keeps these busy.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          ...native,
          name: 'unit',
          // They start nothing and leave nothing behind: files share two workers, which load each module once.
          isolate: false,
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
          name: 'wire',
          execArgv: quietTimeouts,
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
          name: 'whole',
          execArgv: quietTimeouts,
          include: ['**/*.whole.test.ts'],
          exclude: never,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Against servers of this computer: `npm run test:real`.
        test: {
          ...native,
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
          name: 'soak',
          include: ['**/*.soak.test.ts'],
          exclude: never,
          testTimeout: 1_800_000,
        },
      },
      {
        test: {
          ...native,
          name: 'tasks',
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
