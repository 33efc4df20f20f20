/** An event of a run as a page shows it: the terminal's own words, with what a page sorts, links and colours by. */
import type { Text } from '#lab/verdict'
import type { RunEvent } from '#lab/verdict/events'
import { renderEvent } from '#lab/verdict/render'

export interface ShownLine {
  readonly text: Text
  /** Whole id of the message concerned. */
  readonly message?: string
  readonly tone: 'plain' | 'point' | 'said' | 'event' | 'good' | 'bad'
}

/** Nothing where a reader needs no line. */
export function lineOf(event: RunEvent): ShownLine | undefined {
  const [en, vi] = (['en', 'vi'] as const).map((lang) => renderEvent(event, { lang, colour: false }))
  if (en === undefined || vi === undefined) return undefined
  const message = event.kind === 'wire' ? event.message : undefined
  return {
    text: { en: tidy(en), vi: tidy(vi) },
    tone: toneOf(event),
    ...(message === undefined ? {} : { message }),
  }
}

/** A terminal sets narration apart by an empty line and an indent; a page has colours for that. */
function tidy(line: string): string {
  return line.replace(/^\n\s*/, '')
}

function toneOf(event: RunEvent): ShownLine['tone'] {
  if (event.kind === 'say') return 'said'
  if (event.kind === 'promise') return event.state === 'broken' ? 'bad' : 'good'
  if (event.kind === 'point') return 'point'
  return event.kind === 'wire' ? 'plain' : 'event'
}
