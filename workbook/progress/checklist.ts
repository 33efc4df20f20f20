/** Prints CHECKLIST.md: one box per item, ticked by proof or by hand, in either language. */
import type { Language, Text } from '#lab/verdict'
import type { TaskOutline } from '../registry/lookup.ts'
import { parts as registryParts } from '../registry/registry.ts'
import { type Fold, foldProgress, type ItemProgress, type PartProgress, type TaskProgress } from './fold.ts'
import { checklistTexts, fileName, isoDay, kindTexts } from './texts.ts'
import { proofMark, staleMark } from './ticks.ts'

/** The page as it is printed. */
export function printChecklist(fold: Fold, lang: Language): string {
  const { title, header, sums } = checklistTexts
  const [opening, ...rules] = header.map((text) => text[lang])
  const lines = [title[lang], '', opening, '', ...rules, '', sums(fold.sums)[lang], '']
  for (const part of fold.parts) lines.push(...partLines(part, lang))
  return `${lines.join('\n').trimEnd().normalize('NFC')}\n`
}

/** A page on which nothing is ticked yet. */
export function printPristine(tasks: readonly TaskOutline[], lang: Language): string {
  const fold = foldProgress({ tasks, evidence: { tasks: new Map() }, files: new Map(), ticks: new Set() })
  return printChecklist(fold, lang)
}

/**
 * Every line besides the items that a page of these tasks can have, in either language. A section may have been
 * written since the page was printed, so its heading counts in both states.
 */
export function printedLines(tasks: readonly TaskOutline[]): ReadonlySet<string> {
  const pages = (['ready', 'planned'] as const).flatMap((state) => {
    const headings = tasks.map((task) => ({ ...task, state, items: [] }))
    return [printPristine(headings, 'en'), printPristine(headings, 'vi')]
  })
  return new Set(pages.flatMap((page) => page.split('\n')))
}

function partLines({ part, tasks }: PartProgress, lang: Language): string[] {
  return [`## ${partTitle(part)[lang]}`, '', ...tasks.flatMap((task) => taskLines(task, lang))]
}

/** A part's title; a part that the registry does not know is called by its id. */
export function partTitle(part: string): Text {
  return registryParts.find(({ id }) => id === part)?.title ?? { en: part, vi: part }
}

function taskLines({ task, items }: TaskProgress, lang: Language): string[] {
  const title = task.title[lang]
  const heading =
    task.state === 'ready' ? `[${title}](${task.folder}/)` : `${title} (${checklistTexts.notWritten[lang]})`
  return [`### ${task.id} · ${heading}`, '', ...items.map((item) => itemLine(item, lang)), '']
}

function itemLine(progress: ItemProgress, lang: Language): string {
  const { item, isTicked } = progress
  const proof = proofWords(progress, lang)
  const box = isTicked || proof !== undefined ? 'x' : ' '
  const line = `- [${box}] **${item.id}** ${item.text[lang]}`
  if (proof === undefined) return `${line}${staleWords(progress, lang)}`
  return `${line} ${proofMark} ${[...proof, ...(isTicked ? [checklistTexts.byHand[lang]] : [])].join(' · ')}`
}

/** The words behind a machine's tick; `undefined` when there is nothing to tick for. */
function proofWords({ state, proof, inputs }: ItemProgress, lang: Language): string[] | undefined {
  if (state !== 'verified' && (state !== 'claimed' || proof === undefined)) return undefined
  if (proof === undefined) {
    const { done = 0, of = 0, when } = inputs ?? {}
    return [
      kindTexts.computed[lang],
      ...(of === 0 ? [] : [checklistTexts.folded(done, of)[lang]]),
      ...(when === undefined ? [] : [isoDay(when)]),
    ]
  }
  const { engine, servers, seed } = proof.circumstances
  // Without a broker there was no engine, and the seed had nothing to choose.
  if (servers.length === 0) return [kindTexts[proof.kind][lang], isoDay(proof.when)]
  return [engine, ...servers, isoDay(proof.when), `seed ${seed}`]
}

function staleWords({ state, changed }: ItemProgress, lang: Language): string {
  if (state !== 'stale' || changed === undefined) return ''
  const file = fileName(changed.file)
  const words =
    changed.when === undefined
      ? checklistTexts.staleGone(file)
      : checklistTexts.stale(isoDay(changed.when), file)
  return ` ${staleMark} ${words[lang]}`
}
