/** A run that goes on, as a page follows it: what it said so far, what it says now, and its end. */
import { onNews } from './stream.ts'

export interface Line {
  readonly text: { readonly en: string; readonly vi: string }
  readonly message?: string
  readonly tone: string
}

export interface Entry {
  readonly n: number
  readonly event: { readonly kind: string; readonly [name: string]: unknown }
  readonly line?: Line
}

export interface Status {
  readonly id: string
  readonly kind: string
  readonly task: string
  readonly command: string
  readonly state: 'running' | 'ended'
  readonly forgotten: number
  readonly exitCode?: number
  readonly trouble?: string
}

export interface Follower {
  onEntries(entries: readonly Entry[]): void
  onStatus(status: Status): void
}

/** Follows one run at a time. */
export class Following {
  readonly #follower: Follower
  #run = ''
  #last = 0
  #asked: Promise<void> = Promise.resolve()

  constructor(follower: Follower) {
    this.#follower = follower
    onNews((news) => {
      if (news.kind === 'missed') this.#catchUp()
      if (news['run'] !== this.#run || this.#run === '') return
      if (news.kind === 'entry') this.#take([news['entry'] as Entry])
      if (news.kind === 'run') this.#follower.onStatus(news['status'] as Status)
    })
  }

  get run(): string {
    return this.#run
  }

  follow(run: string): void {
    this.#run = run
    this.#last = 0
    this.#catchUp()
  }

  #take(entries: readonly Entry[]): void {
    const [first] = entries
    // Something between was missed, or was said before this page looked.
    if (first !== undefined && first.n > this.#last + 1 && entries.length === 1) {
      this.#catchUp()
      return
    }
    const fresh = entries.filter(({ n }) => n > this.#last)
    this.#last = fresh.at(-1)?.n ?? this.#last
    if (fresh.length > 0) this.#follower.onEntries(fresh)
  }

  /** One request at a time, however often it is wanted. */
  #catchUp(): void {
    const run = this.#run
    if (run === '') return
    this.#asked = this.#asked.then(async () => {
      const response = await fetch(`/runs/${run}?after=${this.#last}`).catch(() => undefined)
      if (response?.ok !== true || run !== this.#run) return
      const { status, entries } = (await response.json()) as { status: Status; entries: Entry[] }
      const fresh = entries.filter(({ n }) => n > this.#last)
      this.#last = fresh.at(-1)?.n ?? this.#last
      if (fresh.length > 0) this.#follower.onEntries(fresh)
      this.#follower.onStatus(status)
    })
  }
}
