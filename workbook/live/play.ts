/** Plays a task's scenario: starts play.ts, renders what it says, tells it what is typed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Circumstances, Language } from '#lab/verdict'
import { type RunCommand, type RunEvent, runEventSchema } from '#lab/verdict/events'
import type { Task } from '../registry/registry.ts'
import { root } from '../root.ts'
import { endOnInterrupt, goOnUnlessInterrupted } from '../runner/interrupt.ts'
import { subjectFlags } from '../runner/run-node.ts'
import { layOut, type Subject, subjectRoot } from '../runner/subject.ts'

export interface Play {
  readonly task: Task
  /** Plays this experiment of the lesson instead of the task's scenario. */
  readonly experiment?: string
  readonly subject: Subject
  readonly engine: Circumstances['engine']
  readonly lang: Language
  readonly seed: number
}

export interface Playing {
  send(command: RunCommand): void
  /** The exit code of the run, and what it said on stderr. */
  readonly ended: Promise<{ readonly exitCode: number; readonly trouble: string }>
}

/** Starts the run; each line of its output is handed to `onLine`, parsed where it is an event. */
export function startPlay(play: Play, onLine: (line: string, event: RunEvent | undefined) => void): Playing {
  endOnInterrupt()
  layOut(play.task, play.subject)
  const program = [...subjectFlags, join(root, 'lab', 'kit', 'play.ts'), join(root, play.task.folder)]
  const experiment = play.experiment === undefined ? [] : [play.experiment]
  const child = spawn(process.execPath, [...program, ...experiment], {
    cwd: root,
    env: environment(play),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // A run that has just ended no longer reads; what was typed then is lost, as it should be.
  child.stdin.on('error', () => {})
  let hasSaidEnd = false
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = readEvent(line)
    if (event?.kind === 'end') hasSaidEnd = true
    onLine(line, event)
  })
  return {
    send: (command) => child.stdin.write(`${JSON.stringify(command)}\n`),
    ended: whenEnded(child, () => hasSaidEnd),
  }
}

/** @param hasSaidEnd whether the run told its end: one that an endless loop blocks is killed after that */
async function whenEnded(
  child: ChildProcess,
  hasSaidEnd: () => boolean,
): Promise<{ exitCode: number; trouble: string }> {
  const chunks: Buffer[] = []
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? (hasSaidEnd() ? 0 : 3)))
  })
  await goOnUnlessInterrupted()
  return { exitCode, trouble: Buffer.concat(chunks).toString('utf8').trim() }
}

function environment({ subject, engine, lang, seed }: Play): NodeJS.ProcessEnv {
  const { MQ_SUBJECT: _, MQ_RUN: __, ...inherited } = process.env
  const subjects = subjectRoot(subject)
  return {
    ...inherited,
    MQ_ENGINE: engine,
    MQ_LANG: lang,
    MQ_SEED: String(seed),
    ...(subjects === undefined ? {} : { MQ_SUBJECT: subjects }),
  }
}

function readEvent(line: string): RunEvent | undefined {
  try {
    return runEventSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
