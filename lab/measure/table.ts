/** Prints figures as a Markdown table, with what they were taken under in one line below. */
import { formatNumber } from '../verdict/language.ts'
import type { Language } from '../verdict/verdict.ts'
import type { KeptFigure, Percentiles, Results } from './results.ts'

const heads = {
  en: ['figure', 'value', 'n', 'p50', 'p90', 'p99', 'p99.9', 'max', 'how it was taken'],
  vi: ['số đo', 'giá trị', 'n', 'p50', 'p90', 'p99', 'p99.9', 'lớn nhất', 'đo thế nào'],
} as const
const shown = ['p50', 'p90', 'p99', 'p999', 'max'] as const satisfies readonly (keyof Percentiles)[]

export function tableOf({ figures }: Results, lang: Language): string {
  const head = heads[lang]
  const rows = figures.map((figure) => row(figure, lang))
  return [line(head), line(head.map(() => '---')), ...rows, '', ...circumstances(figures, lang)].join('\n')
}

function row({ said, value, unit, n, percentiles, method }: KeptFigure, lang: Language): string {
  const more = shown.map((name) => (percentiles === undefined ? '' : short(percentiles[name], lang)))
  return line([said[lang], `${short(value, lang)} ${unit}`, formatNumber(n, lang), ...more, method[lang]])
}

/** One line for each set of circumstances: figures of two runs stand side by side only when that is said. */
export function circumstances(figures: readonly KeptFigure[], lang: Language): string[] {
  const said = figures.map(({ engine, server, seed, versions, machine, subject, at }) => {
    const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
    return `${subject}: engine ${engine}, ${server}, seed ${seed}, ${libraries.join(', ')}, ${machine}, ${at.slice(0, 10)}`
  })
  const lines = [...new Set(said)]
  return lines.length > 1
    ? [lang === 'vi' ? 'Đo ở nhiều lần chạy khác nhau:' : 'Taken in different runs:', ...lines]
    : lines
}

export function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Three significant digits are more than most figures are worth. */
export function short(value: number, lang: Language): string {
  const rounded = Number(value.toPrecision(3))
  return Math.abs(rounded) >= 10
    ? formatNumber(rounded, lang)
    : String(rounded).replace('.', lang === 'vi' ? ',' : '.')
}
