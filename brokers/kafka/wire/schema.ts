/**
 * What a message file is written in: one row per field, in wire order, with the versions that have it. TypeScript types are
 * inferred from the rows; `codec.ts` walks them to read and write.
 *
 * Versions are written as in Kafka's own definitions: `0+`, `2-4`, `3`. A row that a version has not reads as its default
 * and is not written.
 */

export type Kind =
  | 'boolean'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records'
  | 'array'

/** First and last version of something. */
export type VersionRange = readonly [first: number, last: number]

export interface Row<Out = unknown, In = Out, HasDefault extends boolean = boolean> {
  readonly kind: Kind
  readonly versions: VersionRange
  readonly isNullable: boolean
  /** What reads where a version has no such field, and what is written for a field left out. */
  readonly fallback: unknown
  /** Tagged fields come behind the others and are left out where they have their default (KIP-482). */
  readonly tag: number | undefined
  /** Of an array: the rows of an element that is a struct, or the one row of a plain one. */
  readonly element: Rows | Row | undefined
  /** Never there: it only carries the types. */
  readonly types?: { readonly out: Out; readonly in: In; readonly hasDefault: HasDefault }
}

export type Rows = Readonly<Record<string, Row>>

/** What reading gives. */
export type Read<R extends Rows> = {
  readonly [N in keyof R]: R[N] extends Row<infer Out, unknown> ? Out : never
}

type DefaultedNames<R extends Rows> = {
  [N in keyof R]: R[N] extends Row<unknown, unknown, true> ? N : never
}[keyof R]
type Written<F extends Row> = F extends Row<unknown, infer In> ? In : never

/** What writing takes: fields with a default may be left out. */
export type Write<R extends Rows> = {
  readonly [N in Exclude<keyof R, DefaultedNames<R>>]: Written<R[N]>
} & { readonly [N in DefaultedNames<R>]?: Written<R[N]> | undefined }

/** Every message of an API. */
export interface Message<Q extends Rows = Rows, A extends Rows = Rows> {
  readonly key: number
  /** As Kafka spells it: `JoinGroup`. */
  readonly name: string
  /** The versions that the rows describe. */
  readonly versions: VersionRange
  /** The first version in compact encoding with tagged fields; undefined: none has it. */
  readonly flexibleSince: number | undefined
  readonly request: Q
  readonly response: A
}

export type RequestOf<M extends Message> = Read<M['request']>
export type ResponseOf<M extends Message> = Write<M['response']>

/** One API: `message(12, 'Heartbeat', '0-4', { flexibleSince: 4, request: {…}, response: {…} })`. */
export function message<const Q extends Rows, const A extends Rows>(
  key: number,
  name: string,
  versions: string,
  rest: { flexibleSince?: number; request: Q; response: A },
): Message<Q, A> {
  const { flexibleSince, request, response } = rest
  return { key, name, versions: versionRange(versions), flexibleSince, request, response }
}

export function versionRange(text: string): VersionRange {
  const match = /^(\d+)(?:(\+)|-(\d+))?$/.exec(text)
  if (match === null) throw new Error(`'${text}' is no range of versions: write 3, 3+ or 3-5`)
  const first = Number(match[1])
  if (match[2] === '+') return [first, Number.POSITIVE_INFINITY]
  return [first, match[3] === undefined ? first : Number(match[3])]
}

export function includes([first, last]: VersionRange, version: number): boolean {
  return version >= first && version <= last
}

function row(kind: Kind, versions: string, fallback: unknown, element?: Rows | Row): Row {
  return { kind, versions: versionRange(versions), isNullable: false, fallback, tag: undefined, element }
}

type Plain<T> = Row<T, T, false>

export const boolean = (versions: string) => row('boolean', versions, false) as Plain<boolean>
export const int8 = (versions: string) => row('int8', versions, 0) as Plain<number>
export const int16 = (versions: string) => row('int16', versions, 0) as Plain<number>
export const int32 = (versions: string) => row('int32', versions, 0) as Plain<number>
export const int64 = (versions: string) => row('int64', versions, 0) as Plain<number>
/** In the form `0f4d…` with hyphens. */
export const uuid = (versions: string) => row('uuid', versions, ZERO_UUID) as Plain<string>
export const string = (versions: string) => row('string', versions, '') as Plain<string>
export const bytes = (versions: string) => row('bytes', versions, NO_BYTES) as Plain<Buffer>
/** Record batches, one after the other; they may be handed over in pieces. */
export const records = (versions: string) =>
  row('records', versions, NO_BYTES) as Row<Buffer, Buffer | readonly Buffer[], false>

/** An array of structs. */
export const array = <const R extends Rows>(versions: string, element: R) =>
  row('array', versions, NOTHING, element) as Row<readonly Read<R>[], readonly Write<R>[], false>

/** An array of plain values: `arrayOf(int32('0+'))`. */
export const arrayOf = <T>(element: Plain<T>) =>
  ({ ...row('array', '0+', NOTHING, element), versions: element.versions }) as Plain<readonly T[]>

/** May be null, which is then its default. */
export const nullable = <Out, In>(of: Row<Out, In, false>) =>
  ({ ...of, isNullable: true, fallback: null }) as Row<Out | null, In | null, false>

/** Has a default, so it may be left out in writing. */
export const orElse = <Out, In>(of: Row<Out, In, false>, fallback: Out) =>
  ({ ...(of as Row), fallback }) as Row<Out, In, true>

export const tagged = <Out, In>(tag: number, of: Row<Out, In, false>) =>
  ({ ...(of as Row), tag }) as Row<Out, In, true>

export const ZERO_UUID = '00000000-0000-0000-0000-000000000000'
const NO_BYTES = Buffer.alloc(0)
const NOTHING: readonly never[] = []
