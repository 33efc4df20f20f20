/**
 * `npm run -s check TASK … json | node docker/stand-ins/proven.ts`: ends with 0 if the run shows that the brokers served. Items pass, or
 * need what only another engine can do, and say which; a check that could not reach its broker proves nothing.
 */
import { z } from 'zod'
import { circumstancesSchema, verdictSchema } from '#lab/verdict'

const runSchema = z.object({
  tasks: z.array(
    z.object({
      task: z.string(),
      circumstances: circumstancesSchema,
      verdicts: z.array(verdictSchema),
    }),
  ),
})

/** One passes by a document alone. */
const PASSED_MIN = 2

let isProven = true
const read = Buffer.concat(await process.stdin.toArray()).toString('utf8')
for (const { task, circumstances, verdicts } of runSchema.parse(JSON.parse(read)).tasks) {
  const passed = verdicts.filter(({ outcome }) => outcome === 'passed')
  const wrong = verdicts.filter(
    (verdict) =>
      verdict.outcome === 'failed' ||
      (verdict.outcome === 'inconclusive' && verdict.enginesThatCan.length === 0),
  )
  const left = verdicts.length - passed.length - wrong.length
  console.log(
    `${task} on ${circumstances.servers.join(', ')}: ${passed.length} passed, ${wrong.length} wrong, ${left} need another engine`,
  )
  for (const verdict of wrong) {
    const why = verdict.outcome === 'failed' ? verdict.breach.said.en : ''
    console.log(`  ${verdict.item}  ${verdict.outcome === 'inconclusive' ? verdict.cause.en : why}`)
  }
  if (wrong.length > 0 || passed.length < PASSED_MIN || circumstances.servers.length === 0) isProven = false
}
process.exitCode = isProven ? 0 : 1
