/** The scenarios of review-03: marks scored, places looked up, and the refactored consumer put through what the old one bore. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Act, Lab } from '#lab/kit'
import type { Attack } from '#lab/kit/claim-test'
import { countIn, peekIds } from '#lab/kit/queues'
import { unhurried } from '#lab/kit/stage'
import { notTheSubjects, repositoryRoot } from '#lab/kit/subject-under-test'
import { type Structure, structureOf } from '#lab/lint/structure'
import { type Mark, type Score, scoreMarks } from '#lab/study/marks'
import { refactoredFilesIn } from '#lab/study/refactoring'
import { text } from '#lab/verdict/language'
import { requestedEvent, seededSource, somePayments } from '#payments/fixtures'
import { kinds, reviewKey, whereOf } from './rubric.ts'

const settleFile = 'settle.ts'
const work = 'payments.work'
const retryMs = 1000

export interface MarksSeen {
  readonly marks: readonly Mark[]
  readonly score: Score
  /** Marks whose reason is not a sentence, or that are no marks. */
  readonly unexplained: readonly string[]
}

/** Scores the learner's marks. */
export const scored: Attack<MarksSeen> = async (subject) => {
  const { marks: given } = await subject.loadData<{ marks: unknown }>('marks.ts', ['marks'])
  const raw = Array.isArray(given) ? (given as readonly Record<string, unknown>[]) : []
  const marks = raw.map(({ pull, file, line, kind, why }): Mark => {
    return {
      where: whereOf(Number(pull), String(file)),
      line: Number(line),
      kind: String(kind),
      why: String(why ?? ''),
    }
  })
  const unexplained = marks
    .filter(({ kind, why }) => wordsIn(why) < 6 || !kinds.some((each) => each === kind))
    .map(({ where, line, kind }) => `${where}:${line} (${kind})`)
  return { marks, score: scoreMarks(marks, reviewKey), unexplained }
}

function wordsIn(said: string): number {
  return (said.match(/[\p{L}\p{N}]+/gu) ?? []).length
}

export interface PlacesSeen {
  /** Places that are named, as `path:line`. */
  readonly named: readonly string[]
  /** Those at which there is no such file, or nothing in that line. */
  readonly nowhere: readonly string[]
}

/** Looks up the places that REVIEW.md names. */
export const lookedUp: Attack<PlacesSeen> = async (subject) => {
  const path = subject.path('REVIEW.md')
  const markdown = existsSync(path) ? readFileSync(path, 'utf8').replace(/^>.*$/gm, '') : ''
  const named = [
    ...new Set(
      [...markdown.matchAll(/\b((?:exercises|solutions|designs)\/[\w./-]+\.(?:ts|md|sql|json)):(\d+)/g)].map(
        ([all]) => all,
      ),
    ),
  ]
  const nowhere = named.filter((place) => {
    const [, file = '', line = '0'] = /^(.*):(\d+)$/.exec(place) ?? []
    const absolute = join(repositoryRoot, file)
    return (
      !existsSync(absolute) || !/\S/.test(readFileSync(absolute, 'utf8').split('\n')[Number(line) - 1] ?? '')
    )
  })
  return { named, nowhere }
}

export interface RefactoredSeen {
  /** Files that REVIEW.md names as refactored. */
  readonly named: readonly string[]
  /** Those that are not there. */
  readonly nowhere: readonly string[]
  /** Those that no learner writes: scenarios, promises, checks. */
  readonly notOwn: readonly string[]
}

/** Looks up which files of their own the learner says they refactored. What they were before, and what passed, the workbook looks up. */
export const ownRefactored: Attack<RefactoredSeen> = async (subject) => {
  const path = subject.path('REVIEW.md')
  const named = refactoredFilesIn(existsSync(path) ? readFileSync(path, 'utf8') : '')
  const nowhere = named.filter((file) => !existsSync(join(repositoryRoot, file)))
  return { named, nowhere, notOwn: named.filter((file) => notTheSubjects.test(withinTask(file))) }
}

/** A path below its task's folder: `exercises/3-mq/03-x/attacks/a.ts` is `attacks/a.ts`. */
function withinTask(file: string): string {
  return file.replace(/^(?:exercises\/[^/]+|solutions\/[^/]+|designs)\/[^/]+\//, '')
}

export interface KilledSeen {
  /** Receipts of: a payment that came twice, one whose ack was lost, one whose ack arrived and whose consumer died. */
  readonly twice: number
  readonly ackLost: number
  readonly ackArrived: number
}

type Event = ReturnType<typeof requestedEvent>

/** The consumer with a payment that comes twice, and killed before and after an ack. */
export const killed = unhurried(async (lab: Lab): Promise<KilledSeen> => {
  lab.needs('kill', 'inspect')
  await declare(lab)
  const [twice, ackLost, ackArrived] = eventsOf(lab, 3) as [Event, Event, Event]
  const first = await lab.start(settleFile, 'consumer')
  lab.say('One payment comes twice.', 'Một thanh toán tới hai lần.')
  await send(lab, twice)
  await send(lab, twice)
  await quiet(lab, 'a payment that came twice', 'thanh toán tới hai lần')
  const before = await lab.place({
    name: 'killed before the ack arrives',
    text: text('killed here, its ack on the way', 'bị kill ở đây, ack còn trên đường'),
    lane: 'consumer',
    when: { direction: 'to-broker', method: 'basic.ack' },
    what: { kind: 'kill-subject', subject: first },
  })
  await send(lab, ackLost)
  await lab.fired(before, neverAcked, acks)
  const second = await lab.start(settleFile, 'consumer')
  await quiet(lab, 'a payment that came again after a crash', 'thanh toán quay lại sau crash')
  const after = await lab.place({
    name: 'killed when the ack has arrived',
    text: text('killed here, its ack at the broker', 'bị kill ở đây, ack đã tới broker'),
    lane: 'consumer',
    when: { direction: 'to-broker', method: 'basic.ack' },
    what: { kind: 'kill-subject', subject: second, side: 'after' },
  })
  await send(lab, ackArrived)
  await lab.fired(after, neverAcked, acks)
  const receipts = receiptsIn(lab)
  return { twice: receipts(twice), ackLost: receipts(ackLost), ackArrived: receipts(ackArrived) }
})

export interface SettledSeen {
  readonly structure: Structure
  /** Receipts of a payment that was put off once. */
  readonly putOff: number
  readonly dead: readonly string[]
  readonly invalid: string
  readonly hopeless: string
  /** How often the hopeless one was put off. */
  readonly delays: number
  readonly left: number
}

/** The consumer with an invalid message, a payment that waits for its merchant, and one that waits in vain. */
export const settled = unhurried(async (lab: Lab): Promise<SettledSeen> => {
  lab.needs('inspect')
  const structure = structureOf(readFileSync(lab.subject.path(settleFile), 'utf8'))
  await declare(lab)
  const merchants = lab.openDatabase('merchants')
  merchants.exec('CREATE TABLE IF NOT EXISTS busy (merchant_id TEXT PRIMARY KEY)')
  const [putOff, hopeless] = eventsOf(lab, 2) as [Event, Event]
  const merchantOf = ({ data }: Event): string => (data as { merchant_id: string }).merchant_id
  for (const event of [putOff, hopeless])
    merchants.prepare('INSERT INTO busy VALUES (?)').run(merchantOf(event))
  lab.say(
    'One message is none, and two merchants are busy.',
    'Một message không hợp lệ, và hai merchant đang bận.',
  )
  const invalid = `invalid-${lab.run.seed}`
  await lab.observer.publish({
    exchange: '',
    routingKey: lab.name(work),
    messageId: invalid,
    body: '{"type": "payment.requested"',
  })
  await send(lab, putOff)
  await send(lab, hopeless)
  await lab.start(settleFile, 'consumer')
  let delays = 0
  for (let round = 1; round <= roundsMax; round += 1) {
    await quiet(lab, 'a payment whose merchant is busy', 'thanh toán có merchant đang bận')
    const waiting = await peekIds(lab, 'payments.retry')
    if (waiting.includes(hopeless.id)) delays += 1
    if (waiting.length === 0) break
    if (round === 1) merchants.prepare('DELETE FROM busy WHERE merchant_id = ?').run(merchantOf(putOff))
    const before = await deliveries(lab)
    await lab.elapse(retryMs + 1)
    await lab.until(
      text('the delay did not end', 'thời gian chờ không kết thúc'),
      async () => (await deliveries(lab)) >= before + waiting.length,
      { whose: 'lab' },
    )
  }
  return {
    structure,
    putOff: receiptsIn(lab)(putOff),
    dead: await peekIds(lab, 'payments.dead'),
    invalid,
    hopeless: hopeless.id,
    delays,
    left: (await countIn(lab, work)) + (await countIn(lab, 'payments.retry')),
  }
})

/** Whoever puts off more often than this does it for ever. */
const roundsMax = 5
const acks = { file: settleFile, near: ['.ack('] }
const neverAcked = text('a payment was never acknowledged', 'có thanh toán không hề được ack')

function eventsOf(lab: Lab, count: number): Event[] {
  return somePayments(count, seededSource(lab.run.seed)).map((payment, at) =>
    requestedEvent({ ...payment, merchant_id: `merchant-${at}` }, lab.run.seed),
  )
}

async function send(lab: Lab, event: Event): Promise<void> {
  const body = JSON.stringify(event)
  await lab.observer.publish({ exchange: '', routingKey: lab.name(work), messageId: event.id, body })
}

/** Waits until payments.work holds nothing, and nobody holds anything of it. */
async function quiet(lab: Lab, what: string, vi: string): Promise<void> {
  await lab.until(
    text(
      `${what}: it stays in payments.work, or unacknowledged`,
      `${vi}: nó nằm lại trong payments.work, hoặc chưa được ack`,
    ),
    async () => (await countIn(lab, work)) === 0,
    { at: acks },
  )
}

async function deliveries(lab: Lab): Promise<number> {
  return (await lab.frames('consumer')).filter(({ method }) => method === 'basic.deliver').length
}

/** How many receipts the consumer has written for a payment. */
function receiptsIn(lab: Lab): (event: Event) => number {
  const count = lab.openDatabase('wallet').prepare('SELECT count(*) FROM receipt WHERE id = ?').pluck()
  return ({ id }) => Number(count.get(id))
}

async function declare(lab: Lab): Promise<void> {
  const channel = await lab.observer.channel()
  const to = (queue: string) => ({
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': lab.name(queue),
  })
  await channel.assertQueue(lab.name('payments.dead'), { durable: true })
  await channel.assertQueue(lab.name(work), { durable: true, arguments: to('payments.dead') })
  await channel.assertQueue(lab.name('payments.retry'), {
    durable: true,
    arguments: { 'x-message-ttl': retryMs, ...to(work) },
  })
  await channel.close()
}

export const live: readonly Act[] = [
  {
    title: text(
      'The consumer with a duplicate, and killed twice.',
      'Consumer gặp một bản trùng, và bị kill hai lần.',
    ),
    scenario: killed,
  },
  {
    title: text('The consumer with three messages that fail.', 'Consumer gặp ba message hỏng.'),
    scenario: settled,
  },
]
