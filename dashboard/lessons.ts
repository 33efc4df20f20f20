/** What lessons ask, read once for each state of their files, by a process that nobody waits for but who asked. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { taskFolder } from '#workbook/course'
import type { Task } from '#workbook/registry'
import { isAsked, type Lesson, readLessonsSoon } from '#workbook/study/lessons'

const read = new Map<string, { readonly stamp: string; readonly lesson: Promise<Lesson> }>()

export async function lessonOf(task: Task): Promise<Lesson> {
  const [lesson] = await lessonsOf([task])
  if (lesson === undefined) throw new Error(`${task.folder} holds no lesson`)
  return lesson
}

/** In their order; those that are not known yet are read by one process. */
export async function lessonsOf(tasks: readonly Task[]): Promise<Lesson[]> {
  const unknown = tasks.filter((task) => read.get(task.id)?.stamp !== stampOf(task))
  if (unknown.length > 0) {
    const reading = readLessonsSoon(unknown)
    for (const [index, task] of unknown.entries()) {
      const lesson = reading.then((lessons) => {
        const found = lessons[index]
        if (found === undefined) throw new Error(`${task.folder} holds no lesson`)
        return found
      })
      // Whoever asked hears of it; what could not be read is tried again.
      lesson.catch(() => read.delete(task.id))
      read.set(task.id, { stamp: stampOf(task), lesson })
    }
  }
  return await Promise.all(
    tasks.map((task) => read.get(task.id)?.lesson ?? Promise.reject(new Error(task.id))),
  )
}

/** Reads them all ahead, so that the first page of a lesson need not wait. What can't be read is told to whoever asks for it. */
export function warmLessons(tasks: readonly Task[]): void {
  const lessons = tasks.filter((task) => task.state === 'ready' && task.items.some(isAsked))
  void lessonsOf(lessons).catch(() => {})
}

function stampOf(task: Task): string {
  return ['questions.ts', 'experiments']
    .map((name) => statSync(join(taskFolder(task), name), { throwIfNoEntry: false })?.mtimeMs ?? 0)
    .join()
}
