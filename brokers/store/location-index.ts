/**
 * Where each record lies, by id. Ids come densely, so neighbours share a page of plain numbers: twelve bytes a record that
 * the garbage collector need not look at, and no table that is rebuilt when it has grown.
 */

export interface Location {
  /** Number of the segment, from 1. */
  readonly segment: number
  /** Where the entry begins in it. */
  readonly at: number
  readonly bytes: number
}

const PAGE_IDS = 256
const FIELDS = 3

interface Page {
  /** Segment, at and bytes of each id in turn; segment 0 says that there is none. */
  readonly fields: Uint32Array
  count: number
}

export class LocationIndex {
  readonly #pages = new Map<number, Page>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Gives where it lay before. */
  set(id: number, { segment, at, bytes }: Location): Location | undefined {
    const before = this.delete(id)
    const number = Math.floor(id / PAGE_IDS)
    let page = this.#pages.get(number)
    if (page === undefined) {
      page = { fields: new Uint32Array(PAGE_IDS * FIELDS), count: 0 }
      this.#pages.set(number, page)
    }
    const slot = (id % PAGE_IDS) * FIELDS
    page.fields[slot] = segment
    page.fields[slot + 1] = at
    page.fields[slot + 2] = bytes
    page.count++
    this.#size++
    return before
  }

  get(id: number): Location | undefined {
    const page = this.#pages.get(Math.floor(id / PAGE_IDS))
    return page === undefined ? undefined : locationIn(page, id)
  }

  /** Whether it lies there and not somewhere else by now. */
  isAt(id: number, segment: number, at: number): boolean {
    const fields = this.#pages.get(Math.floor(id / PAGE_IDS))?.fields
    const slot = (id % PAGE_IDS) * FIELDS
    return fields !== undefined && fields[slot] === segment && fields[slot + 1] === at
  }

  /** Gives where it lay. */
  delete(id: number): Location | undefined {
    const number = Math.floor(id / PAGE_IDS)
    const page = this.#pages.get(number)
    if (page === undefined) return undefined
    const location = locationIn(page, id)
    if (location === undefined) return undefined
    page.fields[(id % PAGE_IDS) * FIELDS] = 0
    page.count--
    this.#size--
    if (page.count === 0) this.#pages.delete(number)
    return location
  }

  /** All ids, in order. Records may go while it runs, and none may come. */
  *ids(): Generator<number> {
    for (const number of [...this.#pages.keys()].sort((a, b) => a - b)) {
      for (let slot = 0; slot < PAGE_IDS; slot++) {
        const page = this.#pages.get(number)
        if (page !== undefined && page.fields[slot * FIELDS] !== 0) yield number * PAGE_IDS + slot
      }
    }
  }
}

function locationIn({ fields }: Page, id: number): Location | undefined {
  const slot = (id % PAGE_IDS) * FIELDS
  const segment = fields[slot] as number
  if (segment === 0) return undefined
  return { segment, at: fields[slot + 1] as number, bytes: fields[slot + 2] as number }
}
