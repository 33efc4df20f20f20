// mistake: lets retries without an end pass
// refused by: review-02.4
// says: failure faults of the sample found

/** The review of the sample architecture in `sample.md`: one mark for each fault. */

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
  {
    element: 'event ride.paid',
    kind: 'schema',
    why: 'An amount of 12.5 is a floating point number, and sums of it drift.',
  },
  {
    element: 'event driver.registered',
    kind: 'schema',
    why: 'Readers of version 1 find no iban any more and pay to nowhere.',
  },
  {
    element: 'event ride.cancelled',
    kind: 'flow',
    why: 'Only the audit queue gets it, so a cancelled ride is dispatched and paid.',
  },
  {
    element: 'queue audit',
    kind: 'flow',
    why: 'It gets everything, nobody reads it, and the disk of the broker fills.',
  },
  {
    element: 'queue notifications',
    kind: 'failure',
    why: 'Over a weekend the oldest are dropped, and refused ones vanish.',
  },
  {
    element: 'consumer registry',
    kind: 'failure',
    why: 'Two copies at one moment both find nothing and both insert.',
  },
  {
    element: 'view driver-balance',
    kind: 'consistency',
    why: 'Two payouts in one minute see the same balance, and both are paid.',
  },
  {
    element: 'view fleet-map',
    kind: 'consistency',
    why: 'Without a bound nobody is alerted when the map stands still.',
  },
]
