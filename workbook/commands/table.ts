/** Every command there is, as data: what it is called and which words it takes. `load.ts` knows their files. */
import type { CommandRow } from '../command.ts'
import { commandTexts } from '../texts/commands.ts'

const everywhere = ['lang'] as const
const engines = ['engine', 'seed'] as const

const rows: readonly Omit<CommandRow, 'summary'>[] = [
  {
    name: 'exercise',
    usage:
      '[id] [experiment] [live|reference] [events] [engine=embedded|local|docker|url] [seed=N] [answer=LETTER] [watch=auto|poll|off]',
    target: 'optional',
    words: ['live', 'reference', 'events'],
    takesName: true,
    settings: [...everywhere, ...engines, 'answer', 'watch'],
    isOpen: false,
  },
  {
    name: 'check',
    usage: '<id> [engine=embedded|local|docker|url] [seed=N] [json|events]',
    target: 'required',
    words: ['json', 'events', 'reference'],
    settings: [...everywhere, ...engines],
    isOpen: false,
    judges: true,
  },
  {
    name: 'quiz',
    usage: '[id] [all] [answer=LETTER|N,N,…|NUMBER] [json]',
    target: 'optional',
    words: ['all', 'json'],
    settings: [...everywhere, 'seed', 'answer'],
    isOpen: false,
  },
  {
    name: 'answer',
    usage: '<id> [json]',
    target: 'required',
    words: ['json'],
    settings: everywhere,
    isOpen: false,
  },
  {
    name: 'rate',
    usage: '[understanding=N] [design=N] [failures=N] [consistency=N] [json]',
    target: 'none',
    words: ['json'],
    settings: [...everywhere, 'understanding', 'design', 'failures', 'consistency'],
    isOpen: false,
  },
  {
    name: 'reflect',
    usage: '[confidence=N]',
    target: 'none',
    words: [],
    settings: [...everywhere, 'confidence'],
    isOpen: false,
  },
  {
    name: 'hint',
    usage: '<id> [all]',
    target: 'required',
    words: ['all'],
    settings: everywhere,
    isOpen: false,
  },
  {
    name: 'solution',
    usage: '<id> [anyway]',
    target: 'required',
    words: ['anyway'],
    settings: everywhere,
    isOpen: false,
  },
  {
    name: 'reset',
    usage: '<id>',
    target: 'required',
    words: [],
    settings: everywhere,
    isOpen: false,
  },
  {
    name: 'list',
    usage: '[word] [json]',
    target: 'none',
    words: ['json'],
    settings: everywhere,
    isOpen: true,
  },
  {
    name: 'progress',
    usage: '[id] [json|report]',
    target: 'optional',
    words: ['json', 'report'],
    settings: everywhere,
    isOpen: false,
  },
  {
    name: 'doctor',
    usage: '[json]',
    target: 'none',
    words: ['json'],
    settings: everywhere,
    isOpen: false,
  },
  {
    name: 'verify',
    usage: '[id] [json|print]',
    target: 'optional',
    words: ['json', 'print'],
    settings: everywhere,
    isOpen: false,
  },
  {
    name: 'explore',
    usage:
      '<id> [subject=mine|reference|wrong/NAME] [crash=subject|broker|connection] [schedules=N] [messages=N] [engine=…] [seed=N] [at=MOMENT] [keep] [json|events] · coverage [fill] [json]',
    target: 'optional',
    words: ['json', 'events', 'coverage', 'fill', 'keep'],
    settings: [...everywhere, ...engines, 'subject', 'crash', 'schedules', 'messages', 'at'],
    isOpen: false,
  },
  {
    name: 'measure',
    usage: '<id> [reference] [engine=embedded|local|docker|url] [seed=N] [json] · print',
    target: 'optional',
    words: ['reference', 'json', 'print'],
    settings: [...everywhere, ...engines],
    isOpen: false,
  },
  {
    name: 'bench',
    usage: '[name]',
    target: 'none',
    words: [],
    settings: everywhere,
    isOpen: true,
  },
  {
    name: 'docs',
    usage: '',
    target: 'none',
    words: [],
    settings: everywhere,
    isOpen: false,
  },
  {
    name: 'test',
    usage: '[whole] [soak] [real [rabbitmq|kafka|docker|tasks [id]]] [arguments of vitest]',
    target: 'none',
    words: ['whole', 'soak', 'real'],
    settings: everywhere,
    isOpen: true,
  },
  {
    name: 'brokers',
    usage:
      'up rabbitmq [engine=embedded|local|docker] [port=5672] [management=15672] [host=127.0.0.1,::1] [profile=4.2] [data=DIR] [durability=fsync|os] | up kafka [engine=embedded|local|docker] [ports=9092,9095,9098] [host=localhost] [data=DIR] [durability=os|fsync] [num.partitions=2 …] | status | down | install [rabbitmq|kafka] [engine=local|docker]',
    target: 'none',
    words: ['up', 'status', 'down', 'install', 'rabbitmq', 'kafka'],
    takesDotted: true,
    settings: [
      ...everywhere,
      'engine',
      'host',
      'port',
      'ports',
      'management',
      'profile',
      'data',
      'durability',
    ],
    isOpen: false,
  },
  {
    name: 'dlq',
    usage:
      '[list] | show id=ID | redrive [apply] [redrives=3] | drop [apply], each with [id=ID] [reason=TEXT] [older=10m] [limit=N] [queue=payments.dlq] [url=amqp://…] [json]',
    target: 'none',
    words: ['list', 'show', 'redrive', 'drop', 'apply', 'json'],
    settings: [...everywhere, 'id', 'reason', 'older', 'limit', 'redrives', 'queue', 'url'],
    isOpen: false,
  },
  {
    name: 'system',
    usage: '[storm=5m] [rate=10] [port=8080] [engine=embedded|local|docker|url] [seed=N]',
    target: 'none',
    words: [],
    settings: [...everywhere, ...engines, 'storm', 'rate', 'port'],
    isOpen: false,
  },
  {
    name: 'help',
    usage: '[command]',
    target: 'none',
    words: [],
    settings: everywhere,
    isOpen: true,
  },
  {
    name: 'dashboard',
    usage: '[port=4747] [open=yes|no]',
    target: 'none',
    words: [],
    settings: [...everywhere, 'port', 'open'],
    isOpen: false,
  },
]

export const commands: readonly CommandRow[] = rows.map((row) => ({
  ...row,
  summary: commandTexts[row.name as keyof typeof commandTexts],
}))

export function findCommand(name: string): CommandRow | undefined {
  return commands.find((row) => row.name === name)
}

/** The usage line: `npm run check <id> [engine=embedded] …`. */
export function usageOf(row: CommandRow): string {
  return `npm run ${row.name} ${row.usage}`.trimEnd()
}
