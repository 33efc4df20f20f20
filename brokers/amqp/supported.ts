/** Prints SUPPORTED.md from the tables that the broker runs on: `node brokers/amqp/supported.ts` writes it anew. */
import { writeFileSync } from 'node:fs'
import { departures, gaps } from './departures.ts'
import { routes } from './management/routes.ts'
import { exchangeTypes } from './model/exchange/exchange.ts'
import { policyKeys } from './model/policy.ts'
import { argumentRows } from './model/queue/arguments.ts'
import { profileNames, profileOf, profileRows } from './profile.ts'
import { connectionMethods } from './session/connection.ts'
import { handlers } from './session/dispatch.ts'
import { mechanismsOf } from './session/login.ts'
import { type MethodName, methodNames, methods } from './wire/methods.ts'
import { replyCodes } from './wire/reply-code.ts'

const handled: ReadonlySet<string> = new Set([
  ...Object.keys(handlers),
  ...connectionMethods,
  'basic.publish',
])

/** Methods that a client may send by the spec. */
const fromClients = methodNames.filter((name) => !isAnswer(name))

function isAnswer(name: MethodName): boolean {
  const sentByServerOnly = [
    'connection.start',
    'connection.secure',
    'connection.tune',
    'connection.blocked',
    'connection.unblocked',
  ]
  const contents = ['basic.return', 'basic.deliver', 'basic.get-empty']
  const answersOfServer = name.endsWith('-ok') && !connectionMethods.includes(name)
  return answersOfServer || sentByServerOnly.includes(name) || contents.includes(name)
}

/** The whole file. */
export function printSupported(): string {
  return `${[
    '# What the embedded RabbitMQ supports',
    'Printed from the tables in this folder by `node brokers/amqp/supported.ts`; a test holds this file against them.',
    '## Methods that clients send',
    table(['method', 'class, method', 'here'], fromClients.map(methodRow)),
    '## Exchange types and logins',
    `Exchanges: ${Object.keys(exchangeTypes).join(', ')}, the default one, exchange-to-exchange bindings, alternate-exchange.`,
    `SASL mechanisms: ${profileNames.map((name) => `${mechanismsOf(profileOf(name)).join(', ')} in profile ${name}`).join('; ')}.`,
    '## Queue arguments',
    'Types: classic and quorum. An argument without a row here is accepted and has no effect, as in RabbitMQ.',
    table(['argument', 'meaning', 'here'], Object.entries(argumentRows).map(argumentRow)),
    '## Policies and limits',
    'A policy is for queues, exchanges or both, by a pattern over their names. Of two limits the smaller one counts, of anything else the argument.',
    table(
      ['key', 'operator policies'],
      Object.entries(policyKeys).map(([name, row]) => [
        name,
        'isForOperators' in row ? 'yes' : 'refused (400)',
      ]),
    ),
    'Limits: `max-connections` and `max-queues` of a vhost, `max-connections` and `max-channels` of a user.',
    '## Reply codes',
    table(
      ['code', 'name', 'closes'],
      Object.values(replyCodes).map((one) => [String(one.code), one.name, one.closes]),
    ),
    '## Profiles',
    'Which RabbitMQ is copied. The last column names what was seen on a real server (3.10.8, 4.0.5); the rest relies on documents and source.',
    table(['what', ...profileNames, 'measured on'], Object.values(profileRows).map(profileRow)),
    '## Management API',
    'Bodies are JSON, names in paths are percent-encoded, lists take `sort`, `sort_reverse`, `columns`, `page`, `page_size`, `name` and `use_regex`. Texts and statuses were compared with 3.10.8 and 4.0.5.',
    table(['path', 'methods', 'needs the tag'], routeRows()),
    '## Departures',
    'Each stands in the same words at the code that departs.',
    departures.map(({ words, file }) => `- ${words} (\`${file}\`)`).join('\n'),
    '## Not there',
    table(
      ['what', 'what a client gets'],
      gaps.map((gap) => [gap.what, gap.answer]),
    ),
  ].join('\n\n')}\n`
}

function methodRow(name: MethodName): string[] {
  return [name, methods[name].id.join(', '), handled.has(name) ? 'yes' : '503 unimplemented method']
}

function argumentRow([name, row]: [
  string,
  { about: string; support: string; refusedBy?: readonly string[] },
]): string[] {
  const support =
    { full: 'yes', 'no-effect': 'accepted, no effect', unsupported: '540 NOT_IMPLEMENTED' }[row.support] ?? ''
  const refused = row.refusedBy === undefined ? '' : `; refused by ${row.refusedBy.join(', ')} queues (406)`
  return [name, row.about, support + refused]
}

function profileRow(row: {
  about: string
  values: readonly unknown[]
  measured: readonly string[]
}): string[] {
  return [row.about, ...row.values.map(String), row.measured.join(', ')]
}

/** One row per path and tag that is needed. */
function routeRows(): string[][] {
  const methodsOf = new Map<string, string[]>()
  for (const { path, method, needs } of routes) {
    const key = `${path}\0${needs}`
    methodsOf.set(key, [...(methodsOf.get(key) ?? []), method])
  }
  return [...methodsOf].map(([key, names]) => {
    const [path = '', needs = ''] = key.split('\0')
    return [`\`${path}\``, names.join(', '), needs]
  })
}

/** Columns are padded, as the formatter would do it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

if (import.meta.main) writeFileSync(new URL('./SUPPORTED.md', import.meta.url), printSupported())
