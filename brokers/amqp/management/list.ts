/** Lists: sorted, cut to columns and pages as the query asks. */
import { ApiError, badRequest } from './api-error.ts'
import { type Answer, type ApiRequest, ok } from './route.ts'

type Item = Readonly<Record<string, unknown>>

const PAGE_SIZE = 100
const PAGE_SIZE_MAX = 500
/** Tables of the client's own making are given whole: their names may hold dots. */
const whole = new Set(['arguments', 'client_properties'])

/** `sortedBy` is the order where the query names none. @throws ApiError for a page that is not there. */
export function list(request: ApiRequest, items: readonly Item[], sortedBy: readonly string[]): Answer {
  const { query } = request
  const sort = query.get('sort')
  const sorted = items.toSorted(byValues(sort === null || sort === '' ? sortedBy : [sort]))
  if (query.get('sort_reverse') === 'true') sorted.reverse()
  const shown = (some: readonly Item[]) => some.map((item) => columnsOf(item, query))
  return ok(query.get('page') === null ? shown(sorted) : pageOf(sorted, query, shown))
}

function pageOf(items: readonly Item[], query: URLSearchParams, shown: (some: readonly Item[]) => unknown[]) {
  const page = Number(query.get('page'))
  const pageSize = Number(query.get('page_size') ?? PAGE_SIZE)
  if (!(Number.isInteger(page) && page > 0 && Number.isInteger(pageSize) && pageSize > 0)) {
    throw invalidPage(page, query)
  }
  if (pageSize > PAGE_SIZE_MAX) throw invalidPage(page, query)
  const filtered = items.filter(nameFilter(query))
  const pageCount = Math.ceil(filtered.length / pageSize)
  if (page > Math.max(1, pageCount)) {
    const text = `Page out of range, page: ${page} page size: ${pageSize}, len: ${filtered.length}`
    throw new ApiError(400, 'page_out_of_range', text)
  }
  const some = filtered.slice((page - 1) * pageSize, page * pageSize)
  return {
    filtered_count: filtered.length,
    item_count: some.length,
    items: shown(some),
    page,
    page_count: pageCount,
    page_size: pageSize,
    total_count: items.length,
  }
}

function invalidPage(page: number, query: URLSearchParams): ApiError {
  const size = query.get('page_size') ?? 'undefined'
  const text = `Invalid pagination parameters: page number ${page}, page size ${size}`
  return new ApiError(400, 'invalid_pagination_parameters', text)
}

/** `name` is part of a name; with use_regex=true it is a pattern. */
function nameFilter(query: URLSearchParams): (item: Item) => boolean {
  const wanted = query.get('name') ?? ''
  if (wanted === '') return () => true
  const nameOf = (item: Item) => String(item['name'] ?? '')
  if (query.get('use_regex') !== 'true') {
    const part = wanted.toLowerCase()
    return (item) => nameOf(item).toLowerCase().includes(part)
  }
  try {
    const pattern = new RegExp(wanted, 'i')
    return (item) => pattern.test(nameOf(item))
  } catch {
    throw badRequest(`Invalid regular expression: ${wanted}`)
  }
}

function columnsOf(item: Item, query: URLSearchParams): Item {
  const columns = query.get('columns')
  if (columns === null || columns === '') return item
  const result: Record<string, unknown> = {}
  for (const column of columns.split(',')) pick(item, column.split('.'), result)
  return result
}

/** Copies what lies at a path of names, if it is there. */
function pick(from: Item, [name = '', ...more]: readonly string[], into: Record<string, unknown>): void {
  const value = Object.hasOwn(from, name) ? from[name] : undefined
  if (value === undefined) return
  if (more.length === 0 || whole.has(name) || typeof value !== 'object' || value === null) {
    into[name] = value
    return
  }
  const inner = (into[name] ?? {}) as Record<string, unknown>
  into[name] = inner
  pick(value as Item, more, inner)
}

function byValues(paths: readonly string[]): (a: Item, b: Item) => number {
  return (a, b) => {
    for (const path of paths) {
      const [left, right] = [valueAt(a, path), valueAt(b, path)]
      if (left !== right) return order(left, right)
    }
    return 0
  }
}

function order(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  const [a, b] = [String(left ?? ''), String(right ?? '')]
  if (a === b) return 0
  return a < b ? -1 : 1
}

function valueAt(item: Item, path: string): unknown {
  let value: unknown = item
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Item)[name]
  }
  return value
}
