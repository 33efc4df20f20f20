/**
 * Watches the process it runs in: how busy its event loop is, how late its timers are, and in which functions it spends its time (V8's
 * CPU profile). Sampling costs a few percent, so a rate that is taken while it watches is a little low.
 */
import { Session } from 'node:inspector/promises'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

/** A function on the stack, and what it called. Times in milliseconds. */
export interface StackFrame {
  readonly name: string
  /** Path of its file, `node:…` for Node's own; empty for what is no JavaScript. */
  readonly file: string
  /** From 1; 0 where there is none. */
  readonly line: number
  /** In it alone. */
  readonly selfMs: number
  /** In it and in what it called. */
  readonly totalMs: number
  readonly calls: readonly StackFrame[]
}

export interface Watched {
  readonly ms: number
  /** Share of the time in which the event loop had something to do, from 0 to 1. */
  readonly busy: number
  /** How late the loop came to a timer, beyond its resolution. */
  readonly lateMs: { readonly p50: number; readonly p99: number; readonly max: number }
  /** The stacks, time without work left out. */
  readonly stacks: StackFrame
}

/** Of V8's profile what is read here (Profiler.Profile of the inspector protocol). */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[] | undefined
  }[]
  readonly samples?: readonly number[] | undefined
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas?: readonly number[] | undefined
}

const samplingMicros = 250
const resolutionMs = 1
const nanosPerMs = 1e6

/** Begins to watch. What it answers ends that, and tells. */
export async function watch(): Promise<() => Promise<Watched>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: samplingMicros })
  const late = monitorEventLoopDelay({ resolution: resolutionMs })
  late.enable()
  const began = performance.now()
  const before = performance.eventLoopUtilization()
  await session.post('Profiler.start')
  return async () => {
    const { utilization } = performance.eventLoopUtilization(before)
    const ms = performance.now() - began
    late.disable()
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    const beyond = (nanos: number): number => Math.max(0, nanos / nanosPerMs - resolutionMs)
    return {
      ms,
      busy: utilization,
      lateMs: { p50: beyond(late.percentile(50)), p99: beyond(late.percentile(99)), max: beyond(late.max) },
      stacks: stacksOf(profile),
    }
  }
}

/** Time that is nobody's work. */
const resting = '(idle)'

/** The stacks of a profile as one tree. Functions of one name and place under one caller are one. */
export function stacksOf({ nodes, samples = [], timeDeltas = [] }: CpuProfile): StackFrame {
  const selfMs = new Map<number, number>()
  for (const [at, id] of samples.entries())
    selfMs.set(id, (selfMs.get(id) ?? 0) + Math.max(0, timeDeltas[at] ?? 0) / 1000)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const [root] = nodes
  const read = (id: number): StackFrame[] => {
    const node = byId.get(id)
    if (node === undefined || node.callFrame.functionName === resting) return []
    const calls = (node.children ?? []).flatMap(read)
    const own = selfMs.get(id) ?? 0
    const { functionName, url, lineNumber } = node.callFrame
    return [
      {
        name: functionName || '(anonymous)',
        file: pathOf(url),
        line: Math.max(0, lineNumber + 1),
        selfMs: own,
        totalMs: own + calls.reduce((sum, each) => sum + each.totalMs, 0),
        calls: calls.toSorted((one, other) => other.totalMs - one.totalMs),
      },
    ]
  }
  const [stacks] = root === undefined ? [] : read(root.id)
  return stacks ?? { name: '(root)', file: '', line: 0, selfMs: 0, totalMs: 0, calls: [] }
}

/** A function and its time, wherever it was called from. */
export interface HotFunction {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly selfMs: number
  /** Of all the time in which something ran. */
  readonly share: number
}

/** The functions that most of the time was spent in, themselves and not what they called. */
export function hottest(stacks: StackFrame, most: number): HotFunction[] {
  const all = new Map<string, HotFunction>()
  const add = ({ name, file, line, selfMs, calls }: StackFrame): void => {
    const key = `${file}:${line}:${name}`
    const before = all.get(key)?.selfMs ?? 0
    all.set(key, { name, file, line, selfMs: before + selfMs, share: 0 })
    for (const each of calls) add(each)
  }
  add(stacks)
  return [...all.values()]
    .filter(({ selfMs }) => selfMs > 0)
    .toSorted((one, other) => other.selfMs - one.selfMs)
    .slice(0, most)
    .map((each) => ({ ...each, share: each.selfMs / stacks.totalMs }))
}

function pathOf(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : url
}
