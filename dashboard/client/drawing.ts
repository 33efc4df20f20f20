/** Draws one Mermaid diagram in a frame of its own, in the page's colours, and says how high it has become. */

interface Mermaid {
  initialize(settings: object): void
  render(id: string, source: string): Promise<{ svg: string }>
}

/** Smaller than this share of its size its letters can't be read: a narrow frame is scrolled instead. */
const scaleMin = 0.55

const { mermaid } = globalThis as unknown as { mermaid: Mermaid }
const place = document.getElementById('source')
const theme = document.documentElement.dataset['theme']
const isDark = theme === 'dark' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)

if (place !== null) {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    theme: isDark ? 'dark' : 'neutral',
    fontFamily: 'system-ui, sans-serif',
  })
  mermaid
    .render('mermaid', place.textContent ?? '')
    .then(({ svg }) => {
      const drawn = new DOMParser().parseFromString(svg, 'text/html').body
      place.replaceWith(...drawn.childNodes)
    })
    // What can't be drawn is read.
    .catch(() => {})
    .finally(fit)
}

function fit(): void {
  const svg = document.querySelector('svg')
  const natural = svg?.viewBox.baseVal.width ?? 0
  if (svg !== null && natural > 0) {
    svg.style.maxWidth = `${natural}px`
    svg.style.minWidth = `${natural * scaleMin}px`
  }
  // Of what is inside: a page is never less high than its frame.
  const inside = document.querySelector('main')
  if (inside === null) return
  new ResizeObserver(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const bar = scrollWidth > clientWidth ? 16 : 0
    parent.postMessage({ height: inside.getBoundingClientRect().height + bar }, location.origin)
  }).observe(inside)
}
