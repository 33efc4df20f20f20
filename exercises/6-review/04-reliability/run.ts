/** The scenarios of review-04: failure modes and crash points read, and a consumer whose queue is taken away. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import {
  coverageHeading,
  coverageOf,
  coverageTable,
  readExplored,
  rowsIn,
  saysSo,
} from '#lab/explore/coverage'
import type { Act, Lab } from '#lab/kit'
import type { Attack } from '#lab/kit/claim-test'
import { proseOf } from '#lab/kit/document'
import { unhurried } from '#lab/kit/stage'
import { repositoryRoot } from '#lab/kit/subject-under-test'
import { traceStep } from '#lab/kit/trace'
import type { Clock, Running, World } from '#lab/subject'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'

const file = 'consumer.ts'
const queue = 'payments.work'
/** A pause in real time, whatever was asked for: the check has no minutes. */
const pauseMsMax = 20

export interface Mode {
  readonly task: string
  readonly shownBy: string
  readonly tried: string
  readonly untried: string
  readonly lost: number
  readonly doubled: number
  readonly because: string
}

export interface ModesSeen {
  readonly modes: readonly Mode[]
}

export const read: Attack<ModesSeen> = async (subject) => {
  const { modes } = await subject.loadData<{ modes: unknown }>('modes.ts', ['modes'])
  const given = Array.isArray(modes) ? (modes as readonly Partial<Mode>[]) : []
  return {
    modes: given.map(({ task, shownBy, tried, untried, lost, doubled, because }) => ({
      task: String(task ?? ''),
      shownBy: String(shownBy ?? ''),
      tried: String(tried ?? ''),
      untried: String(untried ?? ''),
      lost: Number(lost),
      doubled: Number(doubled),
      because: String(because ?? ''),
    })),
  }
}

export interface CoverageSeen {
  /** Tasks with a scenario for the explorer, of which nothing was crashed yet. */
  readonly neverExplored: readonly string[]
  /** Tasks whose code is other code now than what was explored, each with a file. */
  readonly outdated: readonly { readonly task: string; readonly file: string }[]
  /** Tasks in which a crash broke the promise. */
  readonly broke: readonly string[]
  readonly withoutRow: readonly string[]
  /** Rows that say something else than what was explored, each with what it was. */
  readonly contradicting: readonly { readonly task: string; readonly explored: string }[]
  /** Rows that leave something untried and say nothing about it. */
  readonly unremarked: readonly string[]
  readonly tasks: number
  readonly tried: number
  readonly moments: number
}

/** Holds the table of crash points in RELIABILITY.md against what the explorer has kept. */
export const covered: Attack<CoverageSeen> = async (subject) => {
  const isOurs = (process.env.MQ_SUBJECT ?? '') !== ''
  const path = join(repositoryRoot, ...(isOurs ? ['solutions'] : []), 'results', 'explored.json')
  const explored = readExplored(path)
  const rows = coverageOf(explored)
  const page = subject.path(pageFile)
  const written = rowsIn(existsSync(page) ? (proseOf(readFileSync(page, 'utf8'), coverageHeading) ?? '') : '')
  const of = (task: string) => written.find((each) => each.task === task)
  const wordsIn = (said: string): number => (said.match(/[\p{L}\p{N}]+/gu) ?? []).length
  return {
    neverExplored: explorable().filter((task) => !rows.some((row) => row.task === task)),
    outdated: rows.flatMap(({ task }) => {
      const file = Object.values(explored.tasks[task] ?? {}).flatMap(({ code }) => changedOf(code))[0]
      return file === undefined ? [] : [{ task, file }]
    }),
    broke: rows.filter(({ broken }) => broken > 0).map(({ task }) => task),
    withoutRow: rows.filter(({ task }) => of(task) === undefined).map(({ task }) => task),
    contradicting: rows.flatMap((row) => {
      const said = of(row.task)
      if (said === undefined || saysSo(said, row)) return []
      return [{ task: row.task, explored: coverageTable([row], 'en').at(-1) ?? '' }]
    }),
    unremarked: rows
      .filter(({ task, left }) => left !== undefined && wordsIn(of(task)?.remark ?? '') < remarkWordsMin)
      .map(({ task }) => task),
    tasks: rows.length,
    tried: rows.reduce((sum, { tried }) => sum + tried, 0),
    moments: rows.reduce((sum, { moments }) => sum + moments, 0),
  }
}

const pageFile = 'RELIABILITY.md'
const remarkWordsMin = 3

/** Ids of the tasks that have an `explore.ts`: their check is named after them. */
function explorable(): string[] {
  return ['3-mq', '4-failure', '5-consistency'].flatMap((part) => {
    const files = readdirSync(join(repositoryRoot, 'exercises', part), { recursive: true, encoding: 'utf8' })
    return files
      .filter((file) => basename(file) === 'explore.ts')
      .flatMap((file) => files.filter((other) => dirname(other) === dirname(file)))
      .flatMap((file) => /^([^.]+)\.check\.test\.ts$/.exec(basename(file))?.[1] ?? [])
  })
}

/** Code files that are other code now, or gone. */
function changedOf(code: Readonly<Record<string, string>>): string[] {
  return Object.entries(code)
    .filter(([file]) => file.endsWith('.ts'))
    .filter(([file, hash]) => {
      const path = join(repositoryRoot, file)
      return !existsSync(path) || createHash('sha256').update(readFileSync(path)).digest('hex') !== hash
    })
    .map(([file]) => file)
}

interface ConsumerModule {
  start(world: World): Promise<Running>
}

export interface CancelledSeen {
  readonly cancels: number
  /** Payments that were booked, of those sent before, after the queue was deleted, and after it could not be declared for a while. */
  readonly before: number
  readonly afterCancel: number
  readonly afterRefusal: number
  readonly sent: number
  /** Consumers that the broker counts at the end. */
  readonly consumers: number
  readonly refusals: number
  readonly pauses: number
  readonly trace: readonly TraceStep[]
}

/** The queue is deleted under the consumer; then another of its name is there, which it can't declare; then that is gone. */
export const cancelled = unhurried(async (lab: Lab): Promise<CancelledSeen> => {
  lab.needs('inspect')
  const channel = await lab.observer.channel()
  await channel.assertExchange(lab.name('payments'), 'direct', { durable: true })
  const { start } = await lab.subject.load<ConsumerModule>(file, ['start'])
  let pauses = 0
  const world = await lab.world('consumer')
  const clock: Clock = {
    now: () => world.clock.now(),
    async sleep(ms, signal) {
      pauses += 1
      await world.clock.sleep(Math.min(ms, pauseMsMax), signal)
    },
  }
  const running = lab.subject.guard<Running>(
    await lab.finished(start({ ...world, clock }), text('start()', 'start()'), { file, near: ['start'] }),
    ['stop'],
    file,
  )
  lab.defer(() => running.stop())
  const book = lab.openDatabase('book')
  const count = book.prepare('SELECT count(*) FROM entry WHERE id LIKE ?').pluck()
  const booked = (when: string): number => Number(count.get(`${when}-%`))
  const { frames } = await lab.proxy('consumer')
  const seen = (method: string): number =>
    frames.filter((frame) => frame.method === method && frame.direction !== 'to-broker').length
  const send = async (when: string): Promise<void> => {
    for (let nth = 0; nth < each; nth += 1) {
      const id = `${when}-${nth}`
      await lab.observer.publish({
        exchange: lab.name('payments'),
        routingKey: 'payment.requested',
        messageId: id,
        body: '{}',
      })
    }
  }
  const consumersNow = async (): Promise<number> => {
    const { queues } = await lab.inspect()
    return queues.find(({ name }) => name === lab.name(queue))?.consumers ?? 0
  }
  const at = { file, near: ['=== null', '!== null', '.consume('] }

  await send('before')
  await lab.until(
    text('payments were published, and none was booked', 'đã gửi thanh toán mà chưa cái nào được ghi sổ'),
    () => booked('before') === each,
    { at },
  )
  lab.say(
    'The queue is deleted: the broker cancels the consumer, and the process lives on.',
    'Queue bị xoá: broker huỷ consumer, còn process vẫn sống.',
  )
  await channel.deleteQueue(lab.name(queue))
  await lab.until(
    text('the consumer was not cancelled', 'consumer không bị huỷ'),
    () => seen('basic.cancel') > 0,
    { whose: 'lab' },
  )
  await lab.until(
    text(
      'its queue was deleted, and 0 consumers came back: the process lives and books nothing any more',
      'queue bị xoá, và không consumer nào quay lại: process sống mà không ghi sổ gì nữa',
    ),
    async () => (await consumersNow()) > 0,
    { at },
  )
  await send('cancel')
  await lab.until(
    text(
      `it consumes again, and books none of ${each} new payments: nothing gets into its queue`,
      `nó đã consume lại mà không ghi sổ cái nào trong ${each} thanh toán mới: không gì vào được queue`,
    ),
    () => booked('cancel') === each,
    { at: { file, near: ['bindQueue(', '.consume('] } },
  )

  lab.say(
    'The queue is deleted again, and another of its name has other arguments.',
    'Queue lại bị xoá, và một queue cùng tên có tham số khác chiếm chỗ.',
  )
  const telling = await lab.place({
    name: 'the cancel is on its way',
    text: text(
      'the cancel waits here until the other queue is there',
      'lệnh huỷ chờ ở đây tới khi có queue kia',
    ),
    lane: 'consumer',
    when: { direction: 'to-client', method: 'basic.cancel' },
    what: { kind: 'hold' },
  })
  const refusalsBefore = seen('channel.close')
  const pausesBefore = pauses
  await channel.deleteQueue(lab.name(queue))
  await channel.assertQueue(lab.name(queue), { durable: true, arguments: { 'x-max-length': 5 } })
  telling.release()
  await lab.until(
    text(
      'its queue could not be declared for a while, and after the first refusal it never tried again',
      'có lúc không khai báo được queue, và sau lần bị từ chối đầu tiên nó không thử lại nữa',
    ),
    () => seen('channel.close') >= refusalsBefore + 2,
    { at },
  )
  const refusals = seen('channel.close') - refusalsBefore
  const pausesThen = pauses - pausesBefore
  lab.say('The wrong queue is gone.', 'Queue sai đã được xoá.')
  await channel.deleteQueue(lab.name(queue))
  await lab.until(
    text(
      'its queue could be declared again, and it did not come back',
      'queue đã khai báo lại được, mà nó không quay lại',
    ),
    async () => (await consumersNow()) > 0,
    { at },
  )
  await send('refusal')
  await lab.until(
    text(
      'it came back after a refusal, and books nothing',
      'nó quay lại sau khi bị từ chối, mà không ghi sổ gì',
    ),
    () => booked('refusal') === each,
    { at: { file, near: ['bindQueue(', '.consume('] } },
  )
  return {
    cancels: seen('basic.cancel'),
    before: booked('before'),
    afterCancel: booked('cancel'),
    afterRefusal: booked('refusal'),
    sent: each,
    consumers: await consumersNow(),
    refusals,
    pauses: pausesThen,
    trace: frames
      .filter(({ method }) =>
        /^(?:basic\.(?:cancel|consume)|queue\.(?:declare|bind)|channel\.close)$/.test(method),
      )
      .slice(-12)
      .map((frame) => traceStep(frame, 'consumer')),
  }
})

/** Payments sent in each phase. */
const each = 3

export const live: readonly Act[] = [
  {
    title: text('The broker takes the queue away, twice.', 'Broker lấy mất queue, hai lần.'),
    scenario: cancelled,
  },
]
