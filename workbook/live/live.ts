/** `exercise <id> live`: the run as a person watches it, with a hand on it. */

import type { RunCommand } from '#lab/verdict/events'
import { renderEvent } from '#lab/verdict/render'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { relayCommands } from '../runner/commands-in.ts'
import { interrupt } from '../runner/interrupt.ts'
import { hasColour, paint, print, printError } from '../terminal.ts'
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
  print(headLine(play))
  const playing = startPlay(play, (_line, event) => {
    const shown = event === undefined ? undefined : renderEvent(event, { lang: play.lang, colour: hasColour })
    if (shown !== undefined) print(shown)
  })
  return conclude(play, await playing.ended)
}

/** Plays on a terminal: space pauses, an arrow steps, `f` opens the faults. */
export async function playOnTerminal(play: Play): Promise<ExitCode> {
  const screen = openConsole()
  try {
    screen.append([headLine(play)])
    const playing = startPlay(play, (_line, event) => {
      const shown =
        event === undefined ? undefined : renderEvent(event, { lang: play.lang, colour: hasColour })
      if (shown !== undefined) screen.append(shown.split('\n'))
    })
    takeKeys(screen, playing, play)
    const ended = await playing.ended
    screen.foot('')
    return conclude(play, ended)
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

function headLine({ task, subject, engine, lang }: Play): string {
  const whose = subject.kind === 'reference' ? liveTexts.reference : liveTexts.yours
  return `${paint('bold', task.id)}  ${inLanguage(task.title, lang)}   ${paint('gray', `${inLanguage(whose, lang)} · ${engine}`)}`
}

function conclude(
  { task, subject, lang }: Play,
  { exitCode, trouble }: { exitCode: number; trouble: string },
): ExitCode {
  const next = (step: string) => print('', inLanguage(cliTexts.next(step), lang))
  if (exitCode === 0) {
    next(subject.kind === 'reference' ? `npm run exercise ${task.id}` : `npm run check ${task.id}`)
    return exitCodes.done
  }
  const [reason = ''] = trouble
    .split('\n')
    .filter((line) => /\w/.test(line))
    .slice(-1)
  print('', paint('yellow', `? ${inLanguage(liveTexts.notPlayed(reason), lang)}`))
  next('npm run doctor')
  return exitCodes.setUp
}
