/** Draws one Mermaid diagram in a frame of its own, in the page's colours, and says how high it has become. */

interface Mermaid {
  initialize(settings: object): void
  render(id: string, source: string): Promise<{ svg: string }>
}

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
    .render('drawing', place.textContent ?? '')
    .then(({ svg }) => {
      const drawn = new DOMParser().parseFromString(svg, 'text/html').body
      place.replaceWith(...drawn.childNodes)
    })
    // What can't be drawn is read.
    .catch(() => {})
    .finally(() => parent.postMessage({ height: document.documentElement.scrollHeight + 4 }, location.origin))
}
