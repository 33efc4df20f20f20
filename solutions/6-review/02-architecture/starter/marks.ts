/** Your review of the sample architecture in `sample.md`: one mark for each fault. */

export interface Mark {
  /** The element, as the sample names it in bold: `event ride.paid`, `queue payouts`, `view driver-balance`. */
  readonly element: string
  /**
   * - `schema`: an event that its readers can't rely on
   * - `flow`: a message that gets nowhere, or a place that nothing reaches or leaves
   * - `failure`: what happens when something fails loses, doubles or never ends
   * - `consistency`: somebody relies on more than a view promises
   */
  readonly kind: 'schema' | 'flow' | 'failure' | 'consistency'
  /** What would happen, in a sentence. */
  readonly why: string
}

export const marks: readonly Mark[] = [
  // TODO review-02.2 to 02.5: { element: 'event ride.paid', kind: 'schema', why: '' },
]
