/**
 * Stands within every page and loads its modules once the page can be seen: fetched and started before, they would take the time from
 * the first paint. What a page says by itself, and its forms, need none of them. Plain JavaScript, since it is part of the first answer.
 */

/** Longer no page waits for its modules, milliseconds: not every browser tells that it has painted. */
const paintMsMax = 1000

let isStarted = false
const start = () => {
  if (isStarted) return
  isStarted = true
  const ways = document.querySelector('meta[name="modules"]')?.getAttribute('content') ?? ''
  // From then on keys and buttons do what they say; until then buttons of forms load the page that they lead to.
  void Promise.all(ways.split(' ').map((way) => import(way))).then(() =>
    document.documentElement.setAttribute('data-ready', ''),
  )
}

// A page in the background is not painted.
if (document.hidden) start()
else {
  // The first paint of all may be an empty page; what it says comes with the next one, which modules must not delay.
  new PerformanceObserver((list) => {
    if (list.getEntriesByName('first-contentful-paint').length > 0) start()
  }).observe({ type: 'paint', buffered: true })
  setTimeout(start, paintMsMax)
}
