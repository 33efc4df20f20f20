/** The one connection of a browser to the dashboard's news, handed on to every page that is open. */

/** What of a shared worker's scope is used here; the types of pages do not know it. */
interface Scope {
  onconnect: ((event: MessageEvent) => void) | null
}

/** A page was made before it joined: what was told in that time it may not have seen. Milliseconds. */
const joiningMs = 5000

const ports = new Set<MessagePort>()
let lastNewsAt = Number.NEGATIVE_INFINITY
let isOpen = false
let wasGone = false
let hello: unknown

const source = new EventSource('/events')
source.onmessage = ({ data }: MessageEvent<string>) => {
  const news = JSON.parse(data) as { kind: string }[]
  hello = news.find(({ kind }) => kind === 'hello') ?? hello
  if (news.some(({ kind }) => kind !== 'hello')) lastNewsAt = performance.now()
  tellAll(news)
}
source.onopen = () => turn(true)
source.onerror = () => turn(false)

const scope = self as unknown as Scope
scope.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return
  join(port, performance.now() - lastNewsAt < joiningMs)
  port.onmessage = ({ data }) => {
    if (data === 'leave') ports.delete(port)
    else join(port, true)
  }
  port.start()
}

/** Whoever comes later hears what the first one heard. */
function join(port: MessagePort, hasMissed: boolean): void {
  ports.add(port)
  const known = hello === undefined ? [] : [hello]
  port.postMessage([...known, { kind: 'connection', isOpen }, ...(hasMissed ? [{ kind: 'missed' }] : [])])
}

function turn(now: boolean): void {
  // Whoever was here when the line broke has missed something; the first line of all has broken nothing.
  const isBack = now && wasGone
  wasGone = !now
  isOpen = now
  tellAll([{ kind: 'connection', isOpen }, ...(isBack ? [{ kind: 'missed' }] : [])])
}

function tellAll(news: readonly unknown[]): void {
  for (const port of ports) port.postMessage(news)
}
