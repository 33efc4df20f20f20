/** What lessons ask, read as all content is: by a process that loads it and prints it as data. */
import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { type Lesson, lessonsSchema } from '#lab/study/lesson'
import type { Item, Task } from '../registry/registry.ts'
import { programRoot, root, workbookPath } from '../root.ts'
import { readJsonFile, writeJsonFile } from '../state/json-file.ts'

export type { Lesson } from '#lab/study/lesson'

/** A question of a lesson, with the hash of what it asks. */
export type Asked = Lesson['questions'][number]

/** A lesson is read and answered; the other tasks are code that is written. */
export function isLesson(task: Pick<Task, 'part'>): boolean {
  return task.part === 'study'
}

/** Whether there is something to predict and to play besides the learner's own code. */
export function hasExperiments(task: Pick<Task, 'part' | 'folder'>): boolean {
  return isLesson(task) || existsSync(join(root, task.folder, 'experiments'))
}

/** Whether a question proves the item. */
export function isAsked(item: Item): boolean {
  return item.evidence.includes('question')
}

/** Reads the lessons of some tasks, in their order. @throws Error when they can't be told */
export function readLessons(tasks: readonly Pick<Task, 'folder'>[]): Lesson[] {
  return tellLessons(tasks.map(({ folder }) => folder))
}

/** Reads one lesson. */
export function readLesson(task: Pick<Task, 'folder'>): Lesson {
  const [lesson] = readLessons([task])
  if (lesson === undefined) throw new Error(`${task.folder} holds no lesson`)
  return lesson
}

/** Reads lessons as `readLessons` does, without holding up whoever else is waited for. @throws Error when they can't be told */
export async function readLessonsSoon(tasks: readonly Pick<Task, 'folder'>[]): Promise<Lesson[]> {
  const folders = tasks.map(({ folder }) => folder)
  if (folders.length === 0) return []
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [teller, ...folders], tellOptions)
    return lessonsSchema.parse(JSON.parse(stdout))
  } catch (error) {
    const { stderr } = error as { stderr?: unknown }
    throw typeof stderr === 'string' ? notTold(folders, stderr, 'failed') : error
  }
}

const teller = join(programRoot, 'lab', 'study', 'tell.ts')
const tellOptions = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const

function tellLessons(folders: readonly string[]): Lesson[] {
  if (folders.length === 0) return []
  const { status, stdout, stderr } = spawnSync(process.execPath, [teller, ...folders], tellOptions)
  if (status !== 0) throw notTold(folders, stderr, `ended with ${status}`)
  return lessonsSchema.parse(JSON.parse(stdout))
}

function notTold(folders: readonly string[], stderr: string, otherwise: string): Error {
  const [reason = otherwise] = stderr.split('\n').filter((line) => /Error|Cannot/.test(line))
  return new Error(`the questions of ${folders.join(', ')} can't be read: ${reason}`)
}

/** The file that a proof by questions rests on, with the item whose questions they were. */
export function questionsKey(task: Pick<Task, 'folder'>, item: string): string {
  return `${task.folder}/questions.ts#${item}`
}

/** What an item's questions are, as one hash: it changes when one is changed, added or dropped. */
export function hashOfItem({ questions }: Pick<Lesson, 'questions'>, item: string): string {
  const hashes = questions.filter(({ question }) => question.item === item).map(({ hash }) => hash)
  return createHash('sha256').update(hashes.toSorted().join()).digest('hex')
}

const cacheSchema = z.object({
  /** By folder: the hash of questions.ts, and those of its items. */
  lessons: z
    .record(z.string(), z.strictObject({ file: z.string(), items: z.record(z.string(), z.string()) }))
    .default({}),
})

/**
 * The hashes of items' questions as they are now, for keys such as `…/questions.ts#study-01.5`. Lessons are loaded only
 * when their file has changed since the last time: the report must not wait for a process.
 */
export function hashesOfQuestions(keys: readonly string[]): Map<string, { file: string; sha256: string }> {
  const found = new Map<string, { file: string; sha256: string }>()
  const byFile = Map.groupBy(keys, (key) => key.slice(0, key.indexOf('#')))
  const path = workbookPath('questions.json')
  const cache = readJsonFile(path, cacheSchema, new Date()).data
  const lessons = { ...cache.lessons }
  for (const [file, those] of byFile) {
    const bytes = readOrNothing(join(root, file))
    if (bytes === undefined) continue
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const folder = file.slice(0, -'/questions.ts'.length)
    if (lessons[folder]?.file !== sha256) lessons[folder] = { file: sha256, items: itemHashes(folder) }
    for (const key of those) {
      const hash = lessons[folder]?.items[key.slice(file.length + 1)]
      if (hash !== undefined) found.set(key, { file, sha256: hash })
    }
  }
  if (JSON.stringify(lessons) !== JSON.stringify(cache.lessons)) writeJsonFile(path, { lessons })
  return found
}

function itemHashes(folder: string): Record<string, string> {
  try {
    const lesson = readLesson({ folder })
    const items = new Set(lesson.questions.map(({ question }) => question.item))
    return Object.fromEntries([...items].map((item) => [item, hashOfItem(lesson, item)]))
  } catch {
    // Questions that can't be read prove nothing: what rests on them is stale until they can.
    return {}
  }
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
