/**
 * Plays a task's scenario for a person to watch: `node lab/kit/play.ts <task folder>`. Says what happens as RunEvents
 * on stdout, takes RunCommands on stdin; exits with 0 when it played, 3 when the set-up kept it from playing.
 */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { stdioRun } from '../verdict/channel.ts'
import { text } from '../verdict/language.ts'
import { stopEngines } from './engine.ts'
import { type Lab, openLab } from './lab.ts'
import { RunContext } from './run-context.ts'
import { repositoryRoot } from './subject-under-test.ts'
import { conclude } from './conclusion.ts'

/** What a task's run.ts offers to be played. */
interface Playable {
  readonly live: (lab: Lab) => Promise<void>
}

const taskFolder = process.argv[2]
if (taskFolder === undefined) {
  process.stderr.write('Which task? Usage: node lab/kit/play.ts exercises/3-mq/01-rabbitmq-setup\n')
  process.exit(2)
}
process.exit(await play(resolve(repositoryRoot, taskFolder)))

async function play(folder: string): Promise<number> {
  const run = new RunContext(stdioRun(process.stdin, (line) => void process.stdout.write(line)))
  const stopped = new Promise<'stopped'>((done) => {
    run.onCommand(({ command }) => {
      if (command === 'stop') done('stopped')
    })
    process.once('SIGINT', () => done('stopped'))
    process.once('SIGTERM', () => done('stopped'))
  })
  let lab: Lab | undefined
  let outcome: 'played' | 'failed' | 'inconclusive' | 'stopped'
  const stray = (error: unknown): void => void lab?.strayErrors.push(error)
  process.on('unhandledRejection', stray)
  process.on('uncaughtException', stray)
  try {
    lab = await openLab({ taskFolder: folder, run })
    const { live } = (await import(pathToFileURL(join(folder, 'run.ts')).href)) as Playable
    const played = live(lab).then(() => 'played' as const)
    // When the watcher stops the run, what the scenario was waiting for ends with the lab; nobody waits for it.
    played.catch(() => {})
    outcome = await Promise.race([played, stopped])
  } catch (error) {
    const conclusion = conclude(error, lab)
    outcome = conclusion.outcome === 'inconclusive' ? 'inconclusive' : 'failed'
    if (conclusion.outcome === 'failed') {
      const at = conclusion.breach.places.map(({ file, line }) => (line === undefined ? file : `${file}:${line}`)).join(', ')
      const { en, vi } = conclusion.breach.said
      run.emit({ kind: 'say', text: at === '' ? text(en, vi) : text(`${en} (${at})`, `${vi} (${at})`) })
    } else if (conclusion.outcome === 'inconclusive') run.emit({ kind: 'say', text: conclusion.cause })
  }
  await lab?.[Symbol.asyncDispose]().catch(() => {})
  await stopEngines()
  run.emit({ kind: 'end', outcome })
  await new Promise<void>((done) => process.stdout.write('', () => done()))
  return outcome === 'inconclusive' ? 3 : 0
}
