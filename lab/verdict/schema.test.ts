/** Verdicts and events go through JSON unchanged, and what is none of them is refused. */
import { describe, expect, test } from 'vitest'
import { type RunCommand, type RunEvent, runCommandSchema, runEventSchema } from './events.ts'
import { text } from './language.ts'
import { itemIdSchema, type Verdict, verdictSchema } from './verdict.ts'

const judged = { item: 'mq-03.4', promise: text('a promise', 'một lời hứa'), ms: 12.5 }

const verdicts: Verdict[] = [
  {
    outcome: 'passed',
    ...judged,
    figures: [{ name: 'kills', value: 1, unit: 'count', said: text('one', 'một') }],
  },
  {
    outcome: 'failed',
    ...judged,
    breach: {
      said: text('it was lost', 'bị mất'),
      trace: [
        {
          atMs: 1,
          from: 'producer',
          to: 'broker',
          what: 'basic.publish',
          message: '…a3f',
          note: text('n', 'n'),
        },
      ],
      places: [{ file: 'exercises/a.ts', line: 3 }, { file: 'exercises/b.ts' }],
      messages: ['0193-a3f'],
    },
  },
  {
    outcome: 'inconclusive',
    ...judged,
    cause: text('no broker', 'không có broker'),
    enginesThatCan: ['embedded'],
  },
]

const events: { [Kind in RunEvent['kind']]: Extract<RunEvent, { kind: Kind }> } = {
  run: {
    kind: 'run',
    atMs: 0,
    task: 'exercises/3-mq/01',
    subject: 'solutions/3-mq/01',
    circumstances: { engine: 'embedded', servers: ['RabbitMQ 4.2.0'], seed: 7, node: '24.21.0' },
  },
  say: { kind: 'say', atMs: 1, text: text('now', 'bây giờ') },
  wire: {
    kind: 'wire',
    atMs: 2.5,
    protocol: 'amqp',
    from: 'producer',
    to: 'broker',
    connection: 1,
    channel: 0,
    method: 'basic.publish',
    fields: { exchange: '', properties: { headers: { deep: [1, null, true] } } },
    message: '0193-a3f',
    note: text('look', 'nhìn đây'),
  },
  fault: { kind: 'fault', atMs: 3, state: 'impossible', fault: 'lost confirm', text: text('lost', 'mất') },
  connection: { kind: 'connection', atMs: 3.2, lane: 'consumer', connection: 2, state: 'cut' },
  point: {
    kind: 'point',
    atMs: 3.5,
    lane: 'consumer',
    point: 'commit',
    side: 'after',
    fields: { database: 'ledger' },
  },
  broker: { kind: 'broker', atMs: 4, server: 'RabbitMQ 4.2.0', state: 'ready', tookMs: 84 },
  subject: { kind: 'subject', atMs: 5, name: 'consumer', lane: 'consumer', state: 'killed', pid: 4711 },
  snapshot: {
    kind: 'snapshot',
    atMs: 6,
    server: 'RabbitMQ 4.2.0',
    snapshot: { product: 'rabbitmq', exchanges: [], queues: [], bindings: [] },
  },
  schedule: {
    kind: 'schedule',
    atMs: 6.5,
    index: 0,
    of: 2,
    moments: 'before:producer-broker:basic.publish:1',
    state: 'held',
    trace: [],
  },
  promise: { kind: 'promise', atMs: 7, item: 'final.7', text: text('kept', 'giữ'), state: 'held' },
  figure: { kind: 'figure', atMs: 8, figure: { name: 'loss', value: 0.2, unit: '%' } },
  outcome: {
    kind: 'outcome',
    atMs: 8.2,
    experiment: 'one-queue',
    option: 'shared',
    text: text('three and three', 'ba và ba'),
  },
  explored: {
    kind: 'explored',
    atMs: 8.5,
    crash: 'subject',
    covered: ['subject', 'broker'],
    messages: 3,
    moments: 40,
    schedules: 40,
    held: 38,
    broken: 1,
    unreached: 1,
    inconclusive: 0,
    ms: 2500,
    replay: 'crash=subject messages=1 at=before:producer-broker:basic.publish:1',
  },
  verdict: { kind: 'verdict', atMs: 9, verdict: verdicts[1] as Verdict },
  end: { kind: 'end', atMs: 10, outcome: 'played' },
}

const commands: RunCommand[] = [
  { command: 'pause' },
  { command: 'resume' },
  { command: 'step' },
  { command: 'fault', fault: 'restart-broker' },
  { command: 'subject', pid: 4711, action: 'freeze' },
  { command: 'cut', connection: 2 },
  { command: 'elapse', ms: 60_000 },
  { command: 'stop' },
]

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test.each(verdicts)('a verdict that has $outcome comes back as it was', (verdict) => {
  expect(verdictSchema.parse(throughJson(verdict))).toEqual(verdict)
})

test.each(Object.values(events))('the event $kind comes back as it was', (event) => {
  expect(runEventSchema.parse(throughJson(event))).toEqual(event)
})

test.each(commands)('the command $command comes back as it was', (command) => {
  expect(runCommandSchema.parse(throughJson(command))).toEqual(command)
})

test('lists that were left out are empty', () => {
  expect(verdictSchema.parse({ outcome: 'passed', ...judged })).toMatchObject({ figures: [] })
  const failed = verdictSchema.parse({ outcome: 'failed', ...judged, breach: { said: text('x', 'x') } })
  expect(failed).toMatchObject({ breach: { trace: [], places: [], messages: [] } })
  expect(verdictSchema.parse({ outcome: 'inconclusive', ...judged, cause: text('x', 'x') })).toMatchObject({
    enginesThatCan: [],
  })
})

describe('refuses', () => {
  test.each([
    ['an outcome there is none of', { outcome: 'skipped', ...judged }],
    ['a text in one language', { outcome: 'inconclusive', ...judged, cause: { en: 'x' } }],
    ['an empty text', { outcome: 'inconclusive', ...judged, cause: text('x', '') }],
    ['a field that nobody knows', { outcome: 'passed', ...judged, mood: 'good' }],
    [
      'line 0',
      { outcome: 'failed', ...judged, breach: { said: text('x', 'x'), places: [{ file: 'a.ts', line: 0 }] } },
    ],
    [
      'a figure that is no number',
      { outcome: 'passed', ...judged, figures: [{ name: 'n', value: Number.NaN, unit: '' }] },
    ],
  ])('a verdict with %s', (_, verdict) => {
    expect(verdictSchema.safeParse(verdict).success).toBe(false)
  })

  test('events and commands that are not in the table', () => {
    expect(runEventSchema.safeParse({ kind: 'say', text: text('no time', 'không có giờ') }).success).toBe(
      false,
    )
    expect(runEventSchema.safeParse({ kind: 'applause', atMs: 1 }).success).toBe(false)
    expect(runCommandSchema.safeParse({ command: 'fault', fault: 'earthquake' }).success).toBe(false)
    expect(runCommandSchema.safeParse({ command: 'elapse', ms: 0 }).success).toBe(false)
    expect(runCommandSchema.safeParse({ command: 'subject', pid: 0, action: 'kill' }).success).toBe(false)
    expect(runCommandSchema.safeParse({ command: 'subject', pid: 7, action: 'trace' }).success).toBe(false)
  })
})

test('item ids are those of the checklist', () => {
  for (const id of ['mq-03.4', 'study-12.10', 'final.7'])
    expect(itemIdSchema.safeParse(id).success).toBe(true)
  for (const id of ['mq-3.4', 'mq-03', 'final-01.1', 'misc-01.1', 'mq-03.4 '])
    expect(itemIdSchema.safeParse(id).success).toBe(false)
})
