/** A typed answer goes into its section and nowhere else. */
import { describe, expect, it } from 'vitest'
import { placeAnswer } from './written.ts'

const heading = { en: 'Dead letter queue', vi: 'Dead letter queue (DLQ)' }
const page =
  '# Answers\n\n## Event sourcing\n\nmine\n\n## Dead letter queue\n\n> When?\n\n## Saga\n\n> Who?\n'

describe('placeAnswer', () => {
  it('puts the answer below the question, before the next section', () => {
    expect(placeAnswer(page, heading, 'For poison.\n')).toBe(
      page.replace('> When?\n', '> When?\n\nFor poison.\n'),
    )
  })

  it('keeps what was written there before', () => {
    const twice = placeAnswer(placeAnswer(page, heading, 'one'), heading, 'two')
    expect(twice).toContain('> When?\n\none\n\ntwo\n\n## Saga')
  })

  it('finds the section by its Vietnamese heading, and with the line ends of Windows', () => {
    const windows = page
      .replace('## Dead letter queue', '## Dead letter queue (DLQ)')
      .replaceAll('\n', '\r\n')
    expect(placeAnswer(windows, heading, 'x')).toContain('> When?\n\nx\n\n## Saga')
  })

  it('adds a section that is not there, at the end', () => {
    expect(placeAnswer('# Put right\n', heading, 'x')).toBe('# Put right\n\n## Dead letter queue\n\nx\n')
    expect(placeAnswer('', heading, 'x')).toBe('## Dead letter queue\n\nx\n')
  })
})
