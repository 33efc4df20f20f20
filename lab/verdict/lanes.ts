/** Draws a trace as lanes: one column for each actor, one line for each step, an arrow from sender to receiver. */
import stringWidth from 'fast-string-width'
import { text } from './language.ts'
import type { Lane, Language, TraceStep } from './verdict.ts'

const laneOrder: readonly Lane[] = ['producer', 'broker', 'consumer', 'database', 'lab']
/** Columns grow where a label needs more, so that the bars below each other stay below each other. */
const laneWidthMin = 20
/** What an arrow needs beside its label: a bar, a head, at least one dash and three spaces. */
const arrowWidthMin = 6
/** More steps than this are cut in the middle: a trace must fit a screen. */
const stepsMax = 14

const gap = text('… the steps in between are left out', '… lược các bước ở giữa')

/** The columns of one drawing. */
interface Columns {
  readonly lanes: readonly Lane[]
  readonly width: number
}

/** The lanes that occur, drawn over as many lines as the trace has steps. */
export function drawLanes(trace: readonly TraceStep[], lang: Language): string[] {
  const lanes = laneOrder.filter((lane) => trace.some((step) => step.from === lane || step.to === lane))
  const steps = shortened(trace)
  const width = Math.max(
    laneWidthMin,
    ...steps.map((step) => (step === 'gap' ? 0 : widthNeeded(step, lanes))),
  )
  const drawn = steps.map((step) =>
    step === 'gap' ? `  ${gap[lang]}` : drawStep(step, { lanes, width }, lang),
  )
  return [
    lanes
      .map((lane) => padTo(lane, width))
      .join('')
      .trimEnd(),
    ...drawn,
  ]
}

function drawStep(step: TraceStep, { lanes, width }: Columns, lang: Language): string {
  const [from, to] = ends(step, lanes)
  const note = step.note === undefined ? '' : `   ${step.note[lang]}`
  const bars = (count: number): string => padTo('│', width).repeat(count)
  if (from === to) {
    return `${bars(from)}${padTo(happening(step), width)}${bars(lanes.length - from - 1)}`.trimEnd() + note
  }
  const [first, last] = from < to ? [from, to] : [to, from]
  const dashes = (last - first) * width - stringWidth(labelOf(step)) - arrowWidthMin + 1
  const line = '─'.repeat(dashes)
  const arrow = from < to ? `│ ${labelOf(step)} ${line}► ` : `│ ◄${line} ${labelOf(step)} `
  return `${bars(first)}${arrow}${bars(lanes.length - last)}`.trimEnd() + note
}

function widthNeeded(step: TraceStep, lanes: readonly Lane[]): number {
  const [from, to] = ends(step, lanes)
  if (from === to) return stringWidth(happening(step)) + 1
  return Math.ceil((stringWidth(labelOf(step)) + arrowWidthMin) / Math.abs(from - to))
}

function ends(step: TraceStep, lanes: readonly Lane[]): [from: number, to: number] {
  const from = lanes.indexOf(step.from)
  return [from, step.to === undefined ? from : lanes.indexOf(step.to)]
}

/** A step inside one lane. Only what ends something is crossed out. */
function happening(step: TraceStep): string {
  return `${/^(?:killed|crashed|cut|torn|lost)\b/.test(step.what) ? '✕' : '•'} ${labelOf(step)}`
}

function labelOf({ what, message }: TraceStep): string {
  const short = what.replace(/^(?:basic|connection|channel|queue|exchange|confirm)\./, '')
  return message === undefined ? short : `${short} ${message}`
}

function padTo(value: string, width: number): string {
  return value + ' '.repeat(Math.max(1, width - stringWidth(value)))
}

function shortened(trace: readonly TraceStep[]): (TraceStep | 'gap')[] {
  if (trace.length <= stepsMax) return [...trace]
  const half = Math.floor(stepsMax / 2)
  return [...trace.slice(0, half), 'gap', ...trace.slice(-half)]
}
