/** The questions of a lesson, asked and kept: each answer is stored at once, so that nothing is lost at any moment. */

import { makeRandom } from '#lab/random'
import { type Answer, type Worth, worthOf } from '#lab/study/question'
import type { Language } from '#lab/verdict'
import { recordAnswer } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import { readStudy, type StudyState, writeStudy } from '../state/study.ts'
import { idsOf, type Shown } from './answers.ts'
import { type Asked, hashOfItem, type Lesson, questionsKey } from './lessons.ts'
import { afterAnswer, type Due, isKnown, shuffled, sitting } from './repetition.ts'

/** A lesson with its task, as the quiz goes through it. */
export interface Read {
  readonly task: Task
  readonly lesson: Lesson
}

/** What an answer came to. */
export interface Answered extends Worth {
  /** Right answers that the question still owes. */
  readonly owed: number
  /** Whether the item is proven now; nothing when the answer did not settle that. */
  readonly item: 'proven' | 'lost' | undefined
  readonly isKept: boolean
}

export class Quiz {
  readonly lang: Language
  private readonly lessons: readonly Read[]
  private readonly random: () => number
  private state: StudyState = readStudy()

  constructor(options: {
    lang: Language
    lessons: readonly Read[]
    seed: number
    /** Asks the questions of this item alone. */
    only?: string | undefined
  }) {
    const { lessons, only } = options
    this.lang = options.lang
    this.random = makeRandom(options.seed).next
    this.lessons = lessons.map(({ task, lesson }) => ({
      task,
      lesson: {
        ...lesson,
        questions: lesson.questions.filter(({ question }) => only === undefined || question.item === only),
      },
    }))
    this.whole = lessons
  }

  /** The lessons with all their questions: an item is proven by all of its own. */
  private readonly whole: readonly Read[]

  /** The questions to ask now, each by its key. @param everything asks what is known too */
  due(now: Date, everything = false): Due[] {
    const all = this.lessons.flatMap(({ task, lesson }) =>
      lesson.questions.map(({ question, hash }) => ({ key: keyOf(task, question.id), hash })),
    )
    return everything ? shuffled(all, this.random) : sitting(all, this.state.questions, now, this.random)
  }

  /** How many questions there are, and how many of them count as answered right. */
  get sums(): { readonly known: number; readonly of: number } {
    return sumsOf(this.lessons, this.state)
  }

  /** When the next question comes again; nothing when none was answered. */
  get nextDue(): string | undefined {
    const keys = this.lessons.flatMap(({ task, lesson }) =>
      lesson.questions.map(({ question }) => keyOf(task, question.id)),
    )
    return keys.flatMap((key) => this.state.questions[key]?.due ?? []).sort()[0]
  }

  find(key: string): { readonly task: Task; readonly asked: Asked } | undefined {
    for (const { task, lesson } of this.lessons) {
      const asked = lesson.questions.find(({ question }) => keyOf(task, question.id) === key)
      if (asked !== undefined) return { task, asked }
    }
    return undefined
  }

  /** A question as it is put on the screen: its answers in an order of this time. */
  show({ question }: Asked): Shown {
    return { question, ids: shuffled(idsOf(question), this.random) }
  }

  /** Whether it was missed before and comes back for that. */
  isOwed(key: string): boolean {
    const card = this.state.questions[key]
    return card !== undefined && card.wrong > 0 && card.owed > 0
  }

  /** Judges an answer and keeps it, with what it proves. */
  answer(key: string, answer: Answer, now: Date): Answered | undefined {
    const found = this.find(key)
    if (found === undefined) return undefined
    const { asked, task } = found
    const worth = worthOf(asked.question, answer)
    // Another window may have answered meanwhile.
    const state = readStudy()
    const before = this.isItemKnown(task, asked.question.item, state)
    const card = afterAnswer(state.questions[key], asked.hash, worth.isRight, now)
    const { waiting: _, ...rest } = state
    this.state = { ...rest, questions: { ...state.questions, [key]: card } }
    const isStateKept = writeStudy(this.state)
    const after = this.isItemKnown(task, asked.question.item, this.state)
    const isKept = isStateKept && this.record(task, asked.question.item, { before, after, worth, now })
    const item = after ? 'proven' : before ? 'lost' : undefined
    return { ...worth, owed: card.owed, item, isKept }
  }

  /** Remembers a question that was printed, so that `answer=` is about that one. */
  wait(task: Task, { question, ids }: Shown): boolean {
    this.state = { ...readStudy(), waiting: { task: task.id, question: question.id, shown: [...ids] } }
    return writeStudy(this.state)
  }

  /** The question that was printed last, if it is one of these. */
  get waiting(): { readonly key: string; readonly shown: Shown } | undefined {
    const { waiting } = this.state
    const found = waiting === undefined ? undefined : this.find(`${waiting.task}/${waiting.question}`)
    if (waiting === undefined || found === undefined) return undefined
    const { question } = found.asked
    const isSame = idsOf(question).toSorted().join() === waiting.shown.toSorted().join()
    return isSame
      ? { key: keyOf(found.task, question.id), shown: { question, ids: waiting.shown } }
      : undefined
  }

  private record(
    task: Task,
    item: string,
    { before, after, worth, now }: { before: boolean; after: boolean; worth: Worth; now: Date },
  ): boolean {
    // A right answer to one of two questions settles nothing yet.
    if (worth.isRight && !after) return true
    if (!worth.isRight && !before) return true
    const lesson = this.whole.find((each) => each.task === task)?.lesson
    if (lesson === undefined) return true
    const subjects = { [questionsKey(task, item)]: hashOfItem(lesson, item) }
    return recordAnswer({ task, item, when: now, subjects, ...worth })
  }

  private isItemKnown(task: Task, item: string, state: StudyState): boolean {
    const lesson = this.whole.find((each) => each.task === task)?.lesson
    const questions = lesson?.questions.filter(({ question }) => question.item === item) ?? []
    return (
      questions.length > 0 &&
      questions.every(({ question, hash }) => isKnown(state.questions[keyOf(task, question.id)], hash))
    )
  }
}

/** How many questions of some lessons count as answered right. */
export function sumsOf(lessons: readonly Read[], state: StudyState): { known: number; of: number } {
  const all = lessons.flatMap(({ task, lesson }) =>
    lesson.questions.map(({ question, hash }) => isKnown(state.questions[keyOf(task, question.id)], hash)),
  )
  return { known: all.filter(Boolean).length, of: all.length }
}

function keyOf(task: Task, id: string): string {
  return `${task.id}/${id}`
}
