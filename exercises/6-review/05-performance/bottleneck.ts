/** Which stage sets the pace of the slow consumer, and how you know. */

export type Stage = 'read' | 'find' | 'book' | 'unknown'

export const bottleneck: { readonly stage: Stage; readonly why: string } = {
  // TODO review-05.4: the stage that sets the pace, and the figure or run that shows it
  stage: 'unknown',
  why: '',
}
