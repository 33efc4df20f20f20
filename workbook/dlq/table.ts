/** A table for a terminal: columns as wide as what is in them, the last one cut to the width of the screen. */
import stringWidth from 'fast-string-width'

const gap = 2

export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): readonly string[] {
  const widths = head.map((title, at) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[at] ?? ''))),
  )
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap, 0)
  return [head, ...rows].map((row) =>
    row
      .map((cell, at) =>
        at === row.length - 1
          ? cut(cell, Math.max(gap, columns - before))
          : cell + ' '.repeat((widths[at] ?? 0) - stringWidth(cell) + gap),
      )
      .join('')
      .trimEnd(),
  )
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}
