/** Messages on their way through a topology: a dot along its edge while there are few, a figure when there are many. */

const dotMs = 650
const svgSpace = 'http://www.w3.org/2000/svg'
const wantsNoMotion = matchMedia('(prefers-reduced-motion: reduce)')

/** @param ways ids of edges */
export function flow(drawing: HTMLElement, ways: readonly string[]): void {
  if (wantsNoMotion.matches || document.hidden) return
  for (const way of ways) {
    // It is drawn twice, for wide and for narrow screens: one of them can be seen.
    const paths = drawing.querySelectorAll<SVGPathElement>(`path[data-edge="${CSS.escape(way)}"]`)
    for (const path of paths) if (path.checkVisibility()) moveDot(path)
  }
}

function moveDot(path: SVGPathElement): void {
  const dot = document.createElementNS(svgSpace, 'circle')
  dot.setAttribute('r', '4')
  dot.setAttribute('class', 'dot')
  path.parentElement?.append(dot)
  const length = path.getTotalLength()
  const began = performance.now()
  const move = (now: number): void => {
    const share = Math.min(1, Math.max(0, (now - began) / dotMs))
    const { x, y } = path.getPointAtLength(length * share)
    dot.setAttribute('cx', String(x))
    dot.setAttribute('cy', String(y))
    if (share < 1 && dot.isConnected) requestAnimationFrame(move)
    else dot.remove()
  }
  requestAnimationFrame(move)
}
