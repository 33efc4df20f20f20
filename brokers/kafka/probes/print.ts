/**
 * Answers as lines that can be compared between brokers: every field that the version has, in the order of the wire, with
 * what differs from run to run (made-up ids and names, times, addresses) replaced.
 */
import { BATCH_HEADER_BYTES, readBatchHeader, recordsOf } from '../wire/record-batch.ts'
import { includes, type Message, type Row, type Rows, ZERO_UUID } from '../wire/schema.ts'

const NOW_MS = 3_600_000
const TEXT_CHARACTERS_MAX = 500
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** A uuid as Kafka prints it. */
const SHORT_UUID = /(?<![\w-])[\w-]{22}(?![\w-])/g

/** Fields whose value is an address or an id that the broker makes up. */
const madeUp: Readonly<Record<string, string>> = { host: '…', port: '…', clusterId: '…' }
/** Fields whose value is a number that goes up over the life of a broker. */
const numbered: ReadonlySet<string> = new Set(['producerId'])
/** What elements of a list are told apart by. */
const sortedBy = [
  'index',
  'memberId',
  'name',
  'resourceName',
  'groupId',
  'key',
  'nodeId',
  'user',
  'principal',
  'mechanism',
] as const
/** Sentences, in which large numbers are times. */
const words: ReadonlySet<string> = new Set(['message', 'errorMessage'])
const times: ReadonlySet<string> = new Set(['logAppendTimeMs', 'timestamp'])

/** What one probe has seen so far, so that the same thing prints the same. */
export class Printer {
  readonly #seen = new Map<string, string[]>()
  /** What stands behind every name of the probe, so that no other has it. */
  readonly #suffix: string

  constructor(suffix: string) {
    this.#suffix = suffix
  }

  answer(m: Message, version: number, fields: Readonly<Record<string, unknown>>): string {
    return `${m.name} v${version}${this.#struct(m.response, version, fields)}`
  }

  value(value: unknown): string {
    return this.#text(String(value))
  }

  #struct(rows: Rows, version: number, fields: Readonly<Record<string, unknown>>): string {
    const cells = Object.entries(rows)
      .filter(([, row]) => includes(row.versions, version))
      .map(([name, row]) => ` ${name}=${this.#field(name, row, version, fields[name])}`)
    return cells.join('')
  }

  #field(name: string, row: Row, version: number, value: unknown): string {
    if (value === null) return 'null'
    if (row.kind === 'records') return printBatches(value as Buffer, (batch) => this.#batch(batch))
    if (row.kind === 'bytes') return printBytes(value as Buffer)
    if (row.kind === 'array') return this.#array(name, row, version, value as readonly unknown[])
    if (madeUp[name] !== undefined && value !== '' && value !== -1) return madeUp[name]
    if (numbered.has(name) && typeof value === 'number' && value >= 0)
      return this.#number(name, String(value))
    if (words.has(name)) return this.#text(String(value)).replaceAll(/-?\d{13,}/g, '…')
    if (times.has(name) && Math.abs(Number(value) - Date.now()) < NOW_MS) return 'now'
    return row.kind === 'string' || row.kind === 'uuid' ? this.#text(String(value)) : String(value)
  }

  #array(name: string, row: Row, version: number, items: readonly unknown[]): string {
    const { element = {} } = row
    const isPlain = typeof element['kind'] === 'string'
    const sorted = isPlain ? items : this.#sorted(items as readonly Readonly<Record<string, unknown>>[])
    const cells = sorted.map((item) =>
      isPlain
        ? this.#field(name, element as Row, version, item)
        : `{${this.#struct(element as Rows, version, item as Readonly<Record<string, unknown>>).trimStart()}}`,
    )
    return `[${cells.join(' ')}]`
  }

  /** The order of a hash map has no meaning, so elements come in the order of what names them. */
  #sorted(items: readonly Readonly<Record<string, unknown>>[]): readonly Readonly<Record<string, unknown>>[] {
    const by = sortedBy.find((name) => items[0]?.[name] !== undefined)
    if (by === undefined) return items
    const order = (item: Readonly<Record<string, unknown>>) => {
      const value = item[by]
      return typeof value === 'number' ? value : this.#text(String(value))
    }
    // Where that names several, whatever else there is decides.
    const compare = <T extends string | number>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0)
    return items.toSorted(
      (a, b) => compare(order(a), order(b)) || compare(JSON.stringify(a), JSON.stringify(b)),
    )
  }

  #batch(batch: Buffer): string {
    const header = readBatchHeader(batch)
    const { baseOffset, lastOffsetDelta, attributes, producerId, producerEpoch, baseSequence } = header
    const producer =
      producerId < 0
        ? ''
        : ` producer=${this.#number('producerId', String(producerId))} epoch=${producerEpoch} sequence=${baseSequence}`
    const codec = attributes & 0b111
    const shown =
      codec > 1
        ? `codec ${codec}`
        : recordsOf(batch, header)
            .map(
              ({ key, value }) =>
                `${key === null ? '' : `${printBytes(key)}:`}${value === null ? 'null' : printBytes(value)}`,
            )
            .join(' ')
    return `${baseOffset}-${baseOffset + lastOffsetDelta} leaderEpoch=${batch.readInt32BE(12)} attributes=${attributes}${producer} ${shown}`
  }

  /** The first of its kind is 1, the next 2. */
  #number(kind: string, value: string): string {
    const seen = this.#seen.get(kind) ?? []
    this.#seen.set(kind, seen)
    if (!seen.includes(value)) seen.push(value)
    return `#${seen.indexOf(value) + 1}`
  }

  #text(text: string): string {
    const shown = text
      // There Kafka prints an object with all that it holds.
      .replaceAll(/Request .* needs (?=[A-Z]+ permission\.)/g, 'Request … needs ')
      .replaceAll(this.#suffix, '')
      .replaceAll(UUID, (uuid) => (uuid === ZERO_UUID ? '0' : this.#number('uuid', uuid)))
      .replaceAll(SHORT_UUID, (uuid) => (/[A-Z]/.test(uuid) && /[a-z]/.test(uuid) ? '…' : uuid))
      .replaceAll(/127\.0\.0\.1:\d+/g, '…')
    return shown.length > TEXT_CHARACTERS_MAX ? `${text.length} characters` : shown
  }
}

function printBatches(bytes: Buffer, print: (batch: Buffer) => string): string {
  const shown: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const isWhole =
      bytes.length - at >= BATCH_HEADER_BYTES && bytes.length - at >= readBatchHeader(bytes, at).bytes
    if (!isWhole) {
      shown.push('a part of a batch')
      break
    }
    const { bytes: size } = readBatchHeader(bytes, at)
    shown.push(`(${print(bytes.subarray(at, at + size))})`)
    at += size
  }
  return `[${shown.join(' ')}]`
}

function printBytes(bytes: Buffer): string {
  if (bytes.length > 40) return `${bytes.length} bytes`
  const text = bytes.toString()
  return /^[\x20-\x7e\0]*$/.test(text) ? `'${text.replaceAll('\0', '.')}'` : `0x${bytes.toString('hex')}`
}
