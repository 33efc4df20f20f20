/**
 * The explorer as a program: `node lab/explore/main.ts <task folder> crash=subject [schedules=N] [messages=N] [at=…]`.
 * Says what it finds as RunEvents on stdout; exits with 0 when the promise held, 1 with a counter-example, 2 for words
 * that make no sense, 3 when it can't tell. `MQ_SUBJECT` and `MQ_SEED` count as in every run.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { conclude } from '../kit/conclusion.ts'
import { CannotTell } from '../kit/failure.ts'
import { RunContext } from '../kit/run-context.ts'
import { repositoryRoot, SubjectUnderTest } from '../kit/subject-under-test.ts'
import { stdioRun } from '../verdict/channel.ts'
import type { RunEventOf } from '../verdict/events.ts'
import { text } from '../verdict/language.ts'
import type { Text, Verdict } from '../verdict/verdict.ts'
import { crashKinds, type Exploration } from './exploration.ts'
import { type Explored, explore } from './explorer.ts'
import { type Moment, readMoment, showMoment } from './moment.ts'
import type { Schedule } from './schedule.ts'

const count = z.coerce.number().int().positive().max(100_000).optional()
const wordsSchema = z.strictObject({
  crash: z.enum(crashKinds).default('subject'),
  schedules: count,
  messages: count,
  at: z
    .string()
    .transform((words) => words.split(',').map(readMoment))
    .refine((moments): moments is Moment[] => !moments.includes(undefined), 'names no moment of a run')
    .optional(),
})
type Words = z.infer<typeof wordsSchema>

const exitCodes = { passed: 0, failed: 1, inconclusive: 3 } as const

const [taskFolder, ...args] = process.argv.slice(2)
const parsed = wordsSchema.safeParse(
  Object.fromEntries(
    args.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  ),
)
if (taskFolder === undefined || !parsed.success) {
  const why = parsed.success ? 'no task was named' : z.prettifyError(parsed.error)
  process.stderr.write(
    `${why}\nUsage: node lab/explore/main.ts exercises/3-mq/02-rabbitmq-producer crash=subject\n`,
  )
  process.exit(2)
}
// What a subject's processes leave behind in the background is their own affair; the run goes on.
process.on('unhandledRejection', () => undefined)
const exitCode = await main(resolve(repositoryRoot, taskFolder), parsed.data)
await new Promise<void>((done) => process.stdout.write('', () => done()))
process.exit(exitCode)

async function main(folder: string, words: Words): Promise<number> {
  const began = performance.now()
  const teller = stdioRun(process.stdin, (line) => void process.stdout.write(line))
  const atMs = (): number => Math.round(performance.now() - began)
  try {
    const run = new RunContext()
    const { exploration } = await load(folder)
    const { crash, schedules, messages, at } = words
    if (run.engine !== 'embedded' && crash === 'broker')
      throw new CannotTell(onlyEmbedded(run.engine), { enginesThatCan: ['embedded'] })
    if (exploration.crashes?.includes(crash) === false)
      throw new CannotTell(notCovered(crash, exploration.crashes))
    const explored = await explore({
      taskFolder: folder,
      exploration,
      run,
      crash,
      ...(schedules === undefined ? {} : { schedules }),
      ...(messages === undefined ? {} : { messages }),
      ...(at === undefined ? {} : { at: at as Moment[] }),
      onSchedule: ({ index, of, schedule, state, trace }) => {
        teller.send({
          kind: 'schedule',
          atMs: atMs(),
          index,
          of,
          moments: schedule.at.map(showMoment).join(','),
          state,
          ...(trace === undefined ? {} : { trace: [...trace] }),
        })
      },
      signal: interrupted(),
    })
    const subject = new SubjectUnderTest(folder)
    teller.send({
      kind: 'run',
      atMs: 0,
      task: subject.taskFolder,
      subject: subject.shown('.'),
      circumstances: {
        engine: run.engine,
        servers: [...explored.servers],
        seed: run.seed,
        node: process.versions.node,
      },
    })
    const verdict = verdictOf(explored, exploration, atMs())
    teller.send(summary(explored, words, exploration, atMs()))
    teller.send({ kind: 'verdict', atMs: atMs(), verdict })
    teller.send({ kind: 'end', atMs: atMs(), outcome: verdict.outcome })
    return exitCodes[verdict.outcome]
  } catch (error) {
    const conclusion = conclude(error)
    const cause =
      conclusion.outcome === 'inconclusive' ? conclusion.cause : text(String(error), String(error))
    teller.send({ kind: 'say', atMs: atMs(), text: cause })
    teller.send({ kind: 'end', atMs: atMs(), outcome: 'inconclusive' })
    return exitCodes.inconclusive
  }
}

/** Aborted by Ctrl-C, and by whoever started this program. */
function interrupted(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => controller.abort(new Error(`ended by ${signal}`)))
  return controller.signal
}

async function load(folder: string): Promise<{ exploration: Exploration }> {
  const file = join(folder, 'explore.ts')
  if (!existsSync(file)) {
    throw new CannotTell(
      text(
        'this task has no explore.ts, so there is nothing to crash',
        'bài này không có explore.ts, nên không có gì để làm sập',
      ),
    )
  }
  return (await import(pathToFileURL(file).href)) as { exploration: Exploration }
}

function verdictOf(explored: Explored, { promise }: Exploration, ms: number): Verdict {
  const judged = { item: promise.item, promise: promise.text, ms }
  const { counterExample, held, causes, played, figures } = explored
  if (counterExample !== undefined) return { outcome: 'failed', ...judged, breach: counterExample.breach }
  // One schedule that could not be judged leaves the others true; none that was leaves nothing to say.
  if (held > 0) {
    const said = text(
      `held in ${held} of ${played} schedules`,
      `giữ được trong ${held} trên ${played} lịch sập`,
    )
    return {
      outcome: 'passed',
      ...judged,
      figures: [{ name: 'schedules', value: held, unit: 'count', said }, ...figures],
    }
  }
  return { outcome: 'inconclusive', ...judged, cause: causes[0] ?? neverReached(played), enginesThatCan: [] }
}

function neverReached(played: number): Text {
  return text(
    `in none of ${played} schedules did the run come to the moment of the crash`,
    `trong ${played} lịch sập, không lần nào chạy tới thời điểm sập`,
  )
}

function summary(
  explored: Explored,
  { crash, messages }: Words,
  exploration: Exploration,
  atMs: number,
): RunEventOf<'explored'> {
  const { moments, played, held, unreached, causes, counterExample } = explored
  return {
    kind: 'explored',
    atMs,
    crash,
    covered: [...(exploration.crashes ?? crashKinds)],
    messages: messages ?? exploration.messages,
    moments,
    schedules: played,
    held,
    broken: counterExample === undefined ? 0 : 1,
    unreached,
    inconclusive: causes.length,
    ms: Math.round(explored.ms),
    ...(counterExample === undefined ? {} : { replay: replayOf(counterExample.schedule) }),
  }
}

/** The words that play this schedule alone; without a crash there is nothing to place. */
function replayOf({ crash, messages, at }: Schedule): string {
  const moments = at.length === 0 ? '' : ` at=${at.map(showMoment).join(',')}`
  return `crash=${crash} messages=${messages}${moments}`
}

function notCovered(crash: string, covered: readonly string[]): Text {
  const kinds = covered.map((kind) => `crash=${kind}`).join(', ')
  return text(
    `the promise of this task covers ${kinds}, not crash=${crash}`,
    `lời hứa của bài này bao gồm ${kinds}, không gồm crash=${crash}`,
  )
}

/** A real broker takes seconds to come back; there are dozens of schedules, and each would be played twice. */
function onlyEmbedded(engine: string): Text {
  return text(
    `crash=broker is explored on the embedded broker alone, which is back in milliseconds (engine=embedded); engine=${engine} takes crash=subject and crash=connection`,
    `crash=broker chỉ khám phá trên broker nhúng, vì nó sống lại trong vài mili giây (engine=embedded); engine=${engine} nhận crash=subject và crash=connection`,
  )
}
