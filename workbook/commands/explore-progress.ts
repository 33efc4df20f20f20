/** How far an exploration is, on stderr while it runs: one line that is written over on a terminal, a line now and then in a pipe. */
import { performance } from 'node:perf_hooks'
import type { Language } from '#lab/verdict'
import type { RunEvent } from '#lab/verdict/events'
import { formatNumber } from '#lab/verdict/language'
import { inLanguage } from '../language.ts'
import { exploreTexts } from '../texts/explore.ts'

/** Where it is written, and when: stderr and the clock, but for tests. */
interface Screen {
  readonly isTerminal: boolean
  readonly write: (text: string) => void
  readonly now: () => number
}

const stderr: Screen = {
  isTerminal: Boolean(process.stderr.isTTY),
  write: (text) => void process.stderr.write(text),
  now: () => performance.now(),
}

/** How often a line is written at most: on a terminal it replaces the last one, in a pipe each stays. */
const everyMs = { terminal: 200, pipe: 10_000 }
/** Back to the beginning of the line, and what stood there goes. */
const overwrite = '\r\x1b[2K'

export class ExploreProgress {
  readonly #lang: Language
  readonly #screen: Screen
  readonly #everyMs: number
  readonly #timer: NodeJS.Timeout
  #said = ''
  #saidAt: number
  #began: number | undefined
  #of = 0
  /** How each schedule ended, by its index: one that broke may be told again, as held when it was played alone. */
  readonly #ends = new Map<number, string>()
  #isShrinking = false

  constructor(lang: Language, screen: Screen = stderr) {
    this.#lang = lang
    this.#screen = screen
    this.#everyMs = screen.isTerminal ? everyMs.terminal : everyMs.pipe
    this.#saidAt = screen.now()
    // What is slow says nothing by itself for a long time: the run without a crash, and the shrinking.
    this.#timer = setInterval(() => this.#say(), this.#everyMs)
    this.#timer.unref()
  }

  hear(event: RunEvent): void {
    if (event.kind !== 'schedule') return
    this.#of = event.of
    if (event.state === 'planned') this.#began = this.#screen.now()
    else {
      this.#ends.set(event.index, event.state)
      // What broke counts when it has broken again alone; what did not goes on with the next schedule.
      this.#isShrinking = event.state === 'broken'
    }
    this.#say()
  }

  /** Nothing of it stays on a terminal: what it came to is printed next. */
  end(): void {
    clearInterval(this.#timer)
    if (this.#screen.isTerminal && this.#said !== '') this.#screen.write(overwrite)
  }

  #say(): void {
    const now = this.#screen.now()
    if (now - this.#saidAt < this.#everyMs) return
    const line = this.#line(now)
    if (this.#screen.isTerminal && line === this.#said) return
    this.#saidAt = now
    this.#said = line
    this.#screen.write(this.#screen.isTerminal ? `${overwrite}${line}` : `${line}\n`)
  }

  #line(now: number): string {
    if (this.#began === undefined) return inLanguage(exploreTexts.recording, this.#lang)
    if (this.#isShrinking) return inLanguage(exploreTexts.shrinking, this.#lang)
    const seconds = Math.max(0.001, (now - this.#began) / 1000)
    const ended = this.#ends.size
    const held = [...this.#ends.values()].filter((state) => state === 'held').length
    const rate = ended / seconds
    const leftSeconds = rate === 0 ? 0 : Math.ceil((this.#of - ended) / rate)
    const perSecond = formatNumber(rate, this.#lang)
    return inLanguage(exploreTexts.progress(ended, this.#of, held, perSecond, leftSeconds), this.#lang)
  }
}
