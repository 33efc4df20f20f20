/** The one connection of a browser to the dashboard's news, handed on to every page that is open. */

/** What of a shared worker's scope is used here; the types of pages do not know it. */
interface Scope {
  onconnect: ((event: MessageEvent) => void) | null
}

const ports = new Set<MessagePort>()
let isOpen = false
let hello: unknown

const source = new EventSource('/events')
source.onmessage = ({ data }: MessageEvent<string>) => {
  const news = JSON.parse(data) as { kind: string }[]
  hello = news.find(({ kind }) => kind === 'hello') ?? hello
  tellAll(news)
}
source.onopen = () => turn(true)
source.onerror = () => turn(false)

const scope = self as unknown as Scope
scope.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return
  join(port)
  port.onmessage = ({ data }) => {
    if (data === 'leave') ports.delete(port)
    else join(port)
  }
  port.start()
}

/** Whoever comes later hears what the first one heard. */
function join(port: MessagePort): void {
  ports.add(port)
  const known = hello === undefined ? [] : [hello]
  port.postMessage([...known, { kind: 'connection', isOpen }, { kind: 'missed' }])
}

function turn(now: boolean): void {
  isOpen = now
  tellAll([{ kind: 'connection', isOpen }, ...(now ? [{ kind: 'missed' }] : [])])
}

function tellAll(news: readonly unknown[]): void {
  for (const port of ports) port.postMessage(news)
}
