/** A log of any length in a box: only the rows that can be seen are in the page, and reading further up is not disturbed. */

export interface Row {
  readonly text: string
  readonly tone: string
  /** The whole id of the message concerned. */
  readonly message?: string
  /** How that id stands in the text. */
  readonly short?: string
}

/** As the style sheet sets it, pixels. */
const rowHeight = 22
const rowsMax = 20_000
/** Rows drawn beyond what is seen, so that scrolling does not show gaps. */
const beyond = 12

export class Log {
  readonly #box: HTMLElement
  readonly #inside: HTMLElement
  #rows: Row[] = []
  #shown: Row[] = []
  #words = ''
  /** The one whose life is shown; nothing else is then. */
  #followed: string | undefined
  #widest = 0
  #isDue = false
  #isAtEnd = true

  /** @param onMessage somebody asks for one message alone */
  constructor(box: HTMLElement, onMessage: (message: string) => void) {
    this.#box = box
    this.#inside = box.firstElementChild as HTMLElement
    box.addEventListener('scroll', () => {
      this.#isAtEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - rowHeight
      this.#drawSoon()
    })
    new ResizeObserver(() => this.#drawSoon()).observe(box)
    box.addEventListener('click', ({ target }) => {
      const message = (target as HTMLElement).dataset['message']
      if (message !== undefined) onMessage(message)
    })
  }

  get length(): number {
    return this.#rows.length
  }

  clear(): void {
    this.#rows = []
    this.#widest = 0
    this.#isAtEnd = true
    this.#followed = undefined
    this.filter(this.#words)
  }

  append(rows: readonly Row[]): void {
    this.#rows.push(...rows)
    for (const { text } of rows) this.#widest = Math.max(this.#widest, text.length)
    if (this.#rows.length > rowsMax) {
      this.#rows = this.#rows.slice(-rowsMax)
      this.filter(this.#words)
      return
    }
    if (this.#followed === undefined) this.#shown.push(...rows.filter((row) => this.#isWanted(row)))
    else if (rows.some(({ message }) => message === this.#followed)) this.#choose()
    this.#drawSoon()
  }

  filter(words: string): void {
    this.#words = words.normalize('NFC').toLowerCase()
    this.#choose()
    this.#drawSoon()
  }

  /** The life of one message: every frame that carried or settled it, and what databases committed meanwhile. All again without one. */
  follow(message: string | undefined): void {
    this.#followed = message
    this.#isAtEnd = message === undefined
    if (message !== undefined) this.#box.scrollTop = 0
    this.#choose()
    this.#drawSoon()
  }

  toEnd(): void {
    this.#isAtEnd = true
    this.#drawSoon()
  }

  #choose(): void {
    const followed = this.#followed
    if (followed === undefined) {
      this.#shown = this.#rows.filter((row) => this.#isWanted(row))
      return
    }
    const isOwn = ({ message }: Row): boolean => message === followed
    const [first, last] = [this.#rows.findIndex(isOwn), this.#rows.findLastIndex(isOwn)]
    this.#shown = this.#rows.filter(
      (row, at) => isOwn(row) || (row.tone === 'point' && at > first && at < last),
    )
  }

  #isWanted({ text }: Row): boolean {
    return this.#words === '' || text.toLowerCase().includes(this.#words)
  }

  #drawSoon(): void {
    if (this.#isDue) return
    this.#isDue = true
    requestAnimationFrame(() => {
      this.#isDue = false
      this.#draw()
    })
  }

  #draw(): void {
    const { clientHeight } = this.#box
    this.#inside.style.height = `${this.#shown.length * rowHeight}px`
    this.#inside.style.minWidth = `${this.#widest + 4}ch`
    if (this.#isAtEnd) this.#box.scrollTop = this.#shown.length * rowHeight
    const first = Math.max(0, Math.floor(this.#box.scrollTop / rowHeight) - beyond)
    const last = Math.min(this.#shown.length, first + Math.ceil(clientHeight / rowHeight) + 2 * beyond)
    this.#inside.replaceChildren(
      ...this.#shown.slice(first, last).map((row, index) => drawRow(row, first + index)),
    )
  }
}

function drawRow({ text, tone, message, short }: Row, at: number): HTMLElement {
  const row = document.createElement('div')
  row.className = `row ${tone}`
  row.style.transform = `translateY(${at * rowHeight}px)`
  const where = short === undefined ? -1 : text.lastIndexOf(short)
  if (message === undefined || short === undefined || where < 0) {
    row.textContent = text
    return row
  }
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = short
  button.title = message
  button.dataset['message'] = message
  row.append(text.slice(0, where), button, text.slice(where + short.length))
  return row
}
