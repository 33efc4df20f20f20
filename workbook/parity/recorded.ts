/** What was compared last, task by task: a run of some tasks leaves the others as they were. */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Task } from '../registry/registry.ts'
import type { Account, TaskParity } from './compare.ts'

const file = new URL('./recorded.json', import.meta.url)
const outcome = z.enum(['passed', 'failed', 'inconclusive'])
const recordedSchema = z.array(
  z.object({
    task: z.string(),
    title: z.string(),
    servers: z.array(z.string()),
    compared: z.array(
      z.object({ item: z.string(), embedded: outcome, real: outcome, because: z.string().optional() }),
    ),
    seed: z.number(),
    node: z.string(),
    date: z.string(),
  }),
)

/** Keeps those in which nothing is wrong, and gives all that are known, in the order of the course. */
export function keepParities(parities: readonly TaskParity[], tasks: readonly Task[]): Account {
  const good = parities.filter(({ compared }) => compared.every(({ wrong }) => wrong === undefined))
  const known = new Map<string, TaskParity>()
  for (const parity of [...(read() as readonly TaskParity[]), ...good]) known.set(parity.task, parity)
  const all = tasks.flatMap(({ id }) => known.get(id) ?? [])
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`)
  return { tasks: all, missing: tasks.filter(({ id }) => !known.has(id)).map(({ id }) => id) }
}

function read() {
  return recordedSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}
