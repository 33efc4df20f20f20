/** What the workbook remembers between runs: the language, and how many hints of a task were opened. */
import { z } from 'zod'
import { workbookPath } from '../root.ts'
import { cliTexts } from '../texts/cli.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import { say } from './notices.ts'

const settingsSchema = z.object({ lang: z.enum(['en', 'vi']).optional() })
export type Settings = z.infer<typeof settingsSchema>

const stateSchema = z.object({
  /** Task id to number of hints opened. */
  hints: z.record(z.string(), z.number().int().nonnegative()).default({}),
  /** The task that was opened last, so that `exercise` says where it goes on. */
  lastTask: z.string().optional(),
})
export type State = z.infer<typeof stateSchema>

export function readSettings(): Settings {
  return read('settings.json', settingsSchema)
}

/** Answers whether it could be written. */
export function writeSettings(settings: Settings): boolean {
  return writeJsonFile(workbookPath('settings.json'), settings)
}

export function readState(): State {
  return read('state.json', stateSchema)
}

/** Answers whether it could be written. */
export function writeState(state: State): boolean {
  return writeJsonFile(workbookPath('state.json'), state)
}

function read<Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> {
  const { data, brokenName } = readJsonFile(workbookPath(name), schema, new Date())
  if (brokenName !== undefined) say(cliTexts.setAside(brokenName))
  return data
}
