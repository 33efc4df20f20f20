/**
 * Fills REFLECTION.md with what the learner's own runs have left: what failed before it held, questions that were missed, figures, and
 * where least is proven. Filled lines begin with `> ·`; they are replaced the next time, and nothing else on the page is touched.
 */

import type { KeptFigure } from '#lab/measure/results'
import type { Language, Text } from '#lab/verdict'
import type { Evidence } from './evidence.ts'
import type { Fold } from './fold.ts'
import { type Calibration, weakSpots } from './ratings.ts'
import { reflectionTexts as say } from './texts.ts'

/** Headings of the page, in both languages, by what is filled in below them. */
export const reflectionHeadings = {
  learned: { en: 'Three things I learned', vi: 'Ba điều tôi học được' },
  confusing: { en: 'Two things that still confuse me', vi: 'Hai điều còn làm tôi rối' },
  handled: { en: 'One failure that I handled', vi: 'Một sự cố tôi đã xử lý' },
  confidence: { en: 'Confidence', vi: 'Mức tự tin' },
  weeks: { en: 'Week 6 and week 7', vi: 'Tuần 6 và tuần 7' },
  preparation: { en: 'Preparation for week 8', vi: 'Chuẩn bị cho tuần 8' },
  goals: { en: 'Goals for week 8', vi: 'Mục tiêu tuần 8' },
} as const satisfies Record<string, Text>

export type ReflectionPart = keyof typeof reflectionHeadings
export type Fills = Readonly<Partial<Record<ReflectionPart, readonly Text[]>>>

export interface Traces {
  readonly fold: Fold
  readonly evidence: Pick<Evidence, 'tasks'>
  /** Questions that were missed, most often first. */
  readonly missed: readonly { readonly key: string; readonly wrong: number }[]
  readonly figures: readonly { readonly task: string; readonly figure: KeptFigure }[]
  readonly confidence: Calibration | undefined
}

const most = 4

/** What there is to fill in. */
export function fillsFrom({ fold, evidence, missed, figures, confidence }: Traces): Fills {
  const fought = foughtFor(evidence)
  return {
    learned: fought.map(({ item, failed, said }) => say.fought(item, failed, said)),
    confusing: missed.slice(0, most).map(({ key, wrong }) => say.missed(key, wrong)),
    handled: figures
      .slice(0, most)
      .map(({ task, figure }) => say.figure(task, figure.said, figure.value, figure.unit)),
    confidence:
      confidence === undefined || confidence.of === 0
        ? []
        : [say.confidence(confidence.rating, confidence.verified, confidence.of)],
    weeks: weekOf(evidence, fold),
    preparation: weakSpots(fold).map(({ part, task, open }) => say.weak(part, task, open)),
  }
}

/** Items that failed before they passed, those that took longest first, with what the last failure said. */
function foughtFor(
  evidence: Pick<Evidence, 'tasks'>,
): { item: string; failed: number; said: Text | undefined }[] {
  return [...evidence.tasks.values()]
    .flatMap(({ items }) =>
      Object.entries(items).flatMap(([item, { proofs, failures, history }]) => {
        const failed = history.filter(({ outcome }) => outcome === 'failed').length
        const isProven = Object.keys(proofs).length > 0
        const said = Object.values(failures)[0]?.said
        return isProven && failed > 0 ? [{ item, failed, said }] : []
      }),
    )
    .toSorted((a, b) => b.failed - a.failed || a.item.localeCompare(b.item))
    .slice(0, most)
}

function weekOf(evidence: Pick<Evidence, 'tasks'>, { sums }: Fold): Text[] {
  const days = new Set(
    [...evidence.tasks.values()].flatMap(({ items }) =>
      Object.values(items).flatMap(({ history }) => history.map(({ when }) => when.slice(0, 10))),
    ),
  )
  const sorted = [...days].sort()
  const [first, last] = [sorted[0], sorted.at(-1)]
  return first === undefined || last === undefined
    ? []
    : [say.week(days.size, first, last, sums.verified, sums.total)]
}

const filledMark = '> ·'

/** The page with its filled lines renewed, and how many there are. */
export function fillReflection(page: string, fills: Fills, lang: Language): { page: string; filled: number } {
  const end = page.includes('\r\n') ? '\r\n' : '\n'
  const lines = page.split(/\r?\n/).filter((line) => !line.startsWith(filledMark))
  let filled = 0
  for (const [part, texts] of Object.entries(fills) as [ReflectionPart, readonly Text[]][]) {
    const at = lines.findIndex((line) => isHeading(line, reflectionHeadings[part]))
    if (at < 0 || texts.length === 0) continue
    // Behind the questions of the template, before what the learner wrote.
    let place = at + 1
    while (place < lines.length && (lines[place]?.trim() === '' || lines[place]?.startsWith('>'))) place += 1
    while (lines[place - 1]?.trim() === '') place -= 1
    lines.splice(place, 0, ...texts.map((text) => `${filledMark} ${text[lang]}`))
    filled += texts.length
  }
  return { page: lines.join(end), filled }
}

function isHeading(line: string, { en, vi }: Text): boolean {
  const title = /^##\s+(.+?)\s*#*$/.exec(line)?.[1]?.normalize('NFC').toLowerCase()
  return title !== undefined && (title === en.toLowerCase() || title === vi.normalize('NFC').toLowerCase())
}
