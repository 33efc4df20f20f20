/** For tests: a task's scenario as a process that is watched. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type RunCommand, type RunEvent, runEventSchema } from '../verdict/events.ts'
import { environmentWithoutRun } from './test-labs.ts'
import { layOutTask } from './test-tasks.ts'

interface Played {
  readonly events: RunEvent[]
  readonly errors: string[]
  readonly child: ChildProcessWithoutNullStreams
  send(command: RunCommand): void
  /** The exit code, once nobody holds the output any more: neither the run nor a broker that it started. */
  readonly ended: Promise<number | null>
  /** What it left in the temporary folder. */
  left(): string[]
}

export function play(folder: string | undefined, env: Readonly<Record<string, string>> = {}): Played {
  const temporary = layOutTask({ '.keep': '' })
  const script = fileURLToPath(new URL('./play.ts', import.meta.url))
  const child = spawn(process.execPath, folder === undefined ? [script] : [script, folder], {
    env: { ...environmentWithoutRun(), TMPDIR: temporary, ...env },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdin.on('error', () => {})
  const events: RunEvent[] = []
  const errors: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) =>
    events.push(runEventSchema.parse(JSON.parse(line))),
  )
  child.stderr.on('data', (chunk) => errors.push(String(chunk)))
  return {
    events,
    errors,
    child,
    send: (command) => void child.stdin.write(`${JSON.stringify(command)}\n`),
    ended: new Promise((resolve) => child.once('close', resolve)),
    left: () => readdirSync(temporary).filter((name) => name !== '.keep'),
  }
}

export const act = (scenario: string): string =>
  `export const live = [{ title: { en: 'Act one', vi: 'Màn một' }, scenario: async (lab) => { ${scenario} } }]\n`
export const said = ({ events }: Played): string[] =>
  events.flatMap((event) => (event.kind === 'say' ? [event.text.en] : []))
