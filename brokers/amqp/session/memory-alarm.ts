/** The memory alarm: raised by hand, or by the broker itself while its process uses more memory than it may. */

/** How often the process is looked at; RabbitMQ does so every two and a half seconds. */
const LOOK_MS = 1_000

export class MemoryAlarm {
  /** Undefined: none. */
  highWatermarkBytes: number | undefined
  #isForced = false
  #isOver = false
  readonly #usedBytes: () => number
  readonly #onEnd: () => void
  #looking: NodeJS.Timeout | undefined

  /** `onEnd` is called whenever it is over. */
  constructor(options: { usedBytes: () => number; onEnd: () => void }) {
    this.#usedBytes = options.usedBytes
    this.#onEnd = options.onEnd
  }

  get isRaised(): boolean {
    return this.#isForced || this.#isOver
  }

  /** Raises it whatever is used, or leaves it to what is used. */
  force(isRaised: boolean): void {
    this.#change(() => {
      this.#isForced = isRaised
    })
  }

  /** From now on it is raised while more than so many bytes are used; undefined: only by hand. */
  setHighWatermark(bytes: number | undefined): void {
    this.highWatermarkBytes = bytes
    this.stop()
    // It keeps nobody running.
    if (bytes !== undefined) this.#looking = setInterval(() => this.#look(), LOOK_MS).unref()
    this.#look()
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#looking)
  }

  #look(): void {
    this.#change(() => {
      this.#isOver = this.highWatermarkBytes !== undefined && this.#usedBytes() > this.highWatermarkBytes
    })
  }

  #change(apply: () => void): void {
    const wasRaised = this.isRaised
    apply()
    if (wasRaised && !this.isRaised) this.#onEnd()
  }
}
