/** The first lines of a wrong solution: its mistake, the items that must refuse it, and what they must say. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface WrongHeader {
  readonly mistake: string
  readonly refusedBy: readonly string[]
  /** A phrase of the verdict's English sentence. */
  readonly says: string
}

/** Lines looked at; a header stands at the very top. */
const headerLinesMax = 12

/** Reads the header from whichever file of the folder has it, files of another task that it brings along included. */
export function readWrongHeader(folder: string): Partial<WrongHeader> {
  if (!existsSync(folder)) return {}
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!statSync(join(folder, name)).isFile()) continue
    const header = parseWrongHeader(readFileSync(join(folder, name), 'utf8'))
    if (header.mistake !== undefined) return header
  }
  return {}
}

export function parseWrongHeader(source: string): Partial<WrongHeader> {
  const found: { mistake?: string; refusedBy?: string[]; says?: string } = {}
  for (const line of source.split(/\r?\n/).slice(0, headerLinesMax)) {
    const [, key, value] =
      /^\s*(?:\/\/|<!--|\/?\*+|#|--)?\s*(mistake|refused by|says):\s*(.+?)\s*(?:-->|\*\/)?\s*$/.exec(line) ??
      []
    if (value === undefined) continue
    if (key === 'mistake') found.mistake = value
    else if (key === 'refused by') found.refusedBy = value.split(/[\s,]+/).filter((id) => /\.\d+$/.test(id))
    else found.says = value.replace(/^(["'“])(.*)["'”]$/, '$2')
  }
  return found
}
