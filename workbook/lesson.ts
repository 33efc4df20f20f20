/** Reads what a learner reads: the README of a task, its hints, the TODOs of its files. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '#lab/verdict'
import { learnersFile, learnersPath, taskFolder } from './course.ts'
import type { Task } from './registry/registry.ts'

export interface Section {
  readonly title: string
  readonly body: string
}

export interface FileFacts {
  /** Below the repository. */
  readonly path: string
  readonly lines: number
  /** Lines that hold a TODO, from 1. */
  readonly todos: readonly number[]
}

/** Words a minute of someone who reads code and sentences in turn. */
const wordsPerMinute = 180

/** A page of a task in the reader's language, where there is one: `README.vi.md` beside `README.md`. */
export function pagePath(task: Task, name: 'README' | 'hints', lang: Language): string | undefined {
  const candidates = lang === 'vi' ? [`${name}.vi.md`, `${name}.md`] : [`${name}.md`]
  const found = candidates.find((file) => existsSync(join(taskFolder(task), file)))
  return found === undefined ? undefined : `${task.folder}/${found}`
}

/** The hints of a task, in the order in which they are opened. */
export function readHints(task: Task, lang: Language): Section[] {
  return readSections(task, 'hints', lang)
}

/** The sections of a page; no page, no sections. */
export function readSections(task: Task, name: 'README' | 'hints', lang: Language): Section[] {
  const path = pagePath(task, name, lang)
  return path === undefined
    ? []
    : parseSections(readFileSync(join(taskFolder(task), path.slice(task.folder.length + 1)), 'utf8'))
}

/** Splits Markdown at its `## ` headings; a heading inside a code fence is code. */
export function parseSections(markdown: string): Section[] {
  const sections: { title: string; lines: string[] }[] = []
  let isCode = false
  for (const line of markdown.split(/\r?\n/)) {
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode
    const heading = isCode ? null : /^##\s+(.+?)\s*#*$/.exec(line)
    if (heading !== null) sections.push({ title: heading[1] ?? '', lines: [] })
    else sections.at(-1)?.lines.push(line)
  }
  return sections.map(({ title, lines }) => ({ title, body: lines.join('\n').trim() }))
}

/** How long the README takes, at least one minute. */
export function readingMinutes(task: Task, lang: Language): number {
  const sections = readSections(task, 'README', lang)
  const words = sections.reduce((count, { body }) => count + body.split(/\s+/).length, 0)
  return Math.max(1, Math.round(words / wordsPerMinute))
}

/** Lines and TODOs of the learner's files. A file that is missing has none. */
export function readFacts(task: Task): FileFacts[] {
  return task.files.map((file) => {
    const path = learnersPath(task, file)
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
    const todos = lines.flatMap((line, index) => (/(?:^|\/\/|<!--|>)\s*TODO\b/.test(line) ? [index + 1] : []))
    return { path: learnersFile(task, file), lines: lines.length, todos }
  })
}

/** The first sentence of the first comment, whichever kind of comment it is. */
export function firstComment(source: string): string {
  for (const line of source.split('\n')) {
    const text = line
      .trim()
      .replace(/^(?:\/\/|\/\*\*?|\*\/?|<!--)\s*/, '')
      .replace(/\s*(?:\*\/|-->)$/, '')
    if (text !== '') return text
  }
  return ''
}
