/** The difference of two texts by lines, as hunks with a little of what surrounds them. */

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

export interface Hunk {
  /** The first line of the hunk in the old text, from 1. */
  readonly oldStart: number
  readonly newStart: number
  readonly lines: readonly DiffLine[]
}

/** Every line of both texts, in order; the longest common run of lines stays. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = splitLines(before)
  const b = splitLines(after)
  const common = commonLengths(a, b)
  const lines: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i] ?? '' })
      i++
      j++
    } else if (j >= b.length || (i < a.length && lengthAt(common, i + 1, j) >= lengthAt(common, i, j + 1))) {
      lines.push({ kind: 'removed', text: a[i++] ?? '' })
    } else lines.push({ kind: 'added', text: b[j++] ?? '' })
  }
  return lines
}

/** Only the changed places, each with `context` lines around it. Equal texts have none. */
export function diffHunks(before: string, after: string, context = 3): Hunk[] {
  const lines = diffLines(before, after)
  const hunks: Hunk[] = []
  let oldLine = 1
  let newLine = 1
  let open: { oldStart: number; newStart: number; lines: DiffLine[] } | undefined
  let sameRun = 0
  const recent: DiffLine[] = []
  for (const line of lines) {
    if (line.kind === 'same') {
      open?.lines.push(line)
      sameRun++
      if (open !== undefined && sameRun > context * 2) {
        open.lines.splice(open.lines.length - (sameRun - context))
        hunks.push(open)
        open = undefined
      }
    } else {
      open ??= { oldStart: oldLine - recent.length, newStart: newLine - recent.length, lines: [...recent] }
      open.lines.push(line)
      sameRun = 0
    }
    if (line.kind === 'same') {
      recent.push(line)
      if (recent.length > context) recent.shift()
    } else recent.length = 0
    if (line.kind !== 'added') oldLine++
    if (line.kind !== 'removed') newLine++
  }
  if (open !== undefined) {
    if (sameRun > context) open.lines.splice(open.lines.length - (sameRun - context))
    hunks.push(open)
  }
  return hunks
}

/** A last line break ends the last line and begins none. */
function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** How many lines the rest of both texts have in common, for every pair of positions. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--) {
    const row = table[i]
    if (row === undefined) continue
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] =
        a[i] === b[j]
          ? lengthAt(table, i + 1, j + 1) + 1
          : Math.max(lengthAt(table, i + 1, j), lengthAt(table, i, j + 1))
    }
  }
  return table
}

function lengthAt(table: readonly Uint32Array[], i: number, j: number): number {
  return table[i]?.[j] ?? 0
}
