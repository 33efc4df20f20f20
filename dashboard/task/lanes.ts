/** A trace as a drawing in lanes: one column for each actor, one row for each step, an arrow from sender to receiver. */
import type { Lane, Language, TraceStep } from '#lab/verdict'
import { type Html, html } from '../html.ts'

const laneOrder: readonly Lane[] = ['producer', 'broker', 'consumer', 'database', 'lab']
const laneWidth = 200
const rowHeight = 26
const headHeight = 34
/** Where a lane's line stands in its column. */
const lineAt = 60
/** Letters of the face that labels are set in, pixels. */
const letterWidth = 7.1
const noteGap = 14

/** Nothing to draw is nothing. */
export function drawLanes(trace: readonly TraceStep[], lang: Language, label: string): Html {
  const lanes = laneOrder.filter((lane) => trace.some(({ from, to }) => from === lane || to === lane))
  if (lanes.length === 0) return html``
  const right = lineAt + (lanes.length - 1) * laneWidth
  const rows = trace.map((step) => rowOf(step, lanes, lang))
  const width = Math.ceil(Math.max(right + 120, ...rows.map(({ end }) => end + 8)))
  const height = headHeight + rows.length * rowHeight + 10
  return html`<div class="lanes scroll" tabindex="0" role="group" aria-label="${label}"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">
<title>${trace.map((step) => told(step, lang)).join('; ')}</title>
${lanes.map((lane, index) => html`<text class="lane" x="${lineAt + index * laneWidth}" y="18" text-anchor="middle">${lane}</text><line class="lane" x1="${lineAt + index * laneWidth}" x2="${lineAt + index * laneWidth}" y1="26" y2="${height - 4}"/>`)}
${rows.map(({ source }, index) => html`<g transform="translate(0 ${headHeight + index * rowHeight + 14})">${source}</g>`)}
</svg></div>`
}

interface Row {
  readonly source: Html
  /** Where it ends on the right, pixels. */
  readonly end: number
}

function rowOf(step: TraceStep, lanes: readonly Lane[], lang: Language): Row {
  const from = lineAt + lanes.indexOf(step.from) * laneWidth
  const to = step.to === undefined ? from : lineAt + lanes.indexOf(step.to) * laneWidth
  const label = labelOf(step)
  const last = lineAt + (lanes.length - 1) * laneWidth
  const textEnd = from === to ? from + 14 + label.length * letterWidth : Math.max(from, to)
  const noteAt = Math.max(last, textEnd) + noteGap
  const note =
    step.note === undefined ? '' : html`<text class="note" x="${noteAt}" y="4">${step.note[lang]}</text>`
  const end = step.note === undefined ? textEnd : noteAt + step.note[lang].length * letterWidth
  const drawn = from === to ? happening(step, from, label) : arrow({ from, to, label })
  return { source: html`${drawn}${note}`, end }
}

function happening(step: TraceStep, at: number, label: string): Html {
  const isEnd = endsSomething(step)
  const mark = isEnd
    ? html`<path class="end" d="M${at - 5} -5L${at + 5} 5M${at + 5} -5L${at - 5} 5"/>`
    : html`<circle class="happening" cx="${at}" cy="0" r="4"/>`
  return html`${mark}<text class="${isEnd ? 'end' : 'happening'}" x="${at + 11}" y="4">${label}</text>`
}

function arrow({ from, to, label }: { from: number; to: number; label: string }): Html {
  const direction = to > from ? 1 : -1
  const tip = to - direction * 3
  const head = `M${tip} 0L${tip - direction * 8} -4V4Z`
  return html`<line class="arrow" x1="${from}" x2="${tip - direction * 6}" y1="0" y2="0"/><path class="head" d="${head}"/><text class="label" x="${(from + to) / 2}" y="-4" text-anchor="middle">${label}</text>`
}

/** Only what ends something is crossed out. */
function endsSomething({ what }: TraceStep): boolean {
  return /^(?:killed|crashed|cut|torn|lost)\b/.test(what)
}

function labelOf({ what, message }: TraceStep): string {
  const short = what.replace(/^(?:basic|connection|channel|queue|exchange|confirm)\./, '')
  return message === undefined ? short : `${short} ${message}`
}

/** For whoever hears it instead of seeing it. */
function told(step: TraceStep, lang: Language): string {
  const way = step.to === undefined ? step.from : `${step.from} → ${step.to}`
  const note = step.note === undefined ? '' : ` (${step.note[lang]})`
  return `${way}: ${labelOf(step)}${note}`
}
