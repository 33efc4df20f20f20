// mistake: names the stage by a feeling
// refused by: review-05.4
// says: which figure or run shows it

/** Which stage sets the pace of the slow consumer, and how one knows. */

export type Stage = 'read' | 'find' | 'book' | 'unknown'

export const bottleneck: { readonly stage: Stage; readonly why: string } = {
  stage: 'find',
  why: 'It feels slow.',
}
