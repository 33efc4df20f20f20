/**
 * Says a verdict, or a moment of a live run, to a person: broken promise, what was seen, where to look, what to do
 * next. The same words stand in the terminal, in a test panel and on the web page.
 */
import { styleText } from 'node:util'
import stringWidth from 'fast-string-width'
import { formatMoney, fromWire } from '#payments/money'
import type { RunEvent, RunEventOf } from './events.ts'
import { drawLanes } from './lanes.ts'
import { formatMs, formatNumber, shortId, text } from './language.ts'
import type { Failed, Figure, Inconclusive, Language, Passed, Place, Text, Verdict } from './verdict.ts'

export interface RenderOptions {
  readonly lang: Language
  readonly colour: boolean
  /**
   * For an experiment, in which clients are many and their greetings beside the point: names each client with the number
   * of its connection, and leaves out how connections are opened and closed in good order.
   */
  readonly isBrief?: boolean
}

export interface VerdictRenderOptions extends RenderOptions {
  /** The command that repeats this judgement: `npm run check mq-03.4 seed=7`. */
  readonly repeat: string
  /** The command that gives a hint, if the task has any. */
  readonly hint?: string
}

/** What stands around a verdict, on every screen. */
export const verdictWords = {
  repeat: text('Repeat', 'Chạy lại'),
  think: text('Question to think about', 'Câu hỏi gợi mở'),
  messages: text('messages', 'message'),
  more: text('more', 'message nữa'),
  look: text('Look at', 'Xem'),
  and: text('and', 'và'),
  inconclusive: text('inconclusive, nothing ticked', 'CHƯA KẾT LUẬN ĐƯỢC, không tick mục nào'),
  notJudged: text('Your code was not judged.', 'Code của bạn chưa được đánh giá.'),
  withEngine: text('With an engine that can', 'Với engine làm được'),
  ready: text('ready in', 'sẵn sàng sau'),
} as const satisfies Record<string, Text>

/** So many columns of prose, before the indent. */
const proseWidth = 100
/** So many ids of messages are listed; a breach may concern hundreds. */
const messagesMax = 10

/** One verdict over as many lines as it needs; no line break at the end. */
export function renderVerdict(verdict: Verdict, options: VerdictRenderOptions): string {
  switch (verdict.outcome) {
    case 'passed':
      return renderPassed(verdict, options)
    case 'failed':
      return renderFailed(verdict, options)
    case 'inconclusive':
      return renderInconclusive(verdict, options)
    default:
      return verdict satisfies never
  }
}

function renderPassed(verdict: Passed, { lang, colour }: RenderOptions): string {
  const figures = saidFigures(verdict.figures, lang)
  const line = `${paint('green', '✓', colour)} ${verdict.item}  ${verdict.promise[lang]}`
  return figures === '' ? line : `${line}\n    ${paint('dim', figures, colour)}`
}

function renderFailed(verdict: Failed, options: VerdictRenderOptions): string {
  const { lang, colour } = options
  const { breach } = verdict
  const lines = [
    `${paint('red', '✗', colour)} ${paint('bold', verdict.item, colour)}  ${verdict.promise[lang]}`,
    ...wrap(sentence(breach.said[lang]), proseWidth).map((line) => `    ${line}`),
  ]
  if (breach.trace.length > 0) lines.push('', ...drawLanes(breach.trace, lang).map((line) => `    ${line}`))
  if (breach.messages.length > 0)
    lines.push(`    ${verdictWords.messages[lang]}: ${saidMessages(breach.messages, lang)}`)
  lines.push('')
  if (breach.places.length > 0)
    lines.push(
      `    ${verdictWords.look[lang]}  ${breach.places.map(showPlace).join(` ${verdictWords.and[lang]} `)}`,
    )
  const think = options.hint === undefined ? '' : `     ${verdictWords.think[lang]}: ${options.hint}`
  lines.push(`    ${verdictWords.repeat[lang]}: ${options.repeat}${think}`)
  return lines.join('\n')
}

function renderInconclusive(verdict: Inconclusive, options: VerdictRenderOptions): string {
  const { lang, colour } = options
  const lines = [
    `${paint('yellow', '?', colour)} ${verdict.item}  ${verdictWords.inconclusive[lang]}`,
    ...wrap(`${sentence(verdict.cause[lang])} ${verdictWords.notJudged[lang]}`, proseWidth).map(
      (line) => `    ${line}`,
    ),
  ]
  const [engine] = verdict.enginesThatCan
  if (engine !== undefined)
    lines.push(`    ${verdictWords.withEngine[lang]}: ${withEngine(options.repeat, engine)}`)
  else lines.push(`    ${verdictWords.repeat[lang]}: ${options.repeat}`)
  return lines.join('\n')
}

/** The ids, up to a line of them. */
export function saidMessages(ids: readonly string[], lang: Language): string {
  const shown = ids.slice(0, messagesMax).map(shortId).join(' ')
  const left = ids.length - messagesMax
  return left > 0
    ? `${shown} ${verdictWords.and[lang]} ${formatNumber(left, lang)} ${verdictWords.more[lang]}`
    : shown
}

/** The command with another engine, whichever it named before. */
function withEngine(command: string, engine: string): string {
  return `${command.replace(/\s+engine=\S+/, '')} engine=${engine}`
}

/** What a pass rests on, as phrases: "survived 1 SIGKILL of the broker · 3 messages". */
export function saidFigures(figures: readonly Figure[], lang: Language): string {
  return figures
    .map((figure) => figure.said?.[lang] ?? `${figure.name} ${formatNumber(figure.value, lang)}`)
    .join(' · ')
}

/** A place as an editor can open it: `exercises/…/topology.ts:17`. */
export function showPlace(place: Place): string {
  return place.line === undefined ? place.file : `${place.file}:${place.line}`
}

/** One moment of a live run as one line, or nothing where a reader needs none. */
export function renderEvent(event: RunEvent, options: RenderOptions): string | undefined {
  const { lang, colour } = options
  const at = `${String(Math.round(event.atMs)).padStart(6)} ms  `
  switch (event.kind) {
    case 'say':
      return `\n${' '.repeat(11)}${paint('bold', event.text[lang], colour)}`
    case 'wire':
      return renderWire(event, at, options)
    case 'point':
      // What is done is told; what is about to be done would only say it twice.
      return event.side === 'after' ? renderPoint(event, at, options) : undefined
    case 'fault':
      return event.state === 'fired'
        ? paint('yellow', `           ── ${event.text[lang]} ──`, colour)
        : undefined
    case 'broker': {
      const said =
        event.tookMs === undefined
          ? brokerWords[event.state][lang]
          : `${verdictWords.ready[lang]} ${formatMs(event.tookMs, lang)}`
      return paint('yellow', `           ── ${event.server}: ${said} ──`, colour)
    }
    case 'subject':
      return paint(
        'yellow',
        `           ── ${event.name} (${event.lane}): ${subjectWords[event.state][lang]} ──`,
        colour,
      )
    case 'promise':
      return event.state === 'held'
        ? `${at}${paint('green', '✓', colour)} ${event.item}  ${event.text[lang]}`
        : event.state === 'broken'
          ? `${at}${paint('red', '✗', colour)} ${event.item}  ${event.text[lang]}`
          : undefined
    case 'connection':
    case 'explored':
    case 'schedule':
    case 'outcome':
    case 'figure':
    case 'run':
    case 'snapshot':
    case 'verdict':
    case 'end':
      return undefined
    default:
      return event satisfies never
  }
}

function renderPoint(event: RunEventOf<'point'>, at: string, { colour }: RenderOptions): string {
  const { lane, point, fields } = event
  const where = String(fields.database ?? '')
  const to = point === 'commit' ? 'database' : 'lab'
  return `${paint('dim', at, colour)}${lane.padEnd(8)} ► ${to.padEnd(8)}  ${point.padEnd(19)} ${where}`.trimEnd()
}

const brokerWords = {
  ready: text('ready', 'sẵn sàng'),
  stopped: text('stopped', 'đã dừng'),
  killed: text('killed (SIGKILL)', 'bị kill (SIGKILL)'),
  frozen: text('frozen', 'bị treo'),
  resumed: text('running again', 'chạy tiếp'),
} as const satisfies Record<RunEventOf<'broker'>['state'], Text>

const subjectWords = {
  started: text('started', 'đã khởi động'),
  exited: text('exited', 'đã thoát'),
  killed: text('killed (SIGKILL)', 'bị kill (SIGKILL)'),
  frozen: text('frozen', 'bị treo'),
  resumed: text('running again', 'chạy tiếp'),
} as const satisfies Record<RunEventOf<'subject'>['state'], Text>

/** Frames that say nothing to a learner: housekeeping of the handshake. */
const quietMethods = new Set([
  'protocol-header',
  'heartbeat',
  'connection.tune',
  'connection.open-ok',
  'channel.open-ok',
])

/** More of them, where it is about messages alone. */
const greetings =
  /^(?:connection\.(?!close$|blocked|unblocked)|channel\.(?!close$)|confirm\.|basic\.(?:qos-ok|consume-ok|cancel-ok)|queue\.declare-ok)/

function isGreeting({ method, fields }: RunEventOf<'wire'>): boolean {
  if (greetings.test(method)) return true
  // Asking whether a queue is there is how one waits for what was sent before.
  if (method === 'queue.declare') return fields.passive === true
  return /\.close$/.test(method) && fields.replyCode === 200
}

function renderWire(
  event: RunEventOf<'wire'>,
  at: string,
  { lang, colour, isBrief = false }: RenderOptions,
): string | undefined {
  if (quietMethods.has(event.method) || event.fields.quiet === true || (isBrief && isGreeting(event)))
    return undefined
  const who = (lane: string): string =>
    isBrief ? (lane === 'broker' ? lane : `${lane} ${event.connection}`).padEnd(10) : lane.padEnd(8)
  const arrow = `${who(event.from)} ► ${who(event.to)}`
  const note = event.note === undefined ? '' : `  ${event.note[lang]}`
  const details = [wireFacts(event, lang), event.message === undefined ? '' : shortId(event.message)]
    .filter((part) => part !== '')
    .join('  ')
  return `${paint('dim', at, colour)}${arrow}  ${event.method.padEnd(19)} ${details}${note}`.trimEnd()
}

/** The fields a reader needs of a frame, in the order in which one would tell them. */
function wireFacts(event: RunEventOf<'wire'>, lang: Language): string {
  const { fields } = event
  // What is said of Kafka's requests depends on more than their fields; the lab says it.
  if (event.protocol === 'kafka')
    return [fields.said, fields.dropped === true ? '✕' : ''].filter((fact) => fact !== '').join('  ')
  const facts: string[] = []
  const say = (value: unknown): void => {
    if (value !== undefined && value !== '' && value !== null) facts.push(String(value))
  }
  switch (event.method) {
    case 'basic.publish':
    case 'basic.deliver':
    case 'basic.get-ok':
    case 'basic.return':
      if (event.method === 'basic.return') say(fields.replyText)
      say(`${String(fields.exchange || '(default)')} / ${String(fields.routingKey)}`)
      if (fields.amount !== undefined) say(formatMoney(fromWire(fields.amount), lang))
      say(fields.numbered)
      if (fields.mandatory === true) say('mandatory')
      if (fields.redelivered === true) say('redelivered')
      if ((fields.properties as { deliveryMode?: unknown } | undefined)?.deliveryMode === 2) say('persistent')
      break
    case 'basic.ack':
    case 'basic.nack':
    case 'basic.reject':
      say(`tag ${String(fields.deliveryTag)}`)
      if (fields.multiple === true) say('multiple')
      if (fields.requeue === true) say('requeue')
      break
    case 'connection.close':
    case 'channel.close':
      say(`${String(fields.replyCode)} ${String(fields.replyText)}`)
      break
    case 'exchange.declare':
      say(`${String(fields.exchange)}  ${String(fields.type)}${fields.durable === true ? ' durable' : ''}`)
      break
    case 'queue.declare':
      say(
        `${String(fields.queue)}${fields.durable === true ? '  durable' : ''}${fields.exclusive === true ? ' exclusive' : ''}${fields.autoDelete === true ? ' auto-delete' : ''}`,
      )
      break
    case 'queue.bind':
      say(`${String(fields.exchange)} ─${String(fields.routingKey)}─► ${String(fields.queue)}`)
      break
    case 'connection.tune-ok':
      say(`heartbeat ${String(fields.heartbeat)} s`)
      break
    case 'connection.open':
      say(`vhost ${String(fields.virtualHost)}`)
      break
    case 'basic.consume':
      say(`${String(fields.queue)}${fields.noAck === true ? '  no-ack' : ''}`)
      break
    case 'basic.qos':
      say(`prefetch ${String(fields.prefetchCount)}`)
      break
    default:
      break
  }
  if (fields.dropped === true) facts.push('✕')
  return facts.join('  ')
}

/** Capital first letter and a full stop, unless the text has its own end or begins with a name out of the code. */
export function sentence(said: string): string {
  const whole = said.normalize('NFC')
  const isPlainWord = /^\p{Ll}+(?:['’]\p{Ll}+)?(?=[\s,:;]|$)/u.test(whole)
  const capital = isPlainWord ? whole.charAt(0).toLocaleUpperCase('vi') + whole.slice(1) : whole
  return /[.?!:…]$/.test(capital) ? capital : `${capital}.`
}

/** Breaks at spaces, by the width on a screen; a word longer than that stays whole. */
export function wrap(value: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of value.split(' ')) {
    if (line !== '' && stringWidth(line) + stringWidth(word) + 1 > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, line]
}

function paint(style: Parameters<typeof styleText>[0], value: string, colour: boolean): string {
  return colour ? styleText(style, value, { validateStream: false }) : value
}
