/** REFLECTION.md as it lies on the disk, and the learner's own traces that are filled into it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readResults } from '#lab/measure/results'
import type { Language } from '#lab/verdict'
import { type Course, learnersPath } from '../course.ts'
import type { Task } from '../registry/registry.ts'
import { root } from '../root.ts'
import { solutionFolder } from '../runner/subject.ts'
import { readStudy } from '../state/study.ts'
import { readEvidence } from './evidence.ts'
import type { Fold } from './fold.ts'
import { calibrate, confidence } from './ratings.ts'
import { type Fills, fillReflection, fillsFrom, type Traces } from './reflection.ts'
import { writeWhole } from './whole-file.ts'

const file = 'REFLECTION.md'

/** The task that asks for it; nothing in a course without one. */
export function reflectionTask({ tasks }: Course): Task | undefined {
  return tasks.find(({ id, state }) => id === confidence.task && state === 'ready')
}

/** Where the learner's page lies, absolute. */
export function reflectionPath(task: Task): string {
  return learnersPath(task, file)
}

/** The learner's page; where it is gone, a fresh one. */
export function readReflection(task: Task): string {
  const path = reflectionPath(task)
  return readFileSync(existsSync(path) ? path : solutionFolder(task, 'starter', file), 'utf8')
}

/** What the learner's runs have left, by the heading below which it belongs. */
export function fillsNow(course: Course, fold: Fold): Fills {
  return fillsFrom(tracesOf(course, fold))
}

/** Renews the filled lines of the page, and answers how many there are. @throws what the file system says */
export function refillReflection(task: Task, fills: Fills, lang: Language): number {
  const { page, filled } = fillReflection(readReflection(task), fills, lang)
  writeWhole(reflectionPath(task), page)
  return filled
}

function tracesOf(course: Course, fold: Fold): Traces {
  const { questions } = readStudy()
  const missed = Object.entries(questions)
    .filter(([, { wrong }]) => wrong > 0)
    .map(([key, { wrong }]) => ({ key, wrong }))
    .toSorted((a, b) => b.wrong - a.wrong)
  const [own] = calibrate(fold, [confidence])
  return { fold, evidence: readEvidence(root), missed, figures: figuresOf(course), confidence: own }
}

/** The learner's own figures, those of the failure part first. */
function figuresOf(course: Course): Traces['figures'] {
  const folder = join(root, 'results')
  if (!existsSync(folder)) return []
  const known = new Set(course.tasks.map(({ id }) => id))
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && known.has(name.slice(0, -'.json'.length)))
    .sort((a, b) => Number(b.startsWith('failure')) - Number(a.startsWith('failure')) || a.localeCompare(b))
    .flatMap((name) => {
      try {
        const results = readResults(join(folder, name))
        return (results?.figures ?? []).slice(0, 1).map((figure) => ({ task: results?.task ?? '', figure }))
      } catch {
        // A file that can't be read has no figure to quote; `measure` says what is wrong with it.
        return []
      }
    })
}
