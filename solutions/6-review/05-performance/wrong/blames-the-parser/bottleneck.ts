// mistake: blames the parser
// refused by: review-05.4
// says: another stage gains more

/** Which stage sets the pace of the slow consumer, and how one knows. */

export type Stage = 'read' | 'find' | 'book' | 'unknown'

export const bottleneck: { readonly stage: Stage; readonly why: string } = {
  stage: 'read',
  why: 'Of the processing time nearly all is waiting for the directory, while the processor is idle; made free, it lets the consumer go many times as fast, and the other two hardly change anything.',
}
