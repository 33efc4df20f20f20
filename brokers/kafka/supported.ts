/** Prints SUPPORTED.md from the tables that the broker runs on: `node brokers/kafka/supported.ts` writes it anew. */
import { writeFileSync } from 'node:fs'
import { departures, gaps } from './departures.ts'
import type { Handler } from './handlers/handler.ts'
import { handlers } from './handlers/handlers.ts'
import { brokerConfigRows } from './model/broker-config-rows.ts'
import { effectiveSettings } from './model/settings.ts'
import { type ConfigRow, topicConfigRows } from './model/topic-config.ts'
import { errorCodes } from './wire/error-code.ts'
import type { VersionRange } from './wire/schema.ts'

/** The whole file. */
export function printSupported(): string {
  return `${[
    '# What the embedded Kafka supports',
    'Printed from the tables in this folder by `node brokers/kafka/supported.ts`; a test holds this file against them.',
    '## APIs',
    'Any other key, or a version that is not served, ends the connection, as with Kafka; ApiVersions answers 35.',
    table(['key', 'API', 'served', 'advertised', 'first flexible'], handlers.map(handlerRow)),
    '## Settings of a broker',
    'Every name that Kafka has is taken and shown. These have an effect, and those that are the default of a setting of a topic.',
    table(
      ['setting', 'default'],
      effectiveSettings.map((name) => [name, brokerConfigRows[name]?.fallback ?? '']),
    ),
    '## Settings of a topic',
    'All of them are checked, kept and shown with their sources.',
    table(['setting', 'default', 'here'], Object.entries(topicConfigRows).map(configRow)),
    '## Error codes that clients may see',
    table(
      ['code', 'name', 'retriable'],
      Object.values(errorCodes).map((one) => [String(one.code), one.name, one.isRetriable ? 'yes' : '']),
    ),
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

function handlerRow({ message, versions, advertised }: Handler): string[] {
  const { key, name, flexibleSince } = message
  return [String(key), name, range(versions), range(advertised), String(flexibleSince ?? 'never')]
}

export function range([first, last]: VersionRange): string {
  return first === last ? String(first) : `${first}-${last}`
}

function configRow([name, row]: [string, ConfigRow]): string[] {
  return [name, row.fallback, row.hasEffect === true ? 'yes' : 'no effect']
}

/** Columns are padded, as the formatter would do it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

if (import.meta.main) writeFileSync(new URL('./SUPPORTED.md', import.meta.url), printSupported())
