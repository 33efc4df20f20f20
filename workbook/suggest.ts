/** "Did you mean": the known words nearest to a mistyped one. */

/** Known words within a small edit distance of `word`, nearest first, at most three. */
export function suggest(word: string, known: Iterable<string>): string[] {
  const wanted = word.toLowerCase()
  const scored: { candidate: string; distance: number }[] = []
  for (const candidate of new Set(known)) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance <= tolerance(wanted)) scored.push({ candidate, distance })
  }
  scored.sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
  const best = scored[0]?.distance ?? 0
  return scored
    .filter(({ distance }) => distance <= best + 1)
    .slice(0, 3)
    .map(({ candidate }) => candidate)
}

/** Short words are near to everything, so they get less. */
function tolerance(word: string): number {
  return word.length <= 4 ? 1 : 2
}

/** Insertions, deletions, replacements and swaps of neighbours needed to turn one word into the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (isSame ? 0 : 1))
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) cost = Math.min(cost, at(beforeLast, j - 2) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
