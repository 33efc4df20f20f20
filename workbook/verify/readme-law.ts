/** The law of a README: its headings, its links, and the commands it shows. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findCommand } from '../commands/table.ts'
import type { Course } from '../course.ts'
import { parseSections } from '../lesson.ts'
import { parseOptions, UsageError } from '../options.ts'
import { lookupIn } from '../registry/lookup.ts'
import type { PartId, Task } from '../registry/registry.ts'
import { root } from '../root.ts'
import { isLesson } from '../study/lessons.ts'
import { verifyTexts } from '../texts/verify.ts'
import type { Problem } from './problem.ts'

interface Heading {
  readonly title: string
  readonly isOptional?: boolean
}

const exerciseHeadings: readonly Heading[] = [
  'What breaks',
  'What you will be able to promise',
  'The picture',
  'Your task',
  'Run it',
  'Check it',
  'Think further',
  'Sources',
].map((title) => ({ title }))

const lessonHeadings: readonly Heading[] = [
  { title: 'What breaks' },
  { title: 'The question' },
  { title: 'The run' },
  { title: 'The idea' },
  // Only where a section asks for a comparison.
  { title: 'Side by side', isOptional: true },
  { title: 'Where it bends' },
  { title: 'What people get wrong' },
  { title: 'Sources' },
]

const designHeadings: readonly Heading[] = [
  'What breaks',
  'What you will claim',
  'The given',
  'Your task',
  'Check it',
  'Think further',
  'Sources',
].map((title) => ({ title }))

/** The same headings, in the same order, in the Vietnamese page of a lesson. */
const vietnameseLessonHeadings: readonly Heading[] = [
  { title: 'Cái gì hỏng' },
  { title: 'Câu hỏi' },
  { title: 'Chạy thử' },
  { title: 'Ý tưởng' },
  { title: 'Đặt cạnh nhau', isOptional: true },
  { title: 'Chỗ khác nhau giữa các phiên bản' },
  { title: 'Những điều hay hiểu sai' },
  { title: 'Nguồn' },
]

/** Kinds of README by part. A part that is not here has no fixed headings yet. */
const headingsOf: Readonly<Partial<Record<PartId, readonly Heading[]>>> = {
  study: lessonHeadings,
  design: designHeadings,
  mq: exerciseHeadings,
  failure: exerciseHeadings,
  consistency: exerciseHeadings,
}

export function readmeProblems(course: Course, task: Task): Problem[] {
  const page = pageProblems(course, task, 'README.md', headingsOf[task.part])
  // Of a task that is written, the Vietnamese page is free in its headings.
  return isLesson(task)
    ? [...page, ...pageProblems(course, task, 'README.vi.md', vietnameseLessonHeadings)]
    : page
}

function pageProblems(
  course: Course,
  task: Task,
  name: string,
  headings: readonly Heading[] | undefined,
): Problem[] {
  const file = `${task.folder}/${name}`
  const path = join(root, file)
  if (!existsSync(path)) return [{ task: task.id, said: verifyTexts.missing(file) }]
  const markdown = readFileSync(path, 'utf8')
  return [
    ...headingProblem(markdown, headings).map((said) => said(file)),
    ...linkProblems(markdown, dirname(path)).map((link) => verifyTexts.brokenLink(file, link)),
    ...commandProblems(course, markdown).map(({ line, why }) => verifyTexts.brokenCommand(file, line, why)),
  ].map((said) => ({ task: task.id, said }))
}

/** The headings in their order, none missing, none added. */
function headingProblem(markdown: string, wanted: readonly Heading[] | undefined) {
  if (wanted === undefined) return []
  const found = parseSections(markdown).map(({ title }) => title)
  const expected = wanted
    .filter(({ title, isOptional }) => isOptional !== true || found.includes(title))
    .map(({ title }) => title)
  const at = expected.findIndex((title, index) => found[index] !== title)
  if (at >= 0) return [(file: string) => verifyTexts.heading(file, expected[at] ?? '', found[at])]
  const extra = found[expected.length]
  return extra === undefined ? [] : [(file: string) => verifyTexts.extraHeading(file, extra)]
}

/** Relative links whose file is not there, or whose heading is not in it. */
export function linkProblems(markdown: string, folder: string): string[] {
  const prose = markdown.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '').replaceAll(/`[^`\n]*`/g, '')
  const links = [...prose.matchAll(/\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].flatMap(
    ([, link]) => link ?? [],
  )
  return links.filter((link) => !/^[a-z][a-z+.-]*:/i.test(link) && !resolves(link, markdown, folder))
}

function resolves(link: string, markdown: string, folder: string): boolean {
  const [path = '', fragment] = link.split('#')
  const target = join(folder, decodeURIComponent(path))
  if (path !== '' && !existsSync(target)) return false
  if (fragment === undefined || (path !== '' && !target.endsWith('.md'))) return true
  return slugs(path === '' ? markdown : readFileSync(target, 'utf8')).has(fragment)
}

/** The fragments that GitHub makes of headings. */
function slugs(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#{1,6}\s+(.+)$/gm)].flatMap(([, heading]) => heading ?? [])
  return new Set(
    headings.map((heading) =>
      heading
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  )
}

interface CommandProblem {
  readonly line: string
  readonly why: 'unknown' | 'words' | 'id'
}

/** Every `npm run …` that a page shows, in code of any kind, must be typed as the command line takes it. */
export function commandProblems(course: Course, markdown: string): CommandProblem[] {
  return shownCommands(markdown).flatMap((line): CommandProblem[] => {
    const [name = '', ...words] = line.replace(/^npm run /, '').split(/\s+/)
    const why = refusal(
      course,
      name.replace(/:(?:whole|soak|real)$/, ''),
      words.filter((word) => word !== '--'),
    )
    return why === undefined ? [] : [{ line, why }]
  })
}

function refusal(course: Course, name: string, words: readonly string[]): CommandProblem['why'] | undefined {
  const row = findCommand(name)
  if (row === undefined) return 'unknown'
  try {
    const { target } = parseOptions(row, words)
    return target !== undefined && lookupIn(course.tasks).selectTarget(target).kind === 'unknown'
      ? 'id'
      : undefined
  } catch (error) {
    if (error instanceof UsageError) return 'words'
    throw error
  }
}

/** A remark stands two spaces or a `#` behind a command. A command with a `<placeholder>` shows a form, not itself. */
export function shownCommands(markdown: string): string[] {
  const found: string[] = []
  let isFenced = false
  for (const line of markdown.split(/\r?\n/)) {
    if (/^\s*(?:```|~~~)/.test(line)) {
      isFenced = !isFenced
      continue
    }
    const isCode = isFenced || /^(?: {4}|\t)/.test(line)
    const pieces = isCode
      ? [line.trim().replace(/^\$ /, '')]
      : [...line.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code ?? [])
    for (const piece of pieces) {
      const [command = ''] = piece.split(/ {2,}| #|\s*(?:&&|\|\||[|;])\s*/)
      if (/^npm run \S/.test(command) && !/[<…]/.test(command)) found.push(command.trim())
    }
  }
  return found
}
