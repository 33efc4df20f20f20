/** Where things stand: the repository the learner works in, and the paths below it that the workbook owns. */
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository this program belongs to; its node_modules hold the tools. */
export const programRoot = dirname(dirname(fileURLToPath(import.meta.url)))

/** The repository that holds exercises and solutions. `MQ_ROOT` puts another in its place; tests use that. */
export const root = process.env.MQ_ROOT ?? programRoot

/** A path below `.workbook/`, the folder that git ignores. */
export function workbookPath(...parts: readonly string[]): string {
  return join(root, '.workbook', ...parts)
}

/** A path as it is shown and stored: relative to the repository, with forward slashes. */
export function shownPath(path: string): string {
  return relative(root, path).split(sep).join('/')
}
