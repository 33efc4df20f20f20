/**
 * Reads metrics in Prometheus' text format (version 0.0.4): one sample a line, a name with labels in braces and a value. What a
 * scrape of Prometheus would see of a service, a check sees with this.
 */

/** One sample of a metric. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/
const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:\\.|[^"\\])*)"/g
const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' }

/** All samples of a text, in order; comments and lines that are none are left out. */
export function readSamples(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = sampleLine.exec(line.trim()) ?? []
    return name === undefined || value === undefined
      ? []
      : [{ name, labels: labelsOf(labels), value: numberOf(value) }]
  })
}

/** The sum of a metric over all its labels; undefined when there is no such metric. */
export function totalOf(samples: readonly Sample[], name: string): number | undefined {
  const found = samples.filter((sample) => sample.name === name)
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0)
}

function labelsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(labelPair)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll(/\\[n"\\]/g, (pair) => escapes[pair] ?? pair),
  ])
  return Object.fromEntries(pairs)
}

function numberOf(value: string): number {
  return value === '+Inf'
    ? Number.POSITIVE_INFINITY
    : value === '-Inf'
      ? Number.NEGATIVE_INFINITY
      : Number(value)
}
