/** Carries errors between processes whole: name, message, code, stack, cause and their own data. */

/** An error as data that structured clone can carry. */
export interface PackedError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | number | undefined
  /** The error's own enumerable properties, as far as they can be cloned. */
  readonly data: Readonly<Record<string, unknown>>
  readonly cause: PackedError | undefined
  /** For an AggregateError: what it gathered. */
  readonly errors: readonly PackedError[] | undefined
}

/** Causes of causes beyond this depth are left out; they may be circular. */
const causeDepthMax = 8

/** Packs whatever was thrown; what is no error becomes one that says so. */
export function packError(thrown: unknown, depth = 0): PackedError {
  const error = thrown instanceof Error ? thrown : new NonError(thrown)
  const { name, message, stack, cause, code, errors } = error as Error & { code?: unknown; errors?: unknown }
  return {
    name: String(name),
    message: String(message),
    stack: typeof stack === 'string' ? stack : undefined,
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    data: cloneableProperties(error),
    cause: cause === undefined || depth >= causeDepthMax ? undefined : packError(cause, depth + 1),
    errors:
      Array.isArray(errors) && depth < causeDepthMax
        ? errors.map((each) => packError(each, depth + 1))
        : undefined,
  }
}

/** Makes an Error again. It has the remote stack; its class is Error, whatever it was over there. */
export function unpackError(packed: PackedError): Error {
  const error = new Error(packed.message, packed.cause && { cause: unpackError(packed.cause) })
  Object.assign(error, packed.data)
  hide(error, 'name', packed.name)
  hide(error, 'message', packed.message)
  hide(error, 'stack', packed.stack ?? `${packed.name}: ${packed.message}`)
  if (packed.code !== undefined) Object.assign(error, { code: packed.code })
  if (packed.errors !== undefined) hide(error, 'errors', packed.errors.map(unpackError))
  return error
}

/** Stands for a thrown value that is no Error. */
class NonError extends Error {
  override readonly name = 'NonError'
  constructor(thrown: unknown) {
    super(`something that is no Error was thrown: ${describe(thrown)}`)
  }
}

function describe(value: unknown): string {
  try {
    return typeof value === 'string' ? JSON.stringify(value) : String(value)
  } catch {
    return typeof value
  }
}

function cloneableProperties(error: Error): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(error)) {
    if (key === 'name' || key === 'message' || key === 'stack' || key === 'cause' || key === 'errors')
      continue
    try {
      kept[key] = structuredClone(value)
    } catch {
      kept[key] = `(${typeof value} left out: it cannot be cloned)`
    }
  }
  return kept
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false, configurable: true, writable: true })
}
