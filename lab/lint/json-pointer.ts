/** JSON pointers (RFC 6901): what stands at one, and copies of a value with that changed or taken away. */

/** A JSON object, of which nothing is known yet. */
export type Json = Record<string, unknown>

/** The steps of a pointer, unescaped: `/data/a~1b` is `data`, `a/b`. The empty pointer, the whole value, has none. */
export function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** A pointer one step further. */
export function below(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** What stands at a pointer; undefined where there is nothing, and for the empty pointer. */
export function valueAt(value: unknown, pointer: string): unknown {
  const steps = stepsOf(pointer)
  return steps.length === 0 ? undefined : walk(value, steps)
}

/** A copy with another value at a place; as it was where there is no such place. */
export function withValue(value: Json, pointer: string, other: unknown): Json {
  return changedAt(value, pointer, (target, name) => {
    target[name] = other
  })
}

/** A copy without what stands at a place. */
export function without(value: Json, pointer: string): Json {
  return changedAt(value, pointer, (target, name) => {
    delete target[name]
  })
}

/** Pointers to all objects inside a value, itself and lists left out. */
export function objectsIn(value: unknown, path = ''): string[] {
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    isObject(inner) ? [below(path, name), ...objectsIn(inner, below(path, name))] : [],
  )
}

/** Whether a value is a JSON object: no list, not null. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function walk(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? (inner as Json)[step] : undefined),
    value,
  )
}

function changedAt(value: Json, pointer: string, change: (target: Json, name: string) => void): Json {
  const copy = structuredClone(value)
  const steps = stepsOf(pointer)
  const name = steps.pop()
  const target = walk(copy, steps)
  if (name !== undefined && typeof target === 'object' && target !== null) change(target as Json, name)
  return copy
}
