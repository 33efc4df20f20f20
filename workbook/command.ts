/** The shape of a command: its row in the table, and what it is given when it runs. */
import type { Language, Text } from '#lab/verdict'
import type { ExitCode } from './exit.ts'
import type { Options, SettingName } from './options.ts'

export interface Context {
  readonly lang: Language
  readonly options: Options
  readonly row: CommandRow
}

/** What a command file exports as `run`. */
export type RunCommand = (context: Context) => Promise<ExitCode>

export interface CommandRow {
  readonly name: string
  readonly summary: Text
  /** What follows the name, as the usage line shows it. */
  readonly usage: string
  readonly target: 'none' | 'optional' | 'required'
  /** Bare words besides the target. */
  readonly words: readonly string[]
  readonly settings: readonly SettingName[]
  /** Words that mean nothing here are handed on, such as a bench's name or vitest's own arguments. */
  readonly isOpen: boolean
  /** Whether it takes settings by a broker's own names, such as `num.partitions=2`. */
  readonly takesDotted?: true
  /** Whether a name may follow the target, such as that of an experiment. */
  readonly takesName?: true
  /** Whether it plays checks, come what may: their process begins to load before the command does. */
  readonly judges?: true
}
