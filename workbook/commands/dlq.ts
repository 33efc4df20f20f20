/** `npm run dlq`: what lies in a dead letter queue of any RabbitMQ, and how it goes back to work or away; by default it only tells. */
import type { Language } from '#lab/verdict'
import { shortId } from '#lab/verdict/language'
import type { Context } from '../command.ts'
import { addressOf, shownAddress } from '../dlq/address.ts'
import type { DeadLetter } from '../dlq/dead-letter.ts'
import { DeadLetterQueue, type Held, heldMax, NoQueue } from '../dlq/dead-letter-queue.ts'
import {
  bodyText,
  dropAll,
  type Ending,
  forMachines,
  queueDefault,
  redriveAll,
  redrivesDefault,
  returnsWarned,
} from '../dlq/decisions.ts'
import { isMeant } from '../dlq/selection.ts'
import { shownSpan } from '../dlq/span.ts'
import { tableLines } from '../dlq/table.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { type Options, UsageError } from '../options.ts'
import { columns, paint, print, printError, printJson } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { dlqTexts } from '../texts/dlq.ts'

const actions = ['list', 'show', 'redrive', 'drop'] as const
type Action = (typeof actions)[number]

const linesDefault = 20

/** What every action is given. */
interface Task {
  readonly action: Action
  readonly options: Options
  readonly lang: Language
  readonly queue: string
  readonly address: string
  readonly server: string
  /** Those that are meant, and those that are in the queue beside them. */
  readonly meant: readonly Held[]
  readonly held: number
  readonly waiting: number
}

export async function run({ options, lang }: Context): Promise<ExitCode> {
  const action = actionOf(options)
  const queue = options.queue ?? queueDefault
  const url = addressOf(options.url, process.env)
  if (!/^amqps?:\/\/\S+$/.test(url) || !URL.canParse(url)) throw new UsageError(dlqTexts.badUrl(url))
  const address = shownAddress(url)
  let opened: DeadLetterQueue | undefined
  try {
    const found = await DeadLetterQueue.open({ url, queue })
    opened = found
    return await found.hold((held, waiting) => {
      const now = Date.now()
      const meant = held.filter(({ dead }) =>
        isMeant(dead, { id: options.id, reason: options.reason, olderMs: options.older }, now),
      )
      const { server } = found
      return act({ action, options, lang, queue, address, server, meant, held: held.length, waiting })
    })
  } catch (error) {
    if (!(error instanceof NoQueue)) throw error
    return refuse(error, { queue, address, lang })
  } finally {
    await opened?.close()
  }
}

function actionOf({ words, id, reason, older }: Options): Action {
  const [action = 'list', another] = actions.filter((one) => words.has(one))
  if (another !== undefined) throw new UsageError(dlqTexts.whatToDo)
  if (action === 'show' && id === undefined) throw new UsageError(dlqTexts.showNeedsId)
  if (action === 'drop' && id === undefined && reason === undefined && older === undefined)
    throw new UsageError(dlqTexts.dropNeedsChoice)
  return action
}

function refuse(
  { kind, message }: NoQueue,
  { queue, address, lang }: { readonly queue: string; readonly address: string; readonly lang: Language },
): ExitCode {
  const said = {
    unreachable: dlqTexts.unreachable(address, message),
    refused: dlqTexts.refused(address, message),
    missing: dlqTexts.missing(queue, address),
  }[kind]
  printError(paint('red', inLanguage(said, lang)))
  return kind === 'missing' ? exitCodes.usage : exitCodes.setUp
}

async function act(task: Task): Promise<ExitCode> {
  const { action, options, lang, queue, address, server, meant, held, waiting } = task
  const isForMachines = options.words.has('json')
  if (!isForMachines) {
    print(paint('bold', inLanguage(dlqTexts.title(queue, server, address), lang)))
    if (waiting > held) print(paint('yellow', inLanguage(dlqTexts.more(heldMax, waiting), lang)))
  }
  if (options.id !== undefined && meant.length > 1) {
    printError(paint('red', inLanguage(dlqTexts.ambiguous(options.id, meant.length), lang)))
    return exitCodes.usage
  }
  if (meant.length === 0) return nothing(task, isForMachines)
  switch (action) {
    case 'list':
      return list(task)
    case 'show':
      return show(task)
    case 'redrive':
      return await redrive(task)
    case 'drop':
      return drop(task)
    default:
      return action satisfies never
  }
}

function nothing({ options, lang, held, action }: Task, isForMachines: boolean): ExitCode {
  if (isForMachines) printJson(action === 'list' ? [] : { messages: [] })
  else print(inLanguage(held === 0 ? dlqTexts.empty : dlqTexts.nothingMeant, lang))
  if (options.id !== undefined) return exitCodes.failed
  return exitCodes.done
}

function list({ options, lang, meant }: Task): ExitCode {
  const dead = meant.map((one) => one.dead)
  if (options.words.has('json')) {
    printJson(dead.map(forMachines))
    return exitCodes.done
  }
  const now = Date.now()
  const oldest = oldestOf(dead)
  print(
    inLanguage(
      dlqTexts.found(dead.length, oldest === undefined ? undefined : shownSpan(now - oldest, lang)),
      lang,
    ),
    '',
  )
  print(...tableLines(dlqTexts.byReason[lang], reasonRows(dead, now, lang), columns()), '')
  const shown = dead.slice(0, options.limit ?? linesDefault)
  print(
    ...tableLines(
      dlqTexts.heads[lang],
      shown.map((one) => rowOf(one, now, lang)),
      columns(),
    ),
  )
  if (dead.length > shown.length) print(inLanguage(dlqTexts.notShown(dead.length - shown.length), lang))
  warnOfReturns(dead, lang)
  const [first] = shown
  const next =
    first?.id === undefined ? 'npm run dlq redrive' : `npm run dlq show id=${first.id}${where(options)}`
  print('', inLanguage(cliTexts.next(next), lang))
  return exitCodes.done
}

function show({ options, lang, meant }: Task): ExitCode {
  const [found] = meant
  if (found === undefined) return exitCodes.failed
  const { dead } = found
  if (options.words.has('json')) {
    printJson({ ...forMachines(dead), headers: dead.headers, body: dead.body.toString('base64') })
    return exitCodes.done
  }
  const now = Date.now()
  const row = rowOf(dead, now, lang)
  const pairs = dlqTexts.heads[lang].map(
    (head, at) => [head, at === 0 ? (dead.id ?? '') : (row[at] ?? '')] as const,
  )
  const width = Math.max(...pairs.map(([head]) => head.length))
  print('', ...pairs.map(([head, value]) => `${head.padEnd(width)}  ${value}`), '')
  print(paint('gray', `headers  ${JSON.stringify(dead.headers)}`))
  print(paint('gray', `${dead.contentType ?? 'body'}, ${dead.bytes} bytes`), bodyText(dead.body))
  print('', inLanguage(cliTexts.next(`npm run dlq redrive id=${dead.id}${where(options)}`), lang))
  return exitCodes.done
}

async function redrive(task: Task): Promise<ExitCode> {
  const { options, lang, queue, meant, held } = task
  const isApplied = options.words.has('apply')
  const redrivesMax = options.redrives ?? redrivesDefault
  const endings = await redriveAll(meant.slice(0, options.limit), { isApplied, redrivesMax, queue })
  const count = endings.filter(({ is }) => is === 'sent').length
  if (options.words.has('json')) {
    printJson({
      applied: isApplied,
      messages: endings.map(({ dead, is, refusal, why }) => ({
        id: dead.id ?? null,
        is,
        why: refusal ?? why ?? null,
      })),
    })
  } else {
    print(inLanguage((isApplied ? dlqTexts.sent : dlqTexts.dryRun)(count, held), lang), '')
    for (const ending of endings)
      print(`  ${shownId(ending.dead, lang)}  ${fateOf(ending, redrivesMax, lang)}`)
    const again = `npm run dlq redrive${choice(options)}${where(options)} apply`
    print(
      '',
      inLanguage(cliTexts.next(isApplied || count === 0 ? `npm run dlq list${where(options)}` : again), lang),
    )
  }
  return endings.every(({ is }) => is === 'sent') ? exitCodes.done : exitCodes.failed
}

function drop(task: Task): ExitCode {
  const { options, lang, queue, meant, held } = task
  const isApplied = options.words.has('apply')
  const chosen = meant.slice(0, options.limit)
  const file = isApplied ? dropAll(chosen, queue) : undefined
  if (options.words.has('json')) {
    printJson({
      applied: isApplied,
      copies: file ?? null,
      messages: chosen.map(({ dead }) => ({ id: dead.id ?? null })),
    })
    return exitCodes.done
  }
  const said =
    file === undefined ? dlqTexts.dryDrop(chosen.length, held) : dlqTexts.dropped(chosen.length, held, file)
  print(
    inLanguage(said, lang),
    '',
    ...chosen.map(({ dead }) => `  ${shownId(dead, lang)}  ${dead.reason ?? ''}`),
  )
  const again = `npm run dlq drop${choice(options)}${where(options)} apply`
  print('', inLanguage(cliTexts.next(isApplied ? `npm run dlq list${where(options)}` : again), lang))
  return exitCodes.done
}

function fateOf({ dead, is, refusal, why }: Ending, redrivesMax: number, lang: Language): string {
  if (refusal !== undefined) return paint('yellow', inLanguage(dlqTexts.refusals(redrivesMax)[refusal], lang))
  if (is === 'failed') return paint('red', inLanguage(dlqTexts.failed(why ?? ''), lang))
  return inLanguage(dlqTexts.to(dead.origin?.exchange ?? '', dead.origin?.routingKey ?? ''), lang)
}

function rowOf(dead: DeadLetter, now: number, lang: Language): readonly string[] {
  const { diedAt, origin } = dead
  const unknown = inLanguage(dlqTexts.unknown, lang)
  return [
    shownId(dead, lang),
    diedAt === undefined ? unknown : inLanguage(dlqTexts.ago(shownSpan(now - diedAt, lang)), lang),
    dead.attempts === undefined ? unknown : String(dead.attempts),
    String(dead.redrives),
    origin === undefined
      ? unknown
      : `${origin.exchange === '' ? '(default)' : origin.exchange} / ${origin.routingKey}`,
    (dead.reason ?? unknown).replaceAll(/\s+/g, ' '),
  ]
}

function reasonRows(
  dead: readonly DeadLetter[],
  now: number,
  lang: Language,
): readonly (readonly string[])[] {
  const unknown = inLanguage(dlqTexts.unknown, lang)
  const groups = Map.groupBy(dead, ({ reason }) => (reason ?? unknown).replaceAll(/\s+/g, ' '))
  return [...groups]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, linesDefault)
    .map(([reason, those]) => {
      const oldest = oldestOf(those)
      return [
        reason.length > reasonShownMax ? `${reason.slice(0, reasonShownMax - 1)}…` : reason,
        String(those.length),
        oldest === undefined ? unknown : shownSpan(now - oldest, lang),
      ]
    })
}
const reasonShownMax = 60

function oldestOf(dead: readonly DeadLetter[]): number | undefined {
  const times = dead.flatMap(({ diedAt }) => diedAt ?? [])
  return times.length === 0 ? undefined : times.reduce((oldest, time) => Math.min(oldest, time))
}

function warnOfReturns(dead: readonly DeadLetter[], lang: Language): void {
  const returns = dead.reduce((most, one) => Math.max(most, one.returns), 0)
  if (returns >= returnsWarned) print('', paint('yellow', inLanguage(dlqTexts.lookedAtOften(returns), lang)))
}

function shownId({ id }: DeadLetter, lang: Language): string {
  return id === undefined ? inLanguage(dlqTexts.noId, lang) : shortId(id)
}

/** The same choice of messages, to be typed again. */
function choice({ id, reason, older }: Options): string {
  return [
    id === undefined ? '' : ` id=${id}`,
    reason === undefined ? '' : ` reason=${JSON.stringify(reason)}`,
    older === undefined ? '' : ` older=${Math.round(older / 1000)}s`,
  ].join('')
}

/** The same place; never its address, which may hold a password. */
function where({ queue, url }: Options): string {
  return `${queue === undefined ? '' : ` queue=${queue}`}${url === undefined ? '' : ' url=…'}`
}
