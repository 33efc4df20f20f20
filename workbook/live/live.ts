/** `exercise <id> live`: the run as a person watches it, with a hand on it. */

import type { RunCommand, RunEvent, RunEventOf } from '#lab/verdict/events'
import { renderEvent } from '#lab/verdict/render'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { relayCommands } from '../runner/commands-in.ts'
import { interrupt } from '../runner/interrupt.ts'
import { hasColour, isInteractive, paint, print, printError } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { liveTexts } from '../texts/live.ts'
import { type Console, keyLine, openConsole } from '../watch/console.ts'
import { type Play, type Playing, startPlay } from './play.ts'

/** Prints the run as it comes, as one JSON object a line, and takes commands from stdin. */
export async function playAsEvents(play: Play): Promise<ExitCode> {
  const playing = startPlay(play, (line) => print(line))
  relayCommands((command) => playing.send(command))
  const { exitCode, trouble } = await playing.ended
  if (trouble !== '') printError(trouble)
  return exitCode === 0 ? exitCodes.done : exitCodes.setUp
}

/** Prints the run for a reader without a keyboard. */
export async function playAsText(play: Play): Promise<ExitCode> {
  return conclude(play, await runAsText(play))
}

/** Plays on a terminal: space pauses, an arrow steps, `f` opens the faults. */
export async function playOnTerminal(play: Play): Promise<ExitCode> {
  return conclude(play, await runOnTerminal(play))
}

/** Plays a lesson's experiment in whichever way there is, and answers what it came to: nothing when it was not played. */
export async function playExperiment(play: Play): Promise<RunEventOf<'outcome'> | undefined> {
  let outcome: RunEventOf<'outcome'> | undefined
  const hear = (event: RunEvent): void => {
    if (event.kind === 'outcome') outcome = event
  }
  const ended = isInteractive ? await runOnTerminal(play, hear) : await runAsText(play, hear)
  if (outcome === undefined) sayNotPlayed(play, ended.trouble)
  return outcome
}

type Hear = (event: RunEvent) => void
type Ended = Awaited<Playing['ended']>

async function runAsText(play: Play, hear: Hear = () => {}): Promise<Ended> {
  print(headLine(play))
  const playing = startPlay(play, (_line, event) => {
    const shown = event === undefined ? undefined : renderEvent(event, rendering(play))
    if (shown !== undefined) print(shown)
    if (event !== undefined) hear(event)
  })
  return await playing.ended
}

async function runOnTerminal(play: Play, hear: Hear = () => {}): Promise<Ended> {
  const screen = openConsole()
  try {
    screen.append([headLine(play)])
    const playing = startPlay(play, (_line, event) => {
      const shown = event === undefined ? undefined : renderEvent(event, rendering(play))
      if (shown !== undefined) screen.append(shown.split('\n'))
      if (event !== undefined) hear(event)
    })
    takeKeys(screen, playing, play)
    const ended = await playing.ended
    screen.foot('')
    return ended
  } finally {
    screen.close()
  }
}

type Mode = 'playing' | 'paused' | 'faults'

const faultKeys: Readonly<Record<string, RunCommand>> = {
  c: { command: 'fault', fault: 'cut' },
  h: { command: 'fault', fault: 'hold' },
  r: { command: 'fault', fault: 'release' },
  k: { command: 'fault', fault: 'kill-broker' },
  s: { command: 'fault', fault: 'restart-broker' },
}

function takeKeys(screen: Console, playing: Playing, { lang }: Play): void {
  let mode: Mode = 'playing'
  let before: Mode = 'playing'
  const turn = (next: Mode) => {
    before = mode
    mode = next
    screen.foot(
      keyLine(
        liveTexts.keys[mode].map(([key, word]) => [key, inLanguage(word, lang)]),
        (key) => paint('bold', key),
      ),
    )
  }
  turn('playing')
  screen.onKey((key) => {
    if (key === 'ctrl-c') void interrupt()
    else if (mode === 'faults') {
      const fault = faultKeys[key]
      if (fault !== undefined) playing.send(fault)
      turn(before === 'paused' ? 'paused' : 'playing')
    } else if (key === 'q') playing.send({ command: 'stop' })
    else if (key === 'f') turn('faults')
    else if (key === 'space') {
      playing.send({ command: mode === 'paused' ? 'resume' : 'pause' })
      turn(mode === 'paused' ? 'playing' : 'paused')
    } else if (key === 'right' || key === 'down' || key === 's') {
      if (mode === 'playing') playing.send({ command: 'pause' })
      playing.send({ command: 'step' })
      if (mode === 'playing') turn('paused')
    }
  })
}

function rendering({ lang, experiment }: Play) {
  return { lang, colour: hasColour, isBrief: experiment !== undefined }
}

function headLine({ task, experiment, subject, engine, lang }: Play): string {
  const whose = inLanguage(subject.kind === 'reference' ? liveTexts.reference : liveTexts.yours, lang)
  return `${paint('bold', task.id)}  ${inLanguage(task.title, lang)}   ${paint('gray', `${experiment ?? whose} · ${engine}`)}`
}

function conclude(play: Play, { exitCode, trouble }: Ended): ExitCode {
  const { task, subject, lang } = play
  if (exitCode === 0) {
    const step = subject.kind === 'reference' ? `npm run exercise ${task.id}` : `npm run check ${task.id}`
    print('', inLanguage(cliTexts.next(step), lang))
    return exitCodes.done
  }
  sayNotPlayed(play, trouble)
  return exitCodes.setUp
}

function sayNotPlayed({ lang }: Play, trouble: string): void {
  const [reason = ''] = trouble
    .split('\n')
    .filter((line) => /\w/.test(line))
    .slice(-1)
  print('', paint('yellow', `? ${inLanguage(liveTexts.notPlayed(reason), lang)}`))
  print('', inLanguage(cliTexts.next('npm run doctor'), lang))
}
