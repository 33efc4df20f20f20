/**
 * The one direction of imports, held against every file: what a folder may reach, and through which doors. The
 * linter says the same faster, by text; this test resolves paths, so nothing gets past it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { preProcessFile } from 'typescript'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const doors = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).imports as Record<string, string>

/** What code in a folder may import of ours, besides itself. The first rule that matches a file counts. */
const rules: readonly { readonly files: RegExp; readonly may: readonly RegExp[]; readonly why: string }[] = [
  {
    files: /^payments\/.*\.test\.ts$/,
    may: [/^brokers\/engines\//, /^lab\//],
    why: 'a test of payments may hold it against a broker and a reference',
  },
  { files: /^payments\//, may: [], why: 'payments imports nothing of ours' },
  {
    files: /^brokers\/(?:clock|random|bytes|protocol-error)\.ts$/,
    may: [],
    why: 'what both brokers stand on imports nothing',
  },
  { files: /^brokers\/store\//, may: [/^brokers\/[a-z-]+\.(?:ts|js)$/], why: 'a store knows no broker' },
  {
    files: /^brokers\/amqp\//,
    may: [/^brokers\/[a-z-]+\.(?:ts|js)$/, /^brokers\/store\//, /^brokers\/engines\/engine\.ts$/],
    why: 'the AMQP broker knows the store and the contract of engines, never Kafka',
  },
  {
    files: /^brokers\/kafka\//,
    may: [/^brokers\/[a-z-]+\.(?:ts|js)$/, /^brokers\/store\//, /^brokers\/engines\/engine\.ts$/],
    why: 'the Kafka broker knows the store and the contract of engines, never AMQP',
  },
  { files: /^brokers\//, may: [/^brokers\//], why: 'brokers knows nothing of payments, lab or tasks' },
  { files: /^lab\//, may: [/^brokers\//, /^payments\//], why: 'lab uses the doors of brokers and payments' },
  {
    files: /^knowledge-check\//,
    may: [/^lab\/(?:study\/written|verdict\/language)\.ts$/],
    why: 'knowledge-check is data: it uses the type of a question and text()',
  },
  {
    files:
      /^(?:exercises|designs)\/.*(?:\.check\.test|claims\.test|run|promises|explore|measure|notes\.rules|questions|rubric|(?:experiments|attacks|scenarios)\/[a-z0-9/-]+)\.ts$/,
    may: [/^lab\//, /^payments\//, /^knowledge-check\//, /^brokers\/engines\/engine\.ts$/],
    why: 'our files of a task use lab, payments, the knowledge check and the contract of engines',
  },
  {
    files: /^(?:exercises|designs|solutions)\//,
    may: [/^payments\//, /^lab\/subject\//],
    why: 'code of a learner uses payments and the types of #lab/subject',
  },
  {
    files: /^docker\//,
    may: [/^brokers\/engines\//, /^lab\/verdict\//],
    why: 'the stand-ins know the engines, and read the verdicts of a check',
  },
  { files: /^system\//, may: [/^payments\//, /^lab\//], why: 'the system stands on payments and lab' },
  {
    files: /^benches\//,
    may: [/^lab\//, /^brokers\//, /^payments\//],
    why: 'benches use lab, brokers and payments',
  },
  { files: /^docker\//, may: [/^brokers\/engines\//], why: 'images are made of what engines bring' },
  {
    // It runs brokers on their own, which is no lesson.
    files: /^workbook\/(?:commands\/brokers(?:-[a-z]+)?|parity\/main)\.ts$/,
    may: [
      /^lab\//,
      /^brokers\/engines\/(?:engine|start|install)\.ts$/,
      /^brokers\/(?:amqp\/rabbitmq|kafka\/kafka)\.ts$/,
    ],
    why: 'of brokers this command may use the doors of engines and of the embedded ones',
  },
  {
    files: /^workbook\/(?:main|bundle-packages)\.js$/,
    may: [/^brokers\/(?:bundles|quick-imports)\.js$/],
    why: 'a process begins with quick imports, and one makes the bundles that they take',
  },
  {
    files: /^workbook\//,
    may: [/^lab\//, /^brokers\/engines\/engine\.ts$/],
    why: 'workbook reads and spawns content, it never imports it',
  },
  {
    files: /^dashboard\//,
    may: [/^workbook\//, /^lab\//],
    why: 'dashboard shows what workbook and lab know',
  },
  { files: /^[^/]+$/, may: [/^lab\//], why: 'configuration' },
]

/** A task that asks for a thing payments has may not import it: the thing is the exercise. */
const forbiddenDoors: readonly { readonly task: string; readonly doors: readonly string[] }[] = [
  { task: '3-mq/01-rabbitmq-setup', doors: ['payments/topology.ts'] },
  { task: 'designs/05-queue-topology', doors: ['payments/topology.ts'] },
  { task: 'designs/01-payment-event-schema', doors: ['payments/envelope.ts', 'payments/events.ts'] },
  { task: 'designs/04-payment-saga', doors: ['payments/saga.ts'] },
  { task: '3-mq/10-event-sourcing', doors: ['payments/outbox.ts', 'payments/payments.ts'] },
  { task: '4-failure/01-message-loss', doors: ['payments/outbox.ts', 'payments/payments.ts'] },
  { task: '4-failure/02-duplicates', doors: ['payments/inbox.ts'] },
  { task: '5-consistency/03-idempotency', doors: ['payments/payments.ts', 'payments/payment-api.ts'] },
]

/** What is ours in a task's folder; the rest is the learner's, who may import whatever they want to try. */
const ourFiles =
  /(?:\.check\.test|claims\.test|run|promises|explore|measure|notes\.rules|questions|rubric|(?:experiments|attacks|scenarios)\/[a-z0-9/-]+)\.ts$/

const isTheLearners = (file: string): boolean => /^(?:exercises|designs)\//.test(file) && !ourFiles.test(file)

interface Import {
  readonly from: string
  readonly specifier: string
  /** The file it means, relative to the repository; undefined for packages and node:. */
  readonly to: string | undefined
}

describe('imports go one way', () => {
  const imports = sourceFiles(root)
    .filter((file) => !isTheLearners(file))
    .flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))

  it('reads the whole tree', () => {
    expect(imports.length).toBeGreaterThan(500)
  })

  it('crosses folders only in the direction of the design', () => {
    expect(imports.flatMap(wrongDirection)).toEqual([])
  })

  it('enters another folder only through a door of package.json', () => {
    expect(imports.flatMap(pastTheDoor)).toEqual([])
  })

  it('keeps a task from importing what it asks for', () => {
    expect(imports.flatMap(importsTheAnswer)).toEqual([])
  })

  it.each([
    ['payments/money.ts', `import { held } from '#lab/kit/promise'`, wrongDirection],
    ['brokers/amqp/server.ts', `import type { Money } from '../../payments/money.ts'`, wrongDirection],
    ['lab/kit/lab.ts', `export { cli } from '../../workbook/cli.ts'`, wrongDirection],
    [
      'workbook/cli.ts',
      `const task = await import('../exercises/3-mq/01-rabbitmq-setup/run.ts')`,
      wrongDirection,
    ],
    ['brokers/amqp/server.ts', `type Lab = typeof import('../../lab/kit/lab.ts')`, wrongDirection],
    ['lab/kit/lab.ts', `import { Queue } from '../../brokers/amqp/model/queue/queue.ts'`, pastTheDoor],
    ['lab/kit/lab.ts', `import { nothing } from '#brokers/amqp/model/queue/queue.ts'`, pastTheDoor],
    ['exercises/3-mq/01-rabbitmq-setup/topology.ts', `import { openLab } from '#lab/kit'`, wrongDirection],
    [
      'solutions/3-mq/01-rabbitmq-setup/wrong/x/topology.ts',
      `import { paymentsTopology } from '#payments/topology'`,
      importsTheAnswer,
    ],
  ])('would refuse in %s: %s', (file, text, rule) => {
    expect(importsOf(file, text).flatMap(rule)).not.toEqual([])
  })
})

function wrongDirection({ from, specifier, to }: Import): string[] {
  if (to === undefined || folderOf(from) === folderOf(to)) return insideWrongly(from, specifier, to)
  const rule = rules.find(({ files }) => files.test(from))
  if (rule === undefined)
    return [`${from} lies in a folder without a rule: add one to workbook/boundaries.test.ts`]
  return rule.may.some((allowed) => allowed.test(to)) ? [] : [`${from} imports ${specifier}: ${rule.why}`]
}

/** Inside brokers the parts have a direction of their own. */
function insideWrongly(from: string, specifier: string, to: string | undefined): string[] {
  if (to === undefined || folderOf(from) !== 'brokers') return []
  const rule = rules.find(({ files }) => files.test(from))
  const sameParts = from.split('/').slice(0, 2).join('/') === to.split('/').slice(0, 2).join('/')
  if (rule === undefined || sameParts || rule.may.some((allowed) => allowed.test(to))) return []
  return [`${from} imports ${specifier}: ${rule.why}`]
}

function pastTheDoor({ from, specifier, to }: Import): string[] {
  if (specifier.startsWith('#')) {
    return doors[specifier] === undefined
      ? [`${from} imports ${specifier}, which is no door of package.json`]
      : []
  }
  if (to === undefined || folderOf(from) === folderOf(to)) return []
  return [`${from} climbs to ${specifier}: use the door of ${folderOf(to)}, or open one in package.json`]
}

function importsTheAnswer({ from, specifier, to }: Import): string[] {
  const isOurs = ourFiles.test(from)
  const rule = forbiddenDoors.find(({ task }) => `/${from}`.includes(`/${task}/`))
  if (isOurs || rule === undefined || to === undefined || !rule.doors.includes(to)) return []
  return [`${from} imports ${specifier}, which is what the task asks for: write it out`]
}

function importsOf(from: string, text: string): Import[] {
  return preProcessFile(text, true, true).importedFiles.map(({ fileName: specifier }) => {
    const target = specifier.startsWith('#') ? (doors[specifier] ?? `./${specifier.slice(1)}`) : undefined
    if (target !== undefined) return { from, specifier, to: target.slice(2) }
    if (!specifier.startsWith('.')) return { from, specifier, to: undefined }
    return {
      from,
      specifier,
      to: relative(root, resolve(root, dirname(from), specifier)).replaceAll('\\', '/'),
    }
  })
}

const folderOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '')

function sourceFiles(folder: string): string[] {
  const passedOver = new Set(['node_modules', '.workbook', '.git', 'docs', 'results', 'fixture'])
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (passedOver.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sourceFiles(path)
    return /\.(?:ts|js)$/.test(entry.name) ? [relative(root, path).replaceAll('\\', '/')] : []
  })
}
