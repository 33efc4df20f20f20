/**
 * Versions of the learner's code with which every check of a task passed, each with its text: `.workbook/passed/<task>.json`. Evidence
 * knows a file by its hash alone; a refactoring is held against what the code was before it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from '../state/json-file.ts'
import type { Subjects } from './evidence.ts'
import { hashesOf } from './files.ts'

const passedSchema = z.object({
  versions: z
    .array(
      z.strictObject({
        when: z.iso.datetime(),
        /** Text by path, relative to the repository. */
        files: z.record(z.string(), z.string()),
      }),
    )
    .default([]),
})
export type PassedVersion = z.infer<typeof passedSchema>['versions'][number]

/** The first of all is kept, and so many of the latest. */
const latestMax = 19

/** In the order in which they passed. */
export function readPassed(root: string, task: string): readonly PassedVersion[] {
  return readJsonFile(pathOf(root, task), passedSchema, new Date()).data.versions
}

/**
 * Keeps the code that passed; `subjects` are its hashes as the run began. What was saved meanwhile was not judged, and is not kept. Costs
 * nothing when it can't be written: no proof rests on it.
 */
export function keepPassed(root: string, task: string, subjects: Subjects, when: Date): void {
  const code = Object.keys(subjects).filter((file) => file.endsWith('.ts'))
  const now = hashesOf(root, code)
  if (code.length === 0 || code.some((file) => now[file] !== subjects[file])) return
  const files = Object.fromEntries(code.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
  const versions = withVersion(readPassed(root, task), { when: when.toISOString(), files })
  if (versions !== undefined) writeJsonFile(pathOf(root, task), { versions })
}

/** The versions with one more; nothing when it is the last one already. What differs in layout alone takes the place of the last. */
export function withVersion(
  versions: readonly PassedVersion[],
  next: PassedVersion,
): PassedVersion[] | undefined {
  const last = versions.at(-1)
  if (last === undefined) return [next]
  if (isSameText(last, next)) return undefined
  // The first stays as it was: it is what a refactoring begins from.
  const before = isSameCode(last, next) && versions.length > 1 ? versions.slice(0, -1) : versions
  const [first, ...rest] = before
  return [...(first === undefined ? [] : [first]), ...rest.slice(-(latestMax - 1)), next]
}

function isSameText(one: PassedVersion, other: PassedVersion): boolean {
  const names = new Set([...Object.keys(one.files), ...Object.keys(other.files)])
  return [...names].every((name) => one.files[name] === other.files[name])
}

function isSameCode(one: PassedVersion, other: PassedVersion): boolean {
  const names = new Set([...Object.keys(one.files), ...Object.keys(other.files)])
  return [...names].every((name) => bareCode(one.files[name]) === bareCode(other.files[name]))
}

/** Strings are looked at too, for what looks like a comment in them: an address has two slashes. */
const stringOrComment = /(["'`])(?:\\[\s\S]|(?!\1)[^\\])*\1|\/\*[\s\S]*?\*\/|\/\/.*$/gm

/** A text without comments and layout: what is left differs when the code does. */
export function bareCode(source: string | undefined): string | undefined {
  return source
    ?.replace(stringOrComment, (found, quote: string | undefined) => (quote === undefined ? '' : found))
    .replace(/[\s;]+|,(?=\s*[)\]}])/g, '')
}

function pathOf(root: string, task: string): string {
  return join(root, '.workbook', 'passed', `${task}.json`)
}
