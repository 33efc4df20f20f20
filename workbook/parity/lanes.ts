/**
 * Two runs side by side, one over the tasks of RabbitMQ alone, one over those that have to do with Kafka: each waits most of the time, and
 * has brokers of its own, so that what one does to a broker is never seen by the other. Each is a process: it has one environment.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Task } from '../registry/registry.ts'
import { endOnInterrupt } from '../runner/interrupt.ts'
import { print } from '../terminal.ts'

export interface Counts {
  readonly passed: number
  readonly failed: number
}

const closing = /^(\d+) passed, (\d+) failed$/

/** @param program takes ids of tasks, and ends with a line `N passed, N failed` */
export async function runInLanes(
  program: string,
  words: readonly string[],
  tasks: readonly Task[],
): Promise<Counts> {
  endOnInterrupt()
  const withKafka = tasks.filter(({ engine }) => engine !== 'rabbitmq')
  const lanes = [tasks.filter((task) => !withKafka.includes(task)), withKafka].filter(
    ({ length }) => length > 0,
  )
  const counts = await Promise.all(
    lanes.map((lane) => runLane([program, ...words, ...lane.map(({ id }) => id)])),
  )
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  }
}

/** Its lines come as they are, but for the last. One that ends without it has failed. */
async function runLane(args: readonly string[]): Promise<Counts> {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  let counts: Counts | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const [, passed, failed] = closing.exec(line) ?? []
    if (passed === undefined) print(line)
    else counts = { passed: Number(passed), failed: Number(failed) }
  }
  const [code] = await ended
  if (counts === undefined || (code !== 0 && counts.failed === 0)) {
    print(`✗ a run ended with ${code} and said nothing more: ${args.slice(1).join(' ')}`)
    return { passed: counts?.passed ?? 0, failed: (counts?.failed ?? 0) + 1 }
  }
  return counts
}
