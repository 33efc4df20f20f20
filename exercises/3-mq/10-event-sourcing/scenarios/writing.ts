/** Two who write to one stream, an append that fails in its middle, a kill before and after a commit. */
import type { Lab } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { lastPublished } from './publishing.ts'
import { deposit, deposited, oldStream, open, opened, vnd } from './streams.ts'
import {
  becomes,
  bounded,
  type Command,
  declare,
  type Ending,
  type EventRow,
  endingOf,
  eventsOf,
  handled,
  lane,
  listening,
  momentMs,
  serviceFile,
  someId,
  storeFile,
  storeOf,
  walletsFile,
  walletsOf,
} from './subject.ts'

export interface ContendedSeen {
  /** The second of two writers who both take the stream for new, and one who expects a version that is not there yet. */
  readonly stale: Ending
  readonly ahead: Ending
  /** Versions of the stream that the two wrote to, as they stand in the table. */
  readonly versions: readonly number[]
  /** Reservations of 80,000 that two services made out of 100,000. */
  readonly reservations: number
  readonly versionsOfBoth: readonly number[]
  readonly accepted: number
}

/** Two writers on one stream: first one after the other, then two services, one of which is stopped before its commit. */
export async function contended(lab: Lab): Promise<ContendedSeen> {
  const [first, second] = [await storeOf(lab), await storeOf(lab)]
  const id = someId(lab, 1)
  await first.append(id, 0, [opened])
  const stale = await endingOf(lab, () => second.append(id, 0, [opened]))
  const ahead = await endingOf(lab, () => second.append(id, 7, [deposited('top-up-1', 1000)]))
  const versions = eventsOf(lab, id).map(({ version }) => version)

  await declare(lab)
  const wallet = someId(lab, 2)
  // Nothing is published meanwhile: the commits that follow are those of commands.
  const quiet = await lab.place({
    name: 'publishing waits',
    lane,
    text: text('publishing waits', 'việc publish phải chờ'),
    when: { direction: 'to-broker', method: 'basic.publish' },
    what: { kind: 'hold' },
  })
  const [one, two] = await Promise.all([lab.start(serviceFile, lane), lab.start(serviceFile, lane)])
  await handled(lab, one, wallet, open)
  await handled(lab, one, wallet, deposit('top-up-1', 100_000))
  const asked = lab.run.now()
  await handled(lab, two, wallet, open)
  const answerMs = lab.run.now() - asked
  await lab.settles(() => quiet.state === 'fired')
  const slow = await lab.place({
    name: 'stopped before its commit',
    text: text('one service is stopped before its commit', 'một service bị chặn ngay trước commit'),
    when: { point: 'commit', side: 'before', fields: { database: 'wallets' } },
    what: { kind: 'hold' },
  })
  const reserve = (reference: string): Command => ({
    kind: 'reserve',
    reference,
    amount: vnd(80_000),
  })
  const slowly = endingOf(lab, () => one.call('handle', wallet, reserve('order-1')))
  await lab.fired(
    slow,
    text(
      'a reservation was asked for, and nothing was committed',
      'có yêu cầu giữ tiền mà không có commit nào',
    ),
    { file: walletsFile, near: ['append('] },
  )
  let isOver = false
  const meanwhile = endingOf(lab, () => two.call('handle', wallet, reserve('order-2'))).finally(() => {
    isOver = true
  })
  // It may wait for the first one's lock, which is what is hoped for and shows nowhere: so it gets ten times as long as a
  // command takes it now, and no fact is waited for.
  await becomes(lab, () => isOver, Math.max(4 * momentMs, 10 * answerMs))
  slow.release()
  const endings = [await bounded(lab, slowly, 'handle()'), await bounded(lab, meanwhile, 'handle()')]
  const rows = eventsOf(lab, wallet)
  return {
    stale,
    ahead,
    versions,
    reservations: rows.filter(({ type }) => type.includes('funds-reserved')).length,
    versionsOfBoth: rows.map(({ version }) => version),
    accepted: endings.filter((ending) => ending === 'ok').length,
  }
}

export interface AppendedSeen {
  /** What an append with an event that no JSON can hold answered, and how many rows it left. */
  readonly torn: Ending
  readonly tornRows: number
  readonly stored: readonly string[]
  readonly published: readonly string[]
  readonly kills: number
  /** Rows of old events before and after a replay, a command and a new start. */
  readonly before: readonly EventRow[]
  readonly after: readonly EventRow[]
}

/** An append that fails in its middle; a kill right after a commit; and old events that a new service meets. */
export async function appended(lab: Lab): Promise<AppendedSeen> {
  const published = await listening(lab)
  const store = await storeOf(lab)
  const half = someId(lab, 1)
  const unwritable = { ...deposited('top-up-2', 1), data: { reference: 'top-up-2', amount: 1n } }
  const torn = await endingOf(lab, () =>
    store.append(half, 0, [opened, deposited('top-up-1', 1000), unwritable]),
  )
  const tornRows = eventsOf(lab, half).length

  const wallet = someId(lab, 3)
  // Nothing waits to be published: the first commit is that of the command.
  let service = await lab.start(serviceFile, lane)
  const afterCommit = await lab.place({
    name: 'kill after the commit',
    lane,
    text: text(
      'the service is killed right after a commit (SIGKILL)',
      'service bị kill ngay sau một commit (SIGKILL)',
    ),
    when: { point: 'commit', side: 'after', fields: { database: 'wallets' } },
    what: { kind: 'kill-subject', subject: service },
  })
  void service.call('handle', wallet, open).catch(() => undefined)
  await lab.fired(
    afterCommit,
    text('a wallet was to be opened, and nothing was committed', 'yêu cầu mở ví mà không có commit nào'),
    { file: storeFile, near: ['.transaction(', 'INSERT'] },
  )
  const old = someId(lab, 2)
  await store.append(old, 0, oldStream)
  const before = eventsOf(lab, old)
  service = await lab.start(serviceFile, lane)
  await handled(lab, service, wallet, open)
  await handled(lab, service, old, deposit('top-up-9', 1000))
  const wallets = await walletsOf(lab, store)
  await wallets.replay(old)
  await lastPublished(lab, old, published)
  return {
    torn,
    tornRows,
    stored: eventsOf(lab).map(({ event_id }) => event_id),
    published,
    kills: 1,
    before,
    after: eventsOf(lab, old).slice(0, before.length),
  }
}
