/**
 * The nodes and arrows of a Mermaid flowchart in a Markdown page, so that a drawing can be held against the thing it shows.
 * Reads what people write: `a["label"] -- "word" --> b(("other"))`, `a -->|word| b --> c`, `a & b --> c`, subgraphs.
 */

export interface Flowchart {
  /** Labels of all nodes, without line breaks and marks. */
  readonly nodes: readonly string[]
  readonly arrows: readonly { readonly from: string; readonly to: string; readonly label: string }[]
  /** Line of the page on which the drawing begins, from 1. */
  readonly line: number
}

/** The first flowchart of a page, or undefined when it has none. */
export function readFlowchart(markdown: string): Flowchart | undefined {
  const lines = markdown.split(/\r?\n/)
  const begin = lines.findIndex(
    (line, at) => /^\s*```mermaid\s*$/.test(line) && /^\s*(?:flowchart|graph)\b/.test(lines[at + 1] ?? ''),
  )
  if (begin < 0) return undefined
  const length = lines.slice(begin + 1).findIndex((line) => /^\s*```\s*$/.test(line))
  const body = lines.slice(begin + 2, length < 0 ? undefined : begin + 1 + length)
  const labels = new Map<string, string>()
  const arrows: { from: string; to: string; label: string }[] = []
  for (const line of body.flatMap((each) => each.split(';'))) readStatement(line, labels, arrows)
  const labelOf = (id: string): string => labels.get(id) ?? id
  return {
    nodes: [...labels.values()],
    arrows: arrows.map(({ from, to, label }) => ({ from: labelOf(from), to: labelOf(to), label })),
    line: begin + 1,
  }
}

const passedOver = /^\s*(?:$|%%|subgraph\b|end\b|direction\b|classDef\b|class\b|style\b|linkStyle\b|click\b)/
const arrow =
  /\s*(?:<?(?:--|==)\s*"?(?<before>[^"|>=-][^|>]*?)"?\s*(?:--+|==+)[>xo]|<?-\.\s*"?(?<dotted>[^"|>.-][^|>]*?)"?\s*\.-+>|<?(?:--+|==+|-\.+-)[>xo](?:\|\s*"?(?<after>[^|]*?)"?\s*\|)?)\s*/y
const node =
  /\s*(?<id>[\p{L}\p{N}_][\p{L}\p{N}_.-]*?)(?=$|[\s[({>&:@]|-->|--|==|-\.)(?<shape>\[\[.*?\]\]|\[\(.*?\)\]|\(\(.*?\)\)|\[.*?\]|\(.*?\)|\{\{.*?\}\}|\{.*?\}|>.*?\])?(?::::?[\w-]+)?/uy

function readStatement(
  line: string,
  labels: Map<string, string>,
  arrows: { from: string; to: string; label: string }[],
): void {
  if (passedOver.test(line)) return
  let at = 0
  let before: string[] = []
  let label: string | undefined
  while (at < line.length) {
    const group: string[] = []
    for (;;) {
      node.lastIndex = at
      const found = node.exec(line)
      if (found?.groups === undefined) return
      at = node.lastIndex
      const { id = '', shape } = found.groups
      if (shape !== undefined) labels.set(id, plain(shape))
      else if (!labels.has(id)) labels.set(id, id)
      group.push(id)
      const and = /\s*&/y
      and.lastIndex = at
      if (!and.test(line)) break
      at = and.lastIndex
    }
    if (label !== undefined) {
      for (const from of before) for (const to of group) arrows.push({ from, to, label })
    }
    arrow.lastIndex = at
    const found = arrow.exec(line)
    if (found?.groups === undefined) return
    at = arrow.lastIndex
    label = plain(found.groups['before'] ?? found.groups['dotted'] ?? found.groups['after'] ?? '')
    before = group
  }
}

/** A label as one reads it: without brackets, quotes and line breaks. */
function plain(label: string): string {
  return label
    .replace(/^[[({>]+|[\])}]+$/g, '')
    .replace(/<br\s*\/?>/gi, ' ')
    .replace(/["`]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
