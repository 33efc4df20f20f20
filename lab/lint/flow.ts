/** The flow of an event-driven design as a drawing: made from the data, and compared with one that somebody drew. */
import { type DesignData, messagesOf, readersOf, writersOf } from './design.ts'
import type { Flowchart } from './flowchart.ts'

/** A message on its way from one service to another. `from` is undefined for what comes from outside. */
export interface Flow {
  readonly from: string | undefined
  readonly message: string
  readonly to: string
}

/** Every message from everybody who publishes it to everybody who does something on it. */
export function flowsOf(design: DesignData): Flow[] {
  return messagesOf(design).flatMap(({ name: message }) => {
    const writers = writersOf(design, message).map(({ name }) => name)
    const from = writers.length > 0 ? writers : [undefined]
    return readersOf(design, message).flatMap(({ name: to }) =>
      from.map((each) => ({ from: each, message, to })),
    )
  })
}

/** A Mermaid flowchart of the design: an arrow for each pair of services, named by all that goes that way. */
export function drawFlow(design: DesignData): string {
  const names = design.services.map(({ name }) => name)
  const id = (name: string | undefined) => (name === undefined ? 'outside' : `s${names.indexOf(name)}`)
  const arrows = new Map<string, { from: string; to: string; messages: string[] }>()
  for (const { from, message, to } of flowsOf(design)) {
    const key = `${id(from)} ${id(to)}`
    const arrow = arrows.get(key) ?? { from: id(from), to: id(to), messages: [] }
    arrow.messages.push(message)
    arrows.set(key, arrow)
  }
  const all = [...arrows.values()]
  return [
    'flowchart LR',
    ...(all.some(({ from }) => from === 'outside') ? ['  outside(["outside"])'] : []),
    ...names.map((name) => `  ${id(name)}["${name}"]`),
    ...all.map(({ from, to, messages }) => `  ${from} -- "${messages.join(', ')}" --> ${to}`),
  ].join('\n')
}

export interface FlowDifference {
  /** What the drawing lacks. */
  readonly missing: readonly Flow[]
  /** Arrows with a message that does not go that way. */
  readonly invented: readonly Flow[]
  /** Arrows between services on which no message of the design stands. */
  readonly unnamed: readonly { readonly from: string; readonly to: string }[]
  /** Arrows that say what the design says. */
  readonly agreed: number
}

/**
 * Holds a drawing against the design. A service is a node under its name, or with the name at the beginning of its label; a message stands
 * on the arrow, or is a node of its own between two services.
 */
export function compareFlow(design: DesignData, drawing: Flowchart): FlowDifference {
  const services = design.services.map(({ name }) => name)
  const messages = messagesOf(design).map(({ name }) => name)
  const serviceOf = (label: string) => services.find((name) => isNamed(name, label))
  const messageOf = (label: string) => messages.find((name) => isNamed(name, label))
  const on = (label: string) => messages.filter((name) => wordsOf(label).includes(name))
  const drawn: Flow[] = drawing.arrows.flatMap(({ from, to, label }) => {
    const [receiver, passing] = [serviceOf(to), messageOf(to)]
    if (receiver !== undefined && messageOf(from) === undefined)
      return on(label).map((message) => ({ from: serviceOf(from), message, to: receiver }))
    if (passing === undefined) return []
    return drawing.arrows.flatMap((next) => {
      const end = next.from === to ? serviceOf(next.to) : undefined
      return end === undefined ? [] : [{ from: serviceOf(from), message: passing, to: end }]
    })
  })
  const wanted = flowsOf(design)
  const isSame = (one: Flow, other: Flow) =>
    one.message === other.message && one.to === other.to && one.from === other.from
  return {
    missing: wanted.filter((flow) => !drawn.some((each) => isSame(flow, each))),
    // What comes from a node that is no service may well have come there from one: a queue, a topic, a cloud.
    invented: drawn.filter(
      (flow) =>
        !wanted.some((each) => isSame(flow, each)) &&
        (flow.from !== undefined || writersOf(design, flow.message).length === 0),
    ),
    unnamed: drawing.arrows.flatMap(({ from, to, label }) => {
      const [sender, receiver] = [serviceOf(from), serviceOf(to)]
      return sender !== undefined && receiver !== undefined && on(label).length === 0
        ? [{ from: sender, to: receiver }]
        : []
    }),
    agreed: drawn.filter((flow) => wanted.some((each) => isSame(flow, each))).length,
  }
}

const isNamed = (name: string, label: string): boolean => label === name || label.startsWith(`${name} `)

/** Labels separate names by commas, spaces, plus signs or dots in the middle. */
const wordsOf = (label: string): string[] =>
  label.split(/[\s,;+·|&]+/).map((word) => word.replace(/[.:]+$/, ''))
