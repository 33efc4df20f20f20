/**
 * What was typed, read against the command's row: `mq-03.4 live engine=local seed=7 lang=vi json`.
 * npm swallows flags without `--`, so plain words come first; `--engine local` and `--engine=local` mean the same.
 */
import { z } from 'zod'
import type { Text } from '#lab/verdict'
import type { CommandRow } from './command.ts'
import { readSpan } from './dlq/span.ts'
import { suggest } from './suggest.ts'
import { optionTexts } from './texts/options.ts'

const count = z.coerce.number().int().positive().max(100_000)
/** A rating of oneself. */
const rating = z.coerce.number().int().min(1).max(10)
const port = z.coerce.number().int().min(0).max(65_535)

const settingSchemas = {
  engine: z.enum(['embedded', 'local', 'docker', 'url']),
  seed: z.coerce.number().int().nonnegative(),
  lang: z.enum(['en', 'vi']),
  watch: z.enum(['auto', 'poll', 'off']),
  host: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim().replace(/^\[(.*)\]$/, '$1')))
    .refine((hosts) => hosts.every((one) => one !== '')),
  port,
  ports: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.number().int().min(0).max(65_535))),
  management: port,
  profile: z.enum(['3.10', '4.0', '4.2', '4.3']),
  data: z.string(),
  durability: z.enum(['fsync', 'os']),
  subject: z.string().regex(/^(?:mine|reference|(?:wrong|alternatives)\/[a-z0-9-]+)$/),
  crash: z.enum(['subject', 'broker', 'connection']),
  schedules: count,
  messages: count,
  id: z.string().max(255),
  reason: z.string(),
  older: z.string().transform((span, context) => {
    const ms = readSpan(span)
    if (ms !== undefined) return ms
    context.addIssue({ code: 'custom', message: 'no span of time' })
    return z.NEVER
  }),
  storm: z.string().transform((span, context) => {
    const ms = readSpan(span)
    if (ms !== undefined && ms > 0) return ms
    context.addIssue({ code: 'custom', message: 'no span of time' })
    return z.NEVER
  }),
  rate: z.coerce.number().int().positive().max(1_000),
  limit: count,
  redrives: z.coerce.number().int().nonnegative().max(100),
  queue: z.string().max(255),
  url: z.string(),
  open: z.enum(['yes', 'no']),
  answer: z.string().trim().min(1).max(200),
  understanding: rating,
  design: rating,
  failures: rating,
  consistency: rating,
  confidence: rating,
  at: z.string().regex(/^(?:(?:before|after):[a-z]+-[a-z]+:[A-Za-z][A-Za-z.-]*:[1-9]\d*(?:,(?!$)|$))+$/),
} as const

export type SettingName = keyof typeof settingSchemas
type Settings = { readonly [Name in SettingName]?: z.infer<(typeof settingSchemas)[Name]> }

export interface Options extends Settings {
  /** What looks like a task, an item or a part; whether it exists is for the registry to say. */
  readonly target?: string
  /** What the command is to take of the target; whether it is there is for the command to say. */
  readonly name?: string
  readonly words: ReadonlySet<string>
  /** Words handed on by an open command, in order. */
  readonly rest: readonly string[]
  /** Settings by a broker's own names, such as `num.partitions=2`; the broker says whether there is such a one. */
  readonly dotted: Readonly<Record<string, string>>
  readonly wantsHelp: boolean
}

/** Something was typed that means nothing here. Costs exit code 2. */
export class UsageError extends Error {
  readonly text: Text

  constructor(text: Text) {
    super(text.en)
    this.text = text
  }
}

/** Words that ask for help, in any place. */
const helpWords: ReadonlySet<string> = new Set(['help', '--help', '-h'])

/** Reads the words after the command's name. Throws a UsageError. */
export function parseOptions(row: CommandRow, args: readonly string[]): Options {
  const settings: Record<string, unknown> = {}
  const words = new Set<string>()
  const rest: string[] = []
  const dotted: Record<string, string> = {}
  let target: string | undefined
  let asked: string | undefined
  let wantsHelp = false

  const pending = [...args]
  for (let arg = pending.shift(); arg !== undefined; arg = pending.shift()) {
    const { name, value, isFlag } = dissect(arg)
    if (arg === '--') continue
    if (helpWords.has(arg)) wantsHelp = true
    else if (isSetting(row, name) && (value !== undefined || isFlag)) {
      settings[name] = readSetting(name, value ?? pending.shift())
    } else if (value === undefined && row.words.includes(name)) words.add(name)
    else if (row.takesDotted && isDotted(arg)) {
      const at = arg.indexOf('=')
      dotted[arg.slice(0, at)] = arg.slice(at + 1)
    } else if (row.isOpen) rest.push(arg)
    else if (isTarget(row, arg, target)) target = arg
    else if (isName(row, arg, target, asked)) asked = arg
    else throw new UsageError(optionTexts.unknownWord(arg, suggestWord(row, arg, name)))
  }
  if (row.target === 'required' && target === undefined && !wantsHelp) {
    throw new UsageError(optionTexts.targetMissing(row.name))
  }
  return {
    ...(settings as Settings),
    ...(target === undefined ? {} : { target }),
    ...(asked === undefined ? {} : { name: asked }),
    words,
    rest,
    dotted,
    wantsHelp,
  }
}

function dissect(arg: string): { name: string; value: string | undefined; isFlag: boolean } {
  const [, dashes = '', name = arg, value] = /^(--)?([a-z]+)(?:=(.*))?$/.exec(arg) ?? []
  return { name, value, isFlag: dashes !== '' }
}

function isDotted(arg: string): boolean {
  return /^[a-z]+(?:\.[a-z]+)+=/.test(arg)
}

function isSetting(row: CommandRow, name: string): name is SettingName {
  return (row.settings as readonly string[]).includes(name)
}

function readSetting(name: SettingName, value: string | undefined): unknown {
  const parsed = settingSchemas[name].safeParse(value === '' ? undefined : value)
  if (parsed.success) return parsed.data
  throw new UsageError(optionTexts.badValue(name, value ?? '', settingValues(name)))
}

/** What stands for values that can't be listed. */
const placeholders: { readonly [Name in SettingName]?: string } = {
  host: 'ADDRESS,…',
  ports: 'N,…',
  data: 'DIR',
  id: 'ID',
  reason: 'TEXT',
  older: '90s|10m|2h|3d',
  storm: '30s|5m',
  queue: 'NAME',
  url: 'amqp://user:password@host:5672/vhost',
  subject: 'mine|reference|wrong/NAME|alternatives/NAME',
  at: 'before:FROM-TO:METHOD:N',
  answer: 'LETTER|N,N,…|NUMBER',
  understanding: '1–10',
  design: '1–10',
  failures: '1–10',
  consistency: '1–10',
  confidence: '1–10',
}

/** The values a setting takes, for usage lines. */
export function settingValues(name: SettingName): string {
  const schema = settingSchemas[name]
  return 'options' in schema ? schema.options.join('|') : (placeholders[name] ?? 'N')
}

/** One bare word may be the target; a word that is nearly one of the command's own words is a typing mistake. */
function isTarget(row: CommandRow, arg: string, target: string | undefined): boolean {
  if (row.target === 'none' || target !== undefined || !/^[a-z]/i.test(arg) || arg.includes('=')) return false
  return /\d/.test(arg) || suggest(arg, row.words).length === 0
}

/** A second bare word, unless it is nearly one of the command's own. */
function isName(
  row: CommandRow,
  arg: string,
  target: string | undefined,
  asked: string | undefined,
): boolean {
  if (row.takesName === undefined || target === undefined || asked !== undefined) return false
  return /^[a-z][a-z0-9-]*$/.test(arg) && suggest(arg, row.words).length === 0
}

function suggestWord(row: CommandRow, arg: string, name: string): string[] {
  const value = arg.includes('=') ? arg.slice(arg.indexOf('=')) : '='
  const settings = suggest(name, row.settings).map((setting) => `${setting}${value}`)
  return [...suggest(name, row.words), ...settings]
}
