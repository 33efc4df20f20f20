/** Draws a trace as lanes: one column for each actor, one line for each step, an arrow from sender to receiver. */
import stringWidth from 'string-width'
import { text } from './language.ts'
import type { Lane, Language, TraceStep } from './verdict.ts'

const laneOrder: readonly Lane[] = ['producer', 'broker', 'consumer', 'database', 'lab']
const laneWidth = 20
/** More steps than this are cut in the middle: a trace must fit a screen. */
const stepsMax = 14

const left = text('… the steps in between are left out', '… lược các bước ở giữa')

/** The lanes that occur, drawn over as many lines as the trace has steps. */
export function drawLanes(trace: readonly TraceStep[], lang: Language): string[] {
  const lanes = laneOrder.filter((lane) => trace.some((step) => step.from === lane || step.to === lane))
  const drawn = shortened(trace).map((step) => (step === 'gap' ? `  ${left[lang]}` : drawStep(step, lanes, lang)))
  return [lanes.map((lane) => padTo(lane, laneWidth)).join('').trimEnd(), ...drawn]
}

function drawStep(step: TraceStep, lanes: readonly Lane[], lang: Language): string {
  const from = lanes.indexOf(step.from)
  const to = step.to === undefined ? from : lanes.indexOf(step.to)
  const label = [step.what.replace(/^(?:basic|connection|channel|queue|exchange|confirm)\./, ''), step.message].filter(Boolean).join(' ')
  const note = step.note === undefined ? '' : `   ${step.note[lang]}`
  if (from === to) return `${laneBars(lanes, from, `✕ ${label}`)}${note}`.trimEnd()
  const [first, last] = from < to ? [from, to] : [to, from]
  const span = (last - first) * laneWidth
  const arrow = from < to ? rightArrow(label, span) : leftArrow(label, span)
  const before = lanes.slice(0, first).map(() => bar()).join('')
  const after = lanes.slice(last + 1).map(() => bar()).join('')
  return `${before}${arrow}${padTo('│', laneWidth)}${after}`.trimEnd() + note
}

/** All lanes as bars, with a text beside one of them. */
function laneBars(lanes: readonly Lane[], at: number, label: string): string {
  return lanes.map((_, index) => (index === at ? padTo(label, laneWidth) : bar())).join('').trimEnd()
}

const bar = (): string => padTo('│', laneWidth)

function rightArrow(label: string, span: number): string {
  const line = Math.max(1, span - stringWidth(label) - 5)
  return `│ ${label} ${'─'.repeat(line)}► `
}

function leftArrow(label: string, span: number): string {
  const line = Math.max(1, span - stringWidth(label) - 5)
  return `│ ◄${'─'.repeat(line)} ${label} `
}

function padTo(value: string, width: number): string {
  return value + ' '.repeat(Math.max(1, width - stringWidth(value)))
}

function shortened(trace: readonly TraceStep[]): (TraceStep | 'gap')[] {
  if (trace.length <= stepsMax) return [...trace]
  const half = Math.floor(stepsMax / 2)
  return [...trace.slice(0, half), 'gap', ...trace.slice(-half)]
}
