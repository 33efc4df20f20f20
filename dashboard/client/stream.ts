/**
 * What moves on the server, heard by this page. All pages of a browser share one connection, in a worker: browsers open no
 * more than six to one server, and the seventh page would never load.
 */
import { metaOf } from './dom.ts'

export interface News {
  readonly kind: string
  readonly [name: string]: unknown
}

type Listener = (news: News) => void
const listeners = new Set<Listener>()

/** Hears all news from now on: the server's, `connection` when it comes or goes, and `missed` when some were lost. */
export function onNews(listener: Listener): void {
  listeners.add(listener)
}

function tell(news: News): void {
  for (const listener of [...listeners]) listener(news)
  // Between the making of this page and its first news there were others.
  if (news.kind === 'hello' && Number(news['told']) > Number(metaOf('told'))) tell({ kind: 'missed' })
}

listen()

function listen(): void {
  if ('SharedWorker' in window) listenByWorker()
  else listenAlone()
}

function listenByWorker(): void {
  const { port } = new SharedWorker(new URL('./stream-worker.js', import.meta.url), {
    type: 'module',
    name: 'mq-workbook',
  })
  port.onmessage = ({ data }: MessageEvent<News[]>) => {
    for (const news of data) tell(news)
  }
  port.start()
  addEventListener('pagehide', () => port.postMessage('leave'))
  // Shown again out of the browser's memory: news were missed meanwhile.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) port.postMessage('join')
  })
}

function listenAlone(): void {
  const source = new EventSource('/events')
  source.onmessage = ({ data }: MessageEvent<string>) => {
    for (const news of JSON.parse(data) as News[]) tell(news)
  }
  let wasGone = false
  source.onopen = () => {
    tell({ kind: 'connection', isOpen: true })
    if (wasGone) tell({ kind: 'missed' })
    wasGone = false
  }
  source.onerror = () => {
    wasGone = true
    tell({ kind: 'connection', isOpen: false })
  }
}
