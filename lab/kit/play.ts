/**
 * Plays a task's scenario for a person to watch: `node lab/kit/play.ts <task folder> [experiment]`. Says what happens as
 * RunEvents on stdout, takes RunCommands on stdin; exits with 0 when it played, 3 when the set-up kept it from playing.
 */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Experiment } from '../study/experiment.ts'
import { type RunClient, stdioRun } from '../verdict/channel.ts'
import { text } from '../verdict/language.ts'
import { showPlace } from '../verdict/render.ts'
import { type Conclusion, conclude, preferStray, throwStray } from './conclusion.ts'
import { stopEngines } from './engine.ts'
import { CannotTell } from './failure.ts'
import { type Act, type Lab, openLab } from './lab.ts'
import { picturesEveryMs, takePictures } from './pictures.ts'
import { RunContext } from './run-context.ts'
import { patiently, rabbitMQAlone } from './stage.ts'
import { repositoryRoot } from './subject-under-test.ts'
import { stopWatching, watchItem } from './watchdog.ts'

/** What a task's run.ts offers to be played. A design has nothing to watch. */
interface Playable {
  readonly live?: readonly Act[]
}

const [, , taskFolder, experimentName] = process.argv
if (taskFolder === undefined) {
  process.stderr.write('Which task? Usage: node lab/kit/play.ts exercises/3-mq/01-rabbitmq-setup\n')
  process.exit(2)
}
process.exit(await play(resolve(repositoryRoot, taskFolder)))

/** What is open just now. */
interface Stage {
  /** The lab of the act that plays, while it opens too. */
  opening?: Promise<Lab>
  lab?: Lab
  isOver: boolean
}

async function play(folder: string): Promise<number> {
  const run = openRun(stdioRun(process.stdin, (line) => void process.stdout.write(line)))
  if (run === undefined) {
    await written()
    return 3
  }
  const stopped = new Promise<'stopped'>((done) => {
    const stop = (): void => done('stopped')
    run.onCommand(({ command }) => {
      if (command === 'stop') stop()
    })
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    // Nobody reads any more.
    process.stdout.on('error', stop)
  })
  const stage: Stage = { isOver: false }
  const stray = (error: unknown): void => void stage.lab?.strayErrors.push(error)
  process.on('unhandledRejection', stray)
  process.on('uncaughtException', stray)
  const playing = playActs(folder, run, stage)
  // When the watcher stops the run, what an act was waiting for ends with its lab; nobody waits for it.
  playing.catch(() => {})
  const outcome = await Promise.race([playing, stopped]).catch((error: unknown) =>
    tell(conclude(error, stage.lab), run),
  )
  stage.isOver = true
  const lab = await stage.opening?.catch(() => undefined)
  await lab?.[Symbol.asyncDispose]().catch(() => {})
  await stopEngines().catch(() => {})
  run.emit({ kind: 'end', outcome })
  await written()
  return outcome === 'inconclusive' ? 3 : 0
}

/** Plays act after act, each in a lab of its own. */
async function playActs(folder: string, run: RunContext, stage: Stage): Promise<'played'> {
  for (const act of await actsOf(folder, run)) {
    if (stage.isOver) break
    // An experiment's question was asked before.
    if (experimentName === undefined) run.emit({ kind: 'say', text: act.title })
    const { brokers, isPatient } = act.scenario
    stage.opening = openLab({ taskFolder: folder, run, brokers, isPatient })
    const lab = await stage.opening
    if (stage.isOver) break
    stage.lab = lab
    watchItem({ folder: lab.subject.folder })
    const everyMs = picturesEveryMs(process.env)
    const stopPictures = everyMs === undefined ? undefined : takePictures(lab, run, everyMs)
    await perform(act, lab).finally(stopPictures)
    await lab[Symbol.asyncDispose]()
    stopWatching()
  }
  return 'played'
}

async function actsOf(folder: string, run: RunContext): Promise<readonly Act[]> {
  if (experimentName !== undefined) return [await actOf(experimentName, folder, run)]
  const { live } = (await import(pathToFileURL(join(folder, 'run.ts')).href)) as Playable
  if (live !== undefined) return live
  throw new CannotTell(
    text(
      'there is nothing to watch here: the claims of a design are attacked without a broker. Check them instead.',
      'ở đây không có gì để xem: các khẳng định của một thiết kế được tấn công mà không cần broker. Hãy chạy check.',
    ),
  )
}

/** An experiment as the one act of a run: what it came to is told before its lab closes. */
async function actOf(name: string, folder: string, run: RunContext): Promise<Act> {
  const file = join(folder, 'experiments', `${name}.ts`)
  const { experiment } = (await import(pathToFileURL(file).href)) as { readonly experiment: Experiment }
  const scenario = async (lab: Lab): Promise<void> => {
    lab.needs(...(experiment.needs ?? []))
    const { option, said } = experiment.came(await experiment.scenario(lab))
    run.emit({ kind: 'outcome', experiment: name, text: said, ...(option === undefined ? {} : { option }) })
  }
  return {
    title: experiment.question.ask,
    scenario: patiently(experiment.brokers ?? rabbitMQAlone, scenario),
  }
}

async function perform(act: Act, lab: Lab): Promise<void> {
  try {
    await act.scenario(lab)
    // One more turn of the event loop: a rejection that nobody awaited comes to light here.
    await new Promise((resolve) => setImmediate(resolve))
    throwStray(lab)
  } catch (error) {
    throw preferStray(lab, error)
  }
}

/** Says why it could not be played to the end. */
function tell(conclusion: Conclusion, run: RunContext): 'failed' | 'inconclusive' {
  if (conclusion.outcome !== 'failed') {
    if (conclusion.outcome === 'inconclusive') {
      const { cause, enginesThatCan } = conclusion
      const [engine] = enginesThatCan
      const instead = engine === undefined ? '' : ` (engine=${engine})`
      run.emit({ kind: 'say', text: text(cause.en + instead, cause.vi + instead) })
    }
    return 'inconclusive'
  }
  const { said, places } = conclusion.breach
  const at = places.length === 0 ? '' : ` (${places.map(showPlace).join(', ')})`
  run.emit({ kind: 'say', text: text(said.en + at, said.vi + at) })
  return 'failed'
}

/** The run, or nothing when its settings make no sense, which is said. */
function openRun(client: RunClient): RunContext | undefined {
  try {
    return new RunContext(client)
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error
    client.send({ kind: 'say', atMs: 0, text: error.said })
    client.send({ kind: 'end', atMs: 0, outcome: 'inconclusive' })
    return undefined
  }
}

/** Resolves when all that was said has left. */
function written(): Promise<void> {
  return new Promise((done) => process.stdout.write('', () => done()))
}
