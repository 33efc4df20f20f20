/** Figures of a bench: what it was told, what it measured, and the tables that it prints. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'

/** `name=value` of the command line. */
export function word(name: string): string | undefined {
  return process.argv.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
}

/** `name=a,b` of the command line, each one of `known`. @throws Error that names them. */
export function words<T extends string>(
  name: string,
  known: readonly T[],
  otherwise: readonly T[] = known,
): T[] {
  const given = word(name)?.split(',') ?? otherwise
  const unknown = given.find((one) => !(known as readonly string[]).includes(one))
  if (unknown !== undefined) throw new Error(`${name}=${unknown}: give some of ${known.join(',')}`)
  return [...given] as T[]
}

/** Measured values by row and column, each in the order of the rounds. */
export class Samples {
  readonly #values = new Map<string, number[]>()

  add(row: string, column: string, ...values: readonly number[]): void {
    const key = `${row}\n${column}`
    const all = this.#values.get(key)
    if (all === undefined) this.#values.set(key, [...values])
    else all.push(...values)
  }

  of(row: string, column: string): readonly number[] {
    return this.#values.get(`${row}\n${column}`) ?? []
  }

  median(row: string, column: string): number {
    return percentile(this.of(row, column), 0.5)
  }

  /** Round by round, then the median: what disturbs a round disturbs both. */
  ratio(row: string, other: string, column: string): number {
    const others = this.of(other, column)
    return percentile(
      this.of(row, column).map((value, round) => value / (others[round] as number)),
      0.5,
    )
  }
}

/** Of an even number of values, the median is the mean of the two in the middle. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share))
  const value = sorted[at] ?? 0
  return share === 0.5 && sorted.length % 2 === 0 ? (value + (sorted[at - 1] ?? value)) / 2 : value
}

export const median = (values: readonly number[]) => percentile(values, 0.5)
export const thousands = (perSecond: number) => `${(perSecond / 1000).toFixed(1)} k`
/** As documents print it: three digits that count. */
export const rounded = (perSecond: number) =>
  Math.round(Number(perSecond.toPrecision(3))).toLocaleString('en-US')

/** A Markdown table. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  console.log(`${[head, head.map(() => '---'), ...rows].map(line).join('\n')}\n`)
}

/** What every figure stands beside. */
export function printMachine(samples: string): void {
  const file = join(import.meta.dirname, '../../package.json')
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies: Record<string, string> }
  const versions = ['amqplib', 'better-sqlite3'].map((name) => `${name} ${dependencies[name]}`)
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model.trim()}) that client and broker share`
  console.log(`Node ${process.version}, ${versions.join(', ')}, ${process.platform}, ${cores}; ${samples}\n`)
}

/** In which /proc counts the time of a process. */
const TICKS_PER_SECOND = 100

/**
 * User and system time of these processes with all their threads, in milliseconds: what else the computer does is not in it.
 * NaN where there is no /proc.
 */
export function processorMs(pids: readonly (number | undefined)[]): number {
  return pids.reduce<number>((sum, pid) => sum + (ticksOf(pid) * 1000) / TICKS_PER_SECOND, 0)
}

function ticksOf(pid: number | undefined): number {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return Number.NaN
  const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

/** Resident memory of a process in megabytes. */
export function residentMegabytes(pid: number | undefined): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
}
