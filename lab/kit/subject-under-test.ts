/**
 * The code that is judged: where it lies, how it is loaded, and how its errors are told apart from the lab's own.
 * `MQ_SUBJECT` names the root of another subject than the learner's; child processes inherit it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { text } from '../verdict/language.ts'
import type { Place, Text } from '../verdict/verdict.ts'
import { messageOf, PromiseBroken } from './failure.ts'
import type { Spot } from './promise.ts'

/** The repository's root. `MQ_ROOT` moves it, for tests over a course of their own. */
export const repositoryRoot = resolve(process.env.MQ_ROOT || fileURLToPath(new URL('../..', import.meta.url)))

/**
 * Paths, relative to the subject's folder, that are none of the subject's own: outside of it, or ours among the files
 * of a task's folder. An error that comes out of those is a defect of the check.
 */
export const notTheSubjects =
  /^$|^\.\.(?:[/\\]|$)|^(?:run|promises|explore|measure|notes\.rules|questions|rubric)\.ts$|^(?:experiments|attacks|scenarios)[/\\]|^[^/\\]*\.test\.ts$/

/** A function or method of the subject, called from outside. */
type Call = (...args: never[]) => unknown

export class SubjectUnderTest {
  /** The task's folder, relative to the repository and with slashes: `exercises/3-mq/01-rabbitmq-setup`. */
  readonly taskFolder: string
  /** The folder whose code is judged, absolute. */
  readonly folder: string

  /**
   * @param options `atTop`: the learner's files stand at the repository's top, all others in their folders; `folder`: where the code
   * lies, absolute, when it is neither
   */
  constructor(
    taskFolder: string,
    options: { readonly atTop?: boolean; readonly folder?: string | undefined } = {},
  ) {
    const folder = isAbsolute(taskFolder) ? relative(repositoryRoot, taskFolder) : taskFolder
    this.taskFolder = folder.split(sep).join('/')
    const root = process.env.MQ_SUBJECT
    this.folder =
      options.folder ??
      (root === undefined || root === ''
        ? join(repositoryRoot, options.atTop === true ? '' : this.taskFolder)
        : join(resolve(repositoryRoot, root), subjectPath(this.taskFolder)))
  }

  /**
   * The same person's code of another task, for a task that looks back. A learner's lies in that task's folder. A subject of ours may
   * bring it along below its own folder (`designs/05-queue-topology/…`), when it belongs to the mistake; else it is the reference's.
   */
  other(taskFolder: string): SubjectUnderTest {
    if ((process.env.MQ_SUBJECT ?? '') === '') return new SubjectUnderTest(taskFolder)
    const broughtAlong = join(this.folder, subjectPath(taskFolder))
    const folder = existsSync(broughtAlong)
      ? broughtAlong
      : join(repositoryRoot, 'solutions', subjectPath(taskFolder))
    return new SubjectUnderTest(taskFolder, { folder })
  }

  /** A file of another task's subject as this one's `find` takes it. */
  spotOf(other: SubjectUnderTest, file: string): string {
    return relative(this.folder, other.path(file))
  }

  /** The path of one of the subject's files, absolute. What experiments of a lesson or attacks on a design start is ours, whoever is judged. */
  path(file: string): string {
    return join(
      /^(?:experiments|attacks)\//.test(file) ? join(repositoryRoot, this.taskFolder) : this.folder,
      file,
    )
  }

  /** The path of one of the subject's files as a reader knows it: relative to the repository. */
  shown(file: string): string {
    return relative(repositoryRoot, this.path(file)).split(sep).join('/')
  }

  /**
   * Loads a file as Node does and hands out its exports, each wrapped so that what it throws counts as the
   * subject's. A missing file or export is a broken promise, not an error of the check.
   */
  async load<Module extends object>(
    file: string,
    exports: readonly (keyof Module & string)[],
  ): Promise<Module> {
    const loaded = await this.import(file)
    const missing = exports.filter((name) => typeof loaded[name] !== 'function')
    if (missing.length > 0)
      throw this.notExported(
        file,
        missing.map((name) => `${name}()`),
      )
    const entries = exports.map(
      (name) => [name, this.guardCall(loaded[name] as Call, { file, name })] as const,
    )
    return Object.fromEntries(entries) as Module
  }

  /** Loads a file and hands out exports that are data. What they look like is the scenario's to judge. */
  async loadData<Module extends object>(
    file: string,
    exports: readonly (keyof Module & string)[],
  ): Promise<Module> {
    const loaded = await this.import(file)
    const missing = exports.filter((name) => loaded[name] === undefined)
    if (missing.length > 0) throw this.notExported(file, missing)
    return Object.fromEntries(exports.map((name) => [name, loaded[name]])) as Module
  }

  private async import(file: string): Promise<Record<string, unknown>> {
    if (!existsSync(this.path(file))) {
      throw new PromiseBroken({
        said: text(`${this.shown(file)} is missing`, `thiếu file ${this.shown(file)}`),
        places: [{ file: this.shown(file) }],
      })
    }
    try {
      return (await import(pathToFileURL(this.path(file)).href)) as Record<string, unknown>
    } catch (error) {
      throw this.unloadable(error, file)
    }
  }

  private notExported(file: string, missing: readonly string[]): PromiseBroken {
    const names = missing.join(', ')
    return new PromiseBroken({
      said: text(`${basename(file)} does not export ${names}`, `${basename(file)} chưa export ${names}`),
      places: [{ file: this.shown(file) }],
    })
  }

  /** Wraps the methods of an object that the subject answered, as `load` does with its exports. */
  guard<Service extends object>(
    service: Service,
    methods: readonly (keyof Service & string)[],
    file: string,
  ): Service {
    const given: unknown = service
    if (typeof given !== 'object' || given === null) {
      const what = given === undefined || given === null ? String(given) : typeof given
      const names = methods.map((name) => `${name}()`).join(', ')
      throw new PromiseBroken({
        said: text(
          `${basename(file)} answers ${what} instead of an object with ${names}`,
          `${basename(file)} trả về ${what} thay vì một object có ${names}`,
        ),
        places: [{ file: this.shown(file) }],
      })
    }
    const entries = methods.map((name) => {
      const method = service[name]
      if (typeof method !== 'function') {
        throw new PromiseBroken({
          said: text(
            `what ${basename(file)} answers has no ${name}()`,
            `object mà ${basename(file)} trả về chưa có ${name}()`,
          ),
          places: [{ file: this.shown(file) }],
        })
      }
      return [name, this.guardCall(method.bind(service) as Call, { file, name })] as const
    })
    return Object.fromEntries(entries) as Service
  }

  /** Turns an error that came out of the subject into the sentence a learner can act on. */
  brokenBy(error: unknown, at: { file: string; doing: Text; place?: Place | undefined }): PromiseBroken {
    if (error instanceof PromiseBroken) return error
    const place = this.placeIn(error) ?? at.place ?? this.firstTodo(at.file) ?? { file: this.shown(at.file) }
    const what = messageOf(error)
    return new PromiseBroken({ said: whatItDid(at.doing, what), places: [place], cause: error })
  }

  /** The same for a file that Node refuses, or that throws while it is loaded. */
  unloadable(error: unknown, file: string, place?: Place): PromiseBroken {
    if (error instanceof PromiseBroken) return error
    const what = messageOf(error)
    const name = basename(file)
    return new PromiseBroken({
      said: text(`${name} could not be loaded: ${what}`, `không nạp được ${name}: ${what}`),
      places: [this.placeIn(error) ?? place ?? { file: this.shown(file) }],
      cause: error,
    })
  }

  /** The first line of the subject's own code on an error's stack. */
  placeIn(error: unknown): Place | undefined {
    const stack: unknown = error instanceof Error ? error.stack : undefined
    if (typeof stack !== 'string') return undefined
    for (const line of stack.split('\n')) {
      const frame = frameIn(line)
      if (frame === undefined || !isAbsolute(frame.path)) continue
      const place = this.placeAt({ file: frame.path, line: frame.line })
      if (place !== undefined) return place
    }
    return undefined
  }

  /** An absolute place as a reader knows it, if it is in one of the subject's own files. */
  placeAt({ file, line }: { readonly file: string; readonly line: number }): Place | undefined {
    const inside = relative(this.folder, file)
    return isAbsolute(inside) || notTheSubjects.test(inside) ? undefined : { file: this.shown(inside), line }
  }

  /** Finds the line a spot means. Pointing only: nothing is judged by how the code is written. */
  find(spot: Spot): Place {
    const file = this.shown(spot.file)
    const lines = this.linesOf(spot.file)
    for (const needle of spot.near ?? []) {
      const index = lines.findIndex((line) => codeOf(line).includes(needle))
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
        return isThenable(answer) ? Promise.resolve(answer).catch(fail) : answer
      } catch (error) {
        return fail(error)
      }
    }
  }
}

/** What a call that did not return did instead: it is a TODO, it ended the process (vitest says so), or it threw. */
function whatItDid(doing: Text, what: string): Text {
  const todo = /^TODO\b[:\s]*(.*)$/i.exec(what)
  if (todo !== null) {
    const left = todo[1] ? `: ${todo[1]}` : ''
    return text(`${doing.en} is still a TODO${left}`, `${doing.vi} vẫn còn là TODO${left}`)
  }
  const exit = /^process\.exit unexpectedly called with "(\d+)"/.exec(what)
  if (exit !== null) {
    return text(
      `${doing.en} called process.exit(${exit[1]}), which ends everything around it too: return, or throw an error`,
      `${doing.vi} gọi process.exit(${exit[1]}), làm chết luôn mọi thứ xung quanh: hãy return, hoặc throw một lỗi`,
    )
  }
  return text(`${doing.en} threw: ${what}`, `${doing.vi} ném lỗi: ${what}`)
}

/** A line without its comment; nothing of an import or of a block comment's line. */
function codeOf(line: string): string {
  return /^\s*(?:\*|\/\*|import\b)/.test(line) ? '' : line.replace(/(?:^|\s)\/\/.*$/, '')
}

/**
 * The file and line that a line of a stack names: a frame, or the place that Node puts above a syntax error.
 * Modules are named by URL, in which a space is `%20`.
 */
function frameIn(line: string): { path: string; line: number } | undefined {
  const { url, path, number } =
    /(?:^|[\s(])(?:(?<url>file:\/\/\S+?)|(?<path>(?:\/|[A-Za-z]:\\)[^()]*?)):(?<number>\d+)(?::\d+)?\)?$/.exec(
      line.trimEnd(),
    )?.groups ?? {}
  const found = url === undefined ? path : pathOf(url)
  return found === undefined ? undefined : { path: found, line: Number(number) }
}

/** Nothing for a URL that names no file here, such as another computer's. */
function pathOf(url: string): string | undefined {
  try {
    return fileURLToPath(url)
  } catch {
    return undefined
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** A task's folder below the root of any subject but the learner's. */
export function subjectPath(taskFolder: string): string {
  return taskFolder
    .split(sep)
    .join('/')
    .replace(/^exercises\//, '')
}
