/** A broker in the foreground: one line when it is ready, until Ctrl-C or `brokers down`. */
import { once } from 'node:events'
import type { Language, Text } from '#lab/verdict'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { announceBroker, type BrokerNote } from '../state/running-brokers.ts'
import { paint, print, printError } from '../terminal.ts'

export interface Serving {
  readonly about: Omit<BrokerNote, 'since' | 'control'>
  readonly ready: Text
  readonly stopped: Text
  /** Resolves with one sentence if it ends by itself. */
  readonly crashed?: Promise<Text>
  /** After that: removes what is left of it. */
  clearAway?(): Promise<void>
  /** As an operator would. */
  stop(): Promise<void>
}

/** Rejects with what `start` rejects with. A start that is interrupted is cleared away with the process. */
export async function serveInForeground(start: () => Promise<Serving>, lang: Language): Promise<ExitCode> {
  const interrupted = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)))
  const starting = start()
  const serving = await Promise.race([starting, interrupted.then(() => undefined)])
  if (serving === undefined) {
    starting.catch(() => {})
    return exitCodes.interrupted
  }
  const { promise: askedToStop, resolve: onStop } = Promise.withResolvers<void>()
  await using _note = await announceBroker(serving.about, onStop)
  print(inLanguage(serving.ready, lang))
  const isEnd = Promise.race([interrupted, askedToStop]).then(() => undefined)
  const crash = await Promise.race([serving.crashed ?? isEnd, isEnd])
  if (crash !== undefined) {
    printError(paint('red', inLanguage(crash, lang)))
    await serving.clearAway?.()
    return exitCodes.setUp
  }
  await serving.stop()
  print(inLanguage(serving.stopped, lang))
  return exitCodes.done
}
