/**
 * The code that is judged: where it lies, how it is loaded, and how its errors are told apart from the lab's own.
 * `MQ_SUBJECT` names the root of another subject than the learner's; child processes inherit it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { text } from '../verdict/language.ts'
import type { Place } from '../verdict/verdict.ts'
import { messageOf, PromiseBroken } from './failure.ts'
import type { Spot } from './promise.ts'

/** The repository's root. `MQ_ROOT` moves it, for tests over a course of their own. */
export const repositoryRoot = process.env.MQ_ROOT ?? resolve(fileURLToPath(new URL('../..', import.meta.url)))

/** A function or method of the subject, called from outside. */
type Call = (...args: never[]) => unknown

export class SubjectUnderTest {
  /** The task's folder, relative to the repository: `exercises/3-mq/01-rabbitmq-setup`. */
  readonly taskFolder: string
  /** The folder whose code is judged, absolute. */
  readonly folder: string

  constructor(taskFolder: string) {
    this.taskFolder = isAbsolute(taskFolder) ? relative(repositoryRoot, taskFolder) : taskFolder
    const root = process.env.MQ_SUBJECT
    this.folder =
      root === undefined || root === ''
        ? join(repositoryRoot, this.taskFolder)
        : join(resolve(repositoryRoot, root), subjectPath(this.taskFolder))
  }

  /** The path of one of the subject's files, absolute. */
  path(file: string): string {
    return join(this.folder, file)
  }

  /** The path of one of the subject's files as a reader knows it: relative to the repository. */
  shown(file: string): string {
    return relative(repositoryRoot, this.path(file)).split(sep).join('/')
  }

  /**
   * Loads a file as Node does and hands out its exports, each wrapped so that what it throws counts as the
   * subject's. A missing file or export is a broken promise, not an error of the check.
   */
  async load<Module extends object>(file: string, exports: readonly (keyof Module & string)[]): Promise<Module> {
    if (!existsSync(this.path(file))) {
      throw new PromiseBroken({
        said: text(`${this.shown(file)} is missing`, `thiếu file ${this.shown(file)}`),
        places: [{ file: this.shown(file) }],
      })
    }
    let loaded: Record<string, unknown>
    try {
      loaded = (await import(pathToFileURL(this.path(file)).href)) as Record<string, unknown>
    } catch (error) {
      throw this.brokenBy(error, { file, doing: text(`loading ${basename(file)}`, `khi nạp ${basename(file)}`) })
    }
    const missing = exports.filter((name) => typeof loaded[name] !== 'function')
    if (missing.length > 0) {
      const names = missing.map((name) => `${name}()`).join(', ')
      throw new PromiseBroken({
        said: text(`${basename(file)} does not export ${names}`, `${basename(file)} chưa export ${names}`),
        places: [{ file: this.shown(file) }],
      })
    }
    const entries = exports.map((name) => [name, this.guardCall(loaded[name] as Call, { file, name })] as const)
    return Object.fromEntries(entries) as Module
  }

  /** Wraps the methods of an object that the subject answered, as `load` does with its exports. */
  guard<Service extends object>(service: Service, methods: readonly (keyof Service & string)[], file: string): Service {
    const given: unknown = service
    if (typeof given !== 'object' || given === null) {
      throw new PromiseBroken({
        said: text(`${basename(file)} answers ${String(given)} instead of an object with ${methods.join(', ')}`, `${basename(file)} trả về ${String(given)} thay vì một object có ${methods.join(', ')}`),
        places: [{ file: this.shown(file) }],
      })
    }
    const entries = methods.map((name) => {
      const method = service[name]
      if (typeof method !== 'function') {
        throw new PromiseBroken({
          said: text(`what ${basename(file)} answers has no ${name}()`, `object mà ${basename(file)} trả về chưa có ${name}()`),
          places: [{ file: this.shown(file) }],
        })
      }
      return [name, this.guardCall(method.bind(service) as Call, { file, name })] as const
    })
    return Object.fromEntries(entries) as Service
  }

  /** Turns an error that came out of the subject into the sentence a learner can act on. */
  brokenBy(error: unknown, at: { file: string; doing: { en: string; vi: string } }): PromiseBroken {
    if (error instanceof PromiseBroken) return error
    const place = this.placeIn(error) ?? this.firstTodo(at.file) ?? { file: this.shown(at.file) }
    const what = messageOf(error)
    const todo = /^TODO\b:?\s*(.*)$/i.exec(what)
    const said = todo
      ? text(`${at.doing.en} is still a TODO: ${todo[1] ?? ''}`, `${at.doing.vi} vẫn còn là TODO: ${todo[1] ?? ''}`)
      : text(`${at.doing.en} threw: ${what}`, `${at.doing.vi} ném lỗi: ${what}`)
    const broken = new PromiseBroken({ said, places: [place] })
    broken.cause = error
    return broken
  }

  /** Whether an error's stack passes through the subject's own files. */
  owns(error: unknown): boolean {
    return this.placeIn(error) !== undefined
  }

  /** The first line of the subject's own code on an error's stack. */
  placeIn(error: unknown): Place | undefined {
    const stack = error instanceof Error ? (error.stack ?? '') : ''
    for (const line of stack.split('\n')) {
      const match = /(?:file:\/\/)?([^\s()]+?):(\d+)(?::\d+)?\)?$/.exec(line.trim())
      if (!match?.[1] || !match[2]) continue
      const path = match[1].startsWith('//') ? match[1].slice(1) : match[1]
      const file = relative(this.folder, decodeURIComponent(path))
      if (file !== '' && !file.startsWith('..') && !isAbsolute(file)) return { file: this.shown(file), line: Number(match[2]) }
    }
    return undefined
  }

  /** Finds the line a spot means. Pointing only: nothing is judged by how the code is written. */
  find(spot: Spot): Place {
    const file = this.shown(spot.file)
    const lines = this.linesOf(spot.file)
    for (const needle of spot.near ?? []) {
      const index = lines.findIndex((line) => line.includes(needle) && !/^\s*(?:\/\/|\*|\/\*|import\b)/.test(line))
      if (index >= 0) return { file, line: index + 1 }
    }
    return this.firstTodo(spot.file) ?? { file }
  }

  private firstTodo(file: string): Place | undefined {
    const index = this.linesOf(file).findIndex((line) => /\/\/\s*TODO\b/.test(line))
    return index < 0 ? undefined : { file: this.shown(file), line: index + 1 }
  }

  private linesOf(file: string): string[] {
    return existsSync(this.path(file)) ? readFileSync(this.path(file), 'utf8').split('\n') : []
  }

  private guardCall(call: Call, at: { file: string; name: string }): Call {
    const where = `${at.name}() in ${basename(at.file)}`
    const doing = text(where, `${at.name}() trong ${basename(at.file)}`)
    const fail = (error: unknown): never => {
      throw this.brokenBy(error, { file: at.file, doing })
    }
    return (...args) => {
      try {
        const answer = call(...args)
        return answer instanceof Promise ? answer.catch(fail) : answer
      } catch (error) {
        return fail(error)
      }
    }
  }
}

/** A task's folder below the root of any subject but the learner's. */
export function subjectPath(taskFolder: string): string {
  return taskFolder.split(sep).join('/').replace(/^exercises\//, '')
}
