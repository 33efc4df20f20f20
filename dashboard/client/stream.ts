/**
 * What moves on the server, heard by this page. All pages of a browser share one connection, in a worker: browsers open no
 * more than six to one server, and the seventh page would never load.
 */

import { metaOf } from './dom.ts'

export interface News {
  readonly kind: string
  readonly [name: string]: unknown
}

/** Longer no page waits for its news, milliseconds: not every browser tells that it has painted. */
const paintMsMax = 1000

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

afterFirstPaint(listen)

/** A worker is a program of its own: started before the page can be seen, it takes that time from it. */
function afterFirstPaint(start: () => void): void {
  let isStarted = false
  const once = (): void => {
    if (isStarted) return
    isStarted = true
    start()
  }
  // A page in the background is not painted.
  if (document.hidden) once()
  else {
    new PerformanceObserver(once).observe({ type: 'paint', buffered: true })
    setTimeout(once, paintMsMax)
  }
}

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
