/** Watching one exercise: check at every save, redraw in place, listen to single keys. */

import type { Language } from '#lab/verdict'
import type { Course } from '../course.ts'
import { learnersPath, taskFolder } from '../course.ts'
import { hintLines, openedHints, openHints } from '../hints.ts'
import { inLanguage } from '../language.ts'
import { pagePath, readSections } from '../lesson.ts'
import { nextTask, readTotals, recordJudgements, type Totals } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import { interrupt } from '../runner/interrupt.ts'
import type { Judge, Judgement } from '../runner/judge.ts'
import { exerciseLines } from '../screens/exercise-screen.ts'
import { readStudy, type StudyState } from '../state/study.ts'
import { hasExperiments, isLesson, type Lesson, readLesson } from '../study/lessons.ts'
import { paint } from '../terminal.ts'
import { exerciseTexts } from '../texts/exercise.ts'
import { studyTexts } from '../texts/study.ts'
import { type WatchMode, watchFolder } from './changes.ts'
import { type Console, keyLine } from './console.ts'

/** How the learner left the screen. */
export type Leaving =
  | { readonly kind: 'quit' }
  | { readonly kind: 'live' }
  | { readonly kind: 'experiment'; readonly name: string }
  | { readonly kind: 'quiz' }
  | { readonly kind: 'next'; readonly task: Task }

export interface SessionOptions {
  readonly lang: Language
  readonly course: Course
  readonly task: Task
  readonly judge: Pick<Judge, 'judge' | 'forkAhead'>
  readonly console: Console
  readonly watchMode: WatchMode
}

/** Runs until a key leaves it. The console and the judge stay open; they belong to the caller. */
export async function watchExercise(options: SessionOptions): Promise<Leaving> {
  const session = new Session(options)
  return await session.run()
}

class Session {
  readonly #options: SessionOptions
  #judgement: Judgement | undefined
  #totals: Totals
  #next: Task | undefined
  /** Of a lesson: what it asks, and what was answered so far. */
  #lesson: { readonly asks: Lesson; readonly state: StudyState } | undefined
  #isRecorded = true
  #showsAll = false
  /** What a key opened below the verdict; the next verdict closes it. */
  #below: readonly string[] = []
  #isChecking = false
  #isDirty = false
  #leave: (leaving: Leaving) => void = () => {}
  #fail: (error: unknown) => void = () => {}

  constructor(options: SessionOptions) {
    this.#options = options
    this.#totals = { items: 0, verified: 0 }
  }

  async run(): Promise<Leaving> {
    const { task, course, console, watchMode } = this.#options
    this.#totals = readTotals(course)
    this.#next = nextTask(course, new Set([task.id]))
    if (isLesson(task)) this.#lesson = { asks: readLesson(task), state: readStudy() }
    const left = new Promise<Leaving>((resolve, reject) => {
      this.#leave = resolve
      this.#fail = reject
    })
    const stopWatching = watchFolder(
      taskFolder(task),
      watchMode,
      () => this.#check(),
      task.atTop === true ? task.files.map((file) => learnersPath(task, file)) : [],
    )
    const redraw = () => this.#draw()
    process.stdout.on('resize', redraw)
    console.onKey((key) => this.#press(key))
    this.#draw()
    this.#check()
    try {
      return await left
    } finally {
      stopWatching()
      process.stdout.off('resize', redraw)
    }
  }

  /** A save during a check is checked right after it, once. */
  #check(): void {
    if (this.#isChecking) this.#isDirty = true
    else this.#judgeNow().catch((error: unknown) => this.#fail(error))
  }

  async #judgeNow(): Promise<void> {
    const { judge, task, course } = this.#options
    this.#isChecking = true
    do {
      this.#isDirty = false
      this.#foot()
      const [judgement] = await judge.judge({
        tasks: [task],
        subject: { kind: 'learner' },
        withoutExperiments: hasExperiments(task),
      })
      if (judgement === undefined) return
      this.#judgement = judgement
      this.#below = []
      this.#isChecking = this.#isDirty
      this.#draw()
      // Bookkeeping comes after the verdict is on the screen.
      const wasRecorded = this.#isRecorded
      const before = this.#totals.verified
      this.#isRecorded = recordJudgements([judgement])
      this.#totals = readTotals(course)
      if (this.#totals.verified !== before || this.#isRecorded !== wasRecorded) this.#draw()
    } while (this.#isDirty)
    this.#isChecking = false
    // Nobody waits for anything now: the process of the next save's checks loads.
    judge.forkAhead()
  }

  #press(key: string): void {
    const { task, lang } = this.#options
    if (key === 'ctrl-c') void interrupt()
    else if (key === 'q') this.#leave({ kind: 'quit' })
    else if (this.#lesson !== undefined && this.#pressInLesson(this.#lesson.asks, key)) return
    else if (key === 'l') this.#leave({ kind: 'live' })
    else if (key === 'n' && this.#next !== undefined) this.#leave({ kind: 'next', task: this.#next })
    else if (key === 'return') this.#check()
    else if (key === 'a') {
      this.#showsAll = !this.#showsAll
      this.#draw()
    } else if (key === 'h' && this.#hasMoreHints()) {
      const opened = openHints(task, lang, 'one')
      this.#show(hintLines(opened, opened.opened - 1, lang))
    } else if (key === 'd') this.#show(this.#docs())
  }

  /** A number opens an experiment, `z` the questions. Answers whether the key meant one of them. */
  #pressInLesson({ experiments, questions }: Lesson, key: string): boolean {
    const untried = experiments.find(
      ({ name }) => this.#lesson?.state.experiments[`${this.#options.task.id}/${name}`] === undefined,
    )
    const experiment = key === 'l' ? (untried ?? experiments[0]) : experiments[Number(key) - 1]
    if (experiment !== undefined) this.#leave({ kind: 'experiment', name: experiment.name })
    else if (key === 'z' && questions.length > 0) this.#leave({ kind: 'quiz' })
    return experiment !== undefined || key === 'z' || key === 'l'
  }

  #show(lines: readonly string[]): void {
    this.#below = lines
    this.#draw()
  }

  /** The task in the README's words, and where the rest stands. */
  #docs(): string[] {
    const { task, lang } = this.#options
    const sections = readSections(task, 'README', lang)
    const section = sections.find(({ title }) => title === 'Your task') ?? sections[0]
    const path = paint('gray', pagePath(task, 'README', lang) ?? task.folder)
    if (section === undefined) return [path]
    return [
      `${paint('bold', section.title)}  ${path}`,
      ...section.body.split('\n').map((line) => (line === '' ? '' : `  ${line}`)),
    ]
  }

  #hasMoreHints(): boolean {
    const { hints, opened } = openedHints(this.#options.task, this.#options.lang)
    return opened < hints.length
  }

  #draw(): void {
    const { console, task, lang } = this.#options
    const lines = exerciseLines({
      task,
      lang,
      totals: this.#totals,
      showsAll: this.#showsAll,
      isRecorded: this.#isRecorded,
      isWatched: true,
      ...(this.#judgement === undefined ? {} : { judgement: this.#judgement }),
      ...(this.#next === undefined ? {} : { next: this.#next }),
      ...(this.#lesson === undefined ? {} : { lesson: this.#lesson }),
    })
    console.draw([...lines, ...(this.#below.length > 0 ? ['', ...this.#below] : []), ''])
    this.#foot()
  }

  #foot(): void {
    const { console, lang } = this.#options
    const { hint, live, all, first, docs, next, quit } = exerciseTexts.keys
    const keys: [string, { en: string; vi: string }][] = []
    if (this.#hasMoreHints()) keys.push(['h', hint])
    if (this.#lesson === undefined) keys.push(['l', live])
    else
      keys.push([experimentKeys(this.#lesson.asks), studyTexts.keys.experiment], ['z', studyTexts.keys.quiz])
    keys.push(['a', this.#showsAll ? first : all], ['d', docs])
    if (this.#next !== undefined) keys.push(['n', next])
    keys.push(['q', quit])
    const line = keyLine(
      keys.map(([key, word]) => [key, inLanguage(word, lang)]),
      (key) => paint('bold', key),
    )
    console.foot(this.#isChecking ? `${line}   ${paint('gray', '…')}` : line)
  }
}

/** `1-3`, or `1` alone. */
function experimentKeys({ experiments }: Lesson): string {
  return experiments.length < 2 ? '1' : `1-${experiments.length}`
}
