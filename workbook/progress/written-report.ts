/**
 * The report as three files that one can hand on: PROGRESS.md for people, PROGRESS.html for a browser, PROGRESS.json for machines. All
 * three are printed from the same data.
 */
import type { Language } from '#lab/verdict'
import type { ProgressReport } from './report.ts'
import { figurePhrase, isoDay, kindTexts, writtenReportTexts as say, stateTexts } from './texts.ts'

type Item = ProgressReport['tasks'][number]['items'][number]
type Sums = ProgressReport['week']

export interface WrittenReport {
  readonly markdown: string
  readonly html: string
  readonly json: string
}

export function writeReport(report: ProgressReport, lang: Language, now: Date): WrittenReport {
  return {
    markdown: markdownOf(report, lang, now),
    html: htmlOf(report, lang, now),
    json: `${JSON.stringify(report, undefined, 2)}\n`,
  }
}

function markdownOf(report: ProgressReport, lang: Language, now: Date): string {
  const states = ['verified', 'claimed', 'stale', 'open'] as const
  const lines = [
    `# ${say.title[lang]}`,
    '',
    say.split(report.week, isoDay(now.toISOString()))[lang],
    '',
    `| ${[say.part, ...states.map((state) => stateTexts[state]), say.of].map((text) => text[lang]).join(' | ')} |`,
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...report.parts.map(
      ({ title, sums }) =>
        `| ${title[lang]} | ${states.map((state) => sums[state]).join(' | ')} | ${sums.total} |`,
    ),
    '',
  ]
  for (const task of report.tasks) {
    lines.push(`## ${task.id} · ${task.title[lang]} (${task.sums.verified}/${task.sums.total})`, '')
    for (const item of task.items) {
      const why = restsOn(item, lang)
      lines.push(`- ${markOf(item)} **${item.id}** ${item.text[lang]}${why === '' ? '' : ` — ${why}`}`)
    }
    lines.push('')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

function markOf({ state }: Item): string {
  return { verified: '✓', claimed: '○', stale: '↻', open: '·' }[state]
}

/** What an item's state rests on, in one line. */
function restsOn({ proof, inputs, lookedUp, changed, state }: Item, lang: Language): string {
  const parts: string[] = []
  if (proof !== undefined) {
    const { engine, servers, seed } = proof.circumstances
    parts.push(
      servers.length === 0 ? kindTexts[proof.kind][lang] : `${[engine, ...servers].join(' ')}, seed ${seed}`,
    )
    parts.push(isoDay(proof.when))
    parts.push(
      ...proof.figures
        .filter(({ said, unit }) => said !== undefined || unit !== 'count')
        .map((figure) => figurePhrase(figure, lang)),
    )
  }
  if (changed !== undefined) parts.push(say.changed(changed.file)[lang])
  if (inputs !== undefined && inputs.of > 0) parts.push(say.folded(inputs.done, inputs.of)[lang])
  if (lookedUp !== undefined && (state === 'verified' || !lookedUp.isSo)) parts.push(lookedUp.said[lang])
  return parts.join(' · ')
}

/** One page without scripts, that prints well and needs nothing from anywhere. */
function htmlOf(report: ProgressReport, lang: Language, now: Date): string {
  const parts = report.parts.map(
    ({ title, sums }) =>
      `<tr><th>${escaped(title[lang])}</th><td>${barOf(sums)}</td><td>${sums.verified}</td><td>${sums.claimed}</td><td>${sums.stale}</td><td>${sums.open}</td><td>${sums.total}</td></tr>`,
  )
  const tasks = report.tasks.map(({ id, title, sums, items }) => {
    const rows = items.map((item) => {
      const why = restsOn(item, lang)
      return `<li class="${item.state}"><b>${item.id}</b> ${escaped(item.text[lang])}${why === '' ? '' : `<small>${escaped(why)}</small>`}</li>`
    })
    return `<details><summary>${escaped(id)} · ${escaped(title[lang])} <span>${sums.verified}/${sums.total}</span></summary><ul>${rows.join('')}</ul></details>`
  })
  const heads = ['verified', 'claimed', 'stale', 'open'] as const
  return `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(say.title[lang])}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: right; padding: .25rem .5rem; } th:first-child { text-align: left; }
svg { width: 12rem; height: 1rem; display: block; }
summary { cursor: pointer; padding: .25rem 0; } summary span { color: GrayText; }
ul { list-style: none; padding-left: 1rem; } small { display: block; color: GrayText; }
li::before { content: '· '; } .verified::before { content: '✓ '; color: #1a7f37; } .claimed::before { content: '○ '; } .stale::before { content: '↻ '; color: #9a6700; }
@media print { details { break-inside: avoid; } }
</style>
<h1>${escaped(say.title[lang])}</h1>
<p>${escaped(say.split(report.week, isoDay(now.toISOString()))[lang])}</p>
<table><tr><th>${escaped(say.part[lang])}</th><th></th>${heads.map((state) => `<th>${escaped(stateTexts[state][lang])}</th>`).join('')}<th>${escaped(say.of[lang])}</th></tr>
${parts.join('\n')}
</table>
${tasks.join('\n')}
</html>
`
}

/** How much of a part is verified, claimed, and neither. */
function barOf({ verified, claimed, total }: Sums): string {
  const width = (count: number): string => ((count / Math.max(1, total)) * 100).toFixed(1)
  return `<svg viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="${verified}/${total}"><rect width="100" height="8" fill="#8c959f55"/><rect width="${width(verified)}" height="8" fill="#1a7f37"/><rect x="${width(verified)}" width="${width(claimed)}" height="8" fill="#0969da"/></svg>`
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
