/** Events leave for a queue, each once more rather than never, while the service is killed; a replay tells nobody. */
import { isDeepStrictEqual } from 'node:util'
import type { Lab } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import type { IdSource } from '#payments/ids'
import {
  deeplyFrozen,
  deposit,
  modelOf,
  nothing,
  oldForms,
  oldStream,
  open,
  plain,
  type Shown,
  shown,
} from './streams.ts'
import {
  becomes,
  eventsOf,
  handled,
  lane,
  listening,
  momentMs,
  serviceFile,
  someId,
  stopped,
  storeFile,
  storeOf,
  traceOf,
  type WalletModule,
  walletFile,
  walletsOf,
} from './subject.ts'

export interface PublishedSeen {
  readonly stored: readonly string[]
  /** Ids of the messages in the queue, in the order in which they came. */
  readonly published: readonly string[]
  readonly kills: number
  readonly trace: readonly TraceStep[]
}

/** The service is killed before a commit; then its connection is torn as an event leaves, and it is killed again. */
export async function published(lab: Lab): Promise<PublishedSeen> {
  const published = await listening(lab)
  const wallet = someId(lab, 1)
  let service = await lab.start(serviceFile, lane)
  const beforeCommit = await lab.place({
    name: 'kill before the commit',
    lane,
    text: text(
      'the service is killed before its commit (SIGKILL)',
      'service bị kill ngay trước commit (SIGKILL)',
    ),
    when: { point: 'commit', side: 'before', fields: { database: 'wallets' } },
    what: { kind: 'kill-subject', subject: service },
  })
  void service.call('handle', wallet, open).catch(() => undefined)
  await lab.fired(
    beforeCommit,
    text('a wallet was to be opened, and nothing was committed', 'yêu cầu mở ví mà không có commit nào'),
    { file: storeFile, near: ['.transaction(', 'INSERT'] },
  )

  service = await lab.start(serviceFile, lane)
  const torn = await lab.place({
    name: 'cut at the publish',
    lane,
    text: text('the connection is torn as the event leaves', 'kết nối đứt khi event vừa rời đi'),
    when: { direction: 'to-broker', method: 'basic.publish' },
    what: { kind: 'cut' },
  })
  void service.call('handle', wallet, open).catch(() => undefined)
  await lab.fired(
    torn,
    text('a wallet was opened, and nothing was published', 'ví đã mở mà không có gì được publish'),
    { file: serviceFile, near: ['.publish('] },
  )
  // Whoever connects again by themselves may; whoever leaves that to an operator gets one.
  await lab.killSubject(service)

  service = await lab.start(serviceFile, lane)
  // Whoever was killed before the event was stored stores it now; for the others it is done already.
  await handled(lab, service, wallet, open)
  await handled(lab, service, wallet, deposit('top-up-1', 50_000))
  await lastPublished(lab, wallet, published)
  return {
    stored: eventsOf(lab).map(({ event_id }) => event_id),
    published,
    kills: 2,
    trace: await traceOf(lab),
  }
}

export interface ReplayedSeen {
  /** Versions as read() answered them. */
  readonly versions: readonly number[]
  readonly expected: Shown
  readonly replayed: Shown
  /** Events of each old version that upcast() did not bring to today's. */
  readonly notUpcast: readonly string[]
  readonly events: number
  /** Events that were published once more. */
  readonly publishedAgain: readonly string[]
  /** Rows of the table event that replays and new starts left behind. */
  readonly added: number
}

/** A stream in three schemas, written while the clock ran backwards; then replays and a new start, which may tell nobody. */
export async function replayed(lab: Lab): Promise<ReplayedSeen> {
  const { upcast } = await lab.subject.load<WalletModule>(walletFile, ['upcast'])
  const notUpcast = oldForms.flatMap(({ form, now }) => {
    const seen = upcast(deeplyFrozen(structuredClone(form)))
    return isDeepStrictEqual(plain(seen), plain(now)) ? [] : [form.type]
  })
  const seen = {
    versions: [],
    expected: shown(nothing),
    replayed: shown(nothing),
    publishedAgain: [],
    added: 0,
  }
  // A replay of events that nobody understands would only fail in another way.
  if (notUpcast.length > 0) return { ...seen, notUpcast, events: oldForms.length }
  const published = await listening(lab)
  const store = await storeOf(lab, backwards(lab))
  const old = someId(lab, 1)
  for (const [index, event] of oldStream.entries()) await store.append(old, index, [event])
  const versions = (await store.read(old)).map(({ version }) => version)
  const wallets = await walletsOf(lab, store)
  const { wallet } = await wallets.replay(old)

  const service = await lab.start(serviceFile, lane)
  const other = someId(lab, 2)
  await handled(lab, service, other, open)
  await allPublished(lab, published)
  await stopped(lab, service)
  const rows = eventsOf(lab).length
  for (let time = 0; time < 3; time += 1) await wallets.replay(old)
  const again = await lab.start(serviceFile, lane)
  // What a start publishes goes out before this one, over the same channel.
  await handled(lab, again, other, deposit('top-up-1', 1000))
  await allPublished(lab, published)
  return {
    versions,
    expected: shown(modelOf(oldStream)),
    replayed: shown(wallet),
    notUpcast,
    events: oldStream.length,
    publishedAgain: repeated(published),
    added: eventsOf(lab).length - rows - 1,
  }
}

/** Waits until every event that is stored has been published. */
async function allPublished(lab: Lab, published: readonly string[]): Promise<void> {
  await lab.until(
    text('an event was stored and never published', 'có event đã lưu mà không bao giờ được publish'),
    () => areAll(lab, published),
    { at: { file: serviceFile, near: ['.publish(', 'unsent('] } },
  )
}

/**
 * Waits until the last event of a wallet has been published. What was stored before it and has not come a moment later
 * never will.
 */
export async function lastPublished(lab: Lab, walletId: string, published: readonly string[]): Promise<void> {
  const last = eventsOf(lab, walletId).at(-1)?.event_id ?? ''
  await lab.until(
    text('an event was stored and never published', 'có event đã lưu mà không bao giờ được publish'),
    () => published.includes(last),
    { at: { file: serviceFile, near: ['.publish(', 'unsent('] } },
  )
  await becomes(lab, () => areAll(lab, published), momentMs * 3)
}

function areAll(lab: Lab, published: readonly string[]): boolean {
  return eventsOf(lab).every(({ event_id }) => published.includes(event_id))
}

/** Ids and times of a computer whose clock is set back again and again. */
function backwards(lab: Lab): IdSource {
  let now = Date.UTC(2026, 6, 19)
  return { clock: { now: () => (now -= 1000) }, random: lab.random }
}

function repeated(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) < index))]
}
