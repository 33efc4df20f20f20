/**
 * Figures as they are kept: `results/<task>.json`, each value with all that one needs to judge it. A figure is replaced
 * by the next one of its name; what was measured under other circumstances is never mixed with it.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { itemIdSchema, textSchema } from '../verdict/verdict.ts'

/** Of a distribution, in the figure's unit. */
const percentilesSchema = z.strictObject({
  min: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
})
export type Percentiles = z.infer<typeof percentilesSchema>

export const measuredSchema = z.strictObject({
  /** A short name, unique in its task: `confirm-latency`. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  said: textSchema,
  /** Of a distribution its median. */
  value: z.number(),
  unit: z.string().min(1),
  /** How many observations it rests on. */
  n: z.number().int().positive(),
  /** How it was taken, in one sentence: what was done, what the clock saw. */
  method: textSchema,
  percentiles: percentilesSchema.optional(),
  /** The checklist item that this figure proves, such as `mq-08.5`; a proof may rest on several. */
  item: itemIdSchema.optional(),
})
export type Measured = z.infer<typeof measuredSchema>

export const circumstancesOfFiguresSchema = z.strictObject({
  engine: z.enum(['embedded', 'local', 'docker', 'url']),
  /** Product and version as the server said. */
  server: z.string(),
  seed: z.number().int().nonnegative(),
  /** By name: node, and the client libraries that took part. */
  versions: z.record(z.string(), z.string()),
  machine: z.string(),
  /** Whose code was measured, relative to the repository. */
  subject: z.string(),
  /** ISO 8601. */
  at: z.iso.datetime(),
})
export type CircumstancesOfFigures = z.infer<typeof circumstancesOfFiguresSchema>

const resultsSchema = z.strictObject({
  task: z.string(),
  figures: z.array(z.strictObject({ ...measuredSchema.shape, ...circumstancesOfFiguresSchema.shape })),
})
export type Results = z.infer<typeof resultsSchema>
export type KeptFigure = Results['figures'][number]

/** Nothing where there is no file. @throws Error in one sentence when it is not what it should be */
export function readResults(path: string): Results | undefined {
  if (!existsSync(path)) return undefined
  try {
    return resultsSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new Error(`${path} can't be read as results: move it away and measure again`, { cause })
  }
}

/** Adds figures, or puts them in the place of those of the same name. The file is replaced as a whole. */
export function keepResults(
  path: string,
  task: string,
  measured: readonly Measured[],
  circumstances: CircumstancesOfFigures,
): Results {
  const names = new Set(measured.map(({ name }) => name))
  const kept = readResults(path)?.figures.filter(({ name }) => !names.has(name)) ?? []
  const results = resultsSchema.parse({
    task,
    figures: [...kept, ...measured.map((one) => ({ ...one, ...circumstances }))].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    ),
  })
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, `${JSON.stringify(results, null, 2)}\n`)
  renameSync(temporary, path)
  return results
}
