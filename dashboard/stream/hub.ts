/** What moves, told to every page that is open: news are gathered for a moment and leave as one message. */
import type { ServerResponse } from 'node:http'

/** So long news may wait for company, milliseconds: a frame of a screen or three, and a burst is one message. */
const gatherMs = 40
/** What a reader who does not keep up may leave unread, bytes. Beyond that it is told to look anew. */
const unreadBytesMax = 1_000_000
/** Proxies and browsers give up on a silent line. */
const heartbeatMs = 15_000
/** How soon a browser tries again when the server is gone. */
const retryMs = 1000

/** One piece of news; `kind` says what it is about. */
export interface News {
  readonly kind: string
}

export class Hub {
  readonly #instance: string
  readonly #readers = new Set<Reader>()
  #told = 0
  #gathered: News[] = []
  #timer: NodeJS.Timeout | undefined
  readonly #heartbeat: NodeJS.Timeout

  /** @param instance names this start of the server; a page that knows another one loads itself anew */
  constructor(instance: string) {
    this.#instance = instance
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), heartbeatMs)
    this.#heartbeat.unref()
  }

  get readers(): number {
    return this.#readers.size
  }

  /** How much has been told so far. A page that was made when it was less has missed something. */
  get told(): number {
    return this.#told
  }

  tell(news: News): void {
    this.#told += 1
    this.#gathered.push(news)
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs)
  }

  /** Keeps the response open as a stream of events until the reader leaves. */
  attach(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' })
    response.write(
      `retry: ${retryMs}\n${messageOf([{ kind: 'hello', instance: this.#instance, told: this.#told } as News])}`,
    )
    const reader = new Reader(response)
    this.#readers.add(reader)
    response.once('close', () => this.#readers.delete(reader))
    response.on('error', () => this.#readers.delete(reader))
  }

  close(): void {
    clearTimeout(this.#timer)
    clearInterval(this.#heartbeat)
    for (const reader of this.#readers) reader.end()
    this.#readers.clear()
  }

  #flush(): void {
    this.#timer = undefined
    const message = messageOf(this.#gathered)
    this.#gathered = []
    this.#write(message)
  }

  #write(message: string): void {
    for (const reader of this.#readers) reader.write(message)
  }
}

/** One open page's end. What it does not read in time is dropped, and it is told that it missed something. */
class Reader {
  readonly #response: ServerResponse
  #isLate = false

  constructor(response: ServerResponse) {
    this.#response = response
  }

  write(message: string): void {
    if (this.#isLate) return
    if (this.#response.writableLength <= unreadBytesMax) {
      this.#response.write(message)
      return
    }
    this.#isLate = true
    this.#response.once('drain', () => {
      this.#isLate = false
      this.#response.write(messageOf([{ kind: 'missed' }]))
    })
  }

  end(): void {
    this.#response.end()
  }
}

/** JSON has no line ends of its own, so one line of data is enough. */
function messageOf(news: readonly News[]): string {
  return `data: ${JSON.stringify(news)}\n\n`
}
