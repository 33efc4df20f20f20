/** Where to put the cursor first. */
import { basename } from 'node:path'
import { readFacts } from '../lesson.ts'
import type { Task } from '../registry/registry.ts'
import { shownPath } from '../root.ts'
import type { Judgement } from '../runner/judge.ts'
import { openItems } from './verdict-screen.ts'

/** The place the first breach names, else the first TODO, else the file to work on. */
export function placeToEdit(judgement: Judgement, task: Task, isShort: boolean): string {
  const [problem] = judgement.typeProblems
  const [first] = openItems(judgement)
  const named = first?.outcome === 'failed' ? first.breach.places[0] : undefined
  const facts = readFacts(task)
  const withTodo = facts.find(({ todos }) => todos.length > 0) ?? facts[0]
  const file =
    (problem === undefined ? undefined : shownPath(problem.file)) ??
    named?.file ??
    withTodo?.path ??
    task.folder
  const line = problem?.line ?? (named === undefined ? withTodo?.todos[0] : named.line)
  const shown = isShort ? basename(file) : file
  return line === undefined ? shown : `${shown}:${line}`
}
