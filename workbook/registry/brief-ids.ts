/** The ids that the brief fixes, and how each item is to be proven: what the registry is held against. */
import type { EvidenceKind } from './registry.ts'

const kinds = {
  c: 'check',
  d: 'document',
  m: 'measure',
  q: 'question',
  r: 'rubric',
  f: 'computed',
  o: 'claim',
} as const satisfies Record<string, EvidenceKind>

/** One row per section, one letter per item, both in the brief's order. */
const sections: readonly (readonly [section: string, letters: string])[] = [
  ['study-01', 'qrrrqqdrqq'],
  ['study-02', 'qqqqqqqqqqd'],
  ['study-03', 'qqqqqqqqd'],
  ['study-04', 'qqqrrqqd'],
  ['study-05', 'qrqrqrqdd'],
  ['study-06', 'qqrqrqqqd'],
  ['study-07', 'qqqqqqdr'],
  ['study-08', 'qqqqqqqd'],
  ['study-09', 'qqqqqrdq'],
  ['study-10', 'qqqdqqd'],
  ['study-11', 'qqqqqdd'],
  ['study-12', 'qqqqqd'],
  ['design-01', 'cccccd'],
  ['design-02', 'cccccccd'],
  ['design-03', 'ccccccd'],
  ['design-04', 'ccrcccd'],
  ['design-05', 'ccccccd'],
  ['design-06', 'ccmccd'],
  ['mq-01', 'cccccccd'],
  ['mq-02', 'cccccccd'],
  ['mq-03', 'ccccccccd'],
  ['mq-04', 'ccccccccd'],
  ['mq-05', 'ccccccd'],
  ['mq-06', 'ccccccccd'],
  ['mq-07', 'cccccccccd'],
  ['mq-08', 'ccccmd'],
  ['mq-09', 'cccccrd'],
  ['mq-10', 'ccccccccd'],
  ['failure-01', 'ccccmd'],
  ['failure-02', 'ccccmd'],
  ['failure-03', 'ccccmd'],
  ['failure-04', 'ccccccd'],
  ['failure-05', 'ccccmd'],
  ['failure-06', 'cccccd'],
  ['failure-07', 'ccccmdd'],
  ['failure-08', 'ccccccd'],
  ['consistency-01', 'crccmcd'],
  ['consistency-02', 'ccrcccd'],
  ['consistency-03', 'ccrcccd'],
  ['consistency-04', 'cccccmd'],
  ['consistency-05', 'dcccmd'],
  ['review-01', 'fffffooooddd'],
  ['review-02', 'dccccdddd'],
  ['review-03', 'ccccccdcd'],
  ['review-04', 'ccddcd'],
  ['review-05', 'mmmcmmd'],
  ['review-06', 'rrrrrccrd'],
  ['review-07', 'dddodddd'],
  ['review-08', 'rrrrrrrr'],
  ['final', 'fffffffffff'],
]

export interface BriefItem {
  readonly id: string
  readonly kind: EvidenceKind
}

/** All items of the brief, in its order. */
export const briefItems: readonly BriefItem[] = sections.flatMap(([section, letters]) => {
  return [...letters].map((letter, index) => {
    return { id: `${section}.${index + 1}`, kind: kinds[letter as keyof typeof kinds] }
  })
})
