/** Draws the stacks of a CPU profile as a flame graph, with the functions that took most time below it. No scripts, no fonts. */
import { relative, sep } from 'node:path'
import { text } from '../verdict/language.ts'
import type { Language, Text } from '../verdict/verdict.ts'
import { escaped } from './svg.ts'
import { type HotFunction, hottest, type StackFrame } from './watch.ts'

const size = { width: 960, left: 12, row: 18, top: 62, depthMax: 28 } as const
/** A narrower bar can't be seen. */
const narrowest = 1
const letterWidth = 6.2
const hotMost = 8

/** Whose code it is: the colour, and its name below the drawing. */
const owners = {
  own: { colour: '#f0883e', name: text('your code', 'code của bạn') },
  payments: { colour: '#d4a72c', name: text('the payment system', 'hệ thống thanh toán') },
  package: { colour: '#54aeff', name: text('packages', 'package') },
  node: { colour: '#afb8c1', name: text('Node and V8', 'Node và V8') },
  lab: { colour: '#c297ff', name: text('the lab', 'lab') },
} as const satisfies Record<string, { readonly colour: string; readonly name: Text }>
type Owner = keyof typeof owners

export interface FlameOptions {
  readonly title: Text
  /** What stands below the title: how long, how busy. */
  readonly said: Text
  /** The repository, to which files are shown relative. */
  readonly root: string
  /** The folder of the code that was profiled, absolute. */
  readonly own: string
}

export function flameGraph(stacks: StackFrame, options: FlameOptions, lang: Language): string {
  const bars = barsOf(stacks, options)
  const depth = Math.max(0, ...bars.map((bar) => bar.depth)) + 1
  const below = size.top + depth * size.row + 22
  const hot = hottest(stacks, hotMost)
  const height = below + 24 + hot.length * size.row + 14
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(options.title[lang])}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="${size.left}" y="24" font-size="15" fill="#1f2328">${escaped(options.title[lang])}</text>`,
    `<text x="${size.left}" y="44" fill="#59636e">${escaped(options.said[lang])}</text>`,
    ...bars.map(drawBar),
    ...legend(bars, below - 8, lang),
    ...hot.map((each, at) => drawHot(each, options, below + 24 + at * size.row)),
    '</svg>',
    '',
  ].join('\n')
}

interface Bar {
  readonly label: string
  readonly owner: Owner
  readonly depth: number
  readonly x: number
  readonly width: number
  readonly ms: number
  readonly share: number
}

function barsOf(stacks: StackFrame, options: FlameOptions): Bar[] {
  if (stacks.totalMs <= 0) return []
  const scale = (size.width - 2 * size.left) / stacks.totalMs
  const bars: Bar[] = []
  const add = (frame: StackFrame, depth: number, x: number): void => {
    const width = frame.totalMs * scale
    if (width < narrowest || depth > size.depthMax) return
    bars.push({
      label: labelOf(frame, options),
      owner: ownerOf(frame, options),
      depth,
      x,
      width,
      ms: frame.totalMs,
      share: frame.totalMs / stacks.totalMs,
    })
    let at = x
    for (const call of frame.calls) {
      add(call, depth + 1, at)
      at += call.totalMs * scale
    }
  }
  // The root is every program; what it called is where the drawing begins.
  let at: number = size.left
  for (const call of stacks.calls) {
    add(call, 0, at)
    at += call.totalMs * scale
  }
  return bars
}

function drawBar({ label, owner, depth, x, width, ms, share }: Bar): string {
  const y = size.top + depth * size.row
  const letters = Math.floor((width - 6) / letterWidth)
  const shown = letters < 3 ? '' : label.length <= letters ? label : `${label.slice(0, letters - 1)}…`
  const title = `${label}: ${ms.toFixed(1)} ms, ${percent(share)}`
  return [
    `<g><title>${escaped(title)}</title>`,
    `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.5, width - 0.5).toFixed(1)}" height="${size.row - 1}" fill="${owners[owner].colour}"/>`,
    shown === ''
      ? ''
      : `<text x="${(x + 3).toFixed(1)}" y="${y + 13}" font-size="11" fill="#1f2328">${escaped(shown)}</text>`,
    '</g>',
  ].join('')
}

function legend(bars: readonly Bar[], y: number, lang: Language): string[] {
  const there = (Object.keys(owners) as Owner[]).filter((owner) => bars.some((bar) => bar.owner === owner))
  let x: number = size.left
  return there.map((owner) => {
    const { colour, name } = owners[owner]
    const drawn = `<rect x="${x}" y="${y}" width="10" height="10" fill="${colour}"/><text x="${x + 15}" y="${y + 9}" fill="#59636e">${escaped(name[lang])}</text>`
    x += 40 + name[lang].length * 7
    return drawn
  })
}

function drawHot(hot: HotFunction, options: FlameOptions, y: number): string {
  const said = `${percent(hot.share).padStart(6)}  ${hot.selfMs.toFixed(1)} ms  ${labelOf(hot, options)}`
  return `<text x="${size.left}" y="${y}" font-family="monospace" fill="#1f2328" xml:space="preserve">${escaped(said)}</text>`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

type Placed = Pick<StackFrame, 'name' | 'file' | 'line'>

function labelOf({ name, file, line }: Placed, { root }: FlameOptions): string {
  if (file === '') return name
  return `${name} ${shownFile(file, root)}${line > 0 ? `:${line}` : ''}`
}

function shownFile(file: string, root: string): string {
  const path = /node_modules[/\\](.*)$/.exec(file)?.[1] ?? (isBelow(root, file) ? relative(root, file) : file)
  return path.split(sep).join('/')
}

function ownerOf({ file }: Placed, { root, own }: FlameOptions): Owner {
  if (file === '' || file.startsWith('node:')) return 'node'
  if (/[/\\]node_modules[/\\]/.test(file)) return 'package'
  if (isBelow(own, file)) return 'own'
  return isBelow(`${root}${sep}payments`, file) ? 'payments' : 'lab'
}

function isBelow(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)
}
