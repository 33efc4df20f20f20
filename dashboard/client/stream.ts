/**
 * What moves on the server, heard by this page. All pages of a browser share one connection, in a worker: browsers open no
 * more than six to one server, and the seventh page would never load.
 */

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
}

if ('SharedWorker' in window) {
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
} else {
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
