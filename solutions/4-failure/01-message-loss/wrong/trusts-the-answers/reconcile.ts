// mistake: asks only the callers what was promised, and not the database
// refused by: failure-01.2
// says: was promised and is in no queue

/** The reckoning after a crash: which payments were promised, which arrived, and whose fate is which. */

/** What is known when everything is quiet again. */
export interface Aftermath {
  /** What each caller heard. `unknown`: the service died before it had answered. */
  readonly answers: readonly { readonly payment_id: string; readonly answer: 'ok' | 'fail' | 'unknown' }[]
  /** The payments in the service's database. */
  readonly committed: readonly string[]
  /** The payments that reached the wallet's queue, in order, copies included. */
  readonly arrived: readonly string[]
}

/** Ids of payments, each list without repetitions. */
export interface Reckoning {
  /** Promised, and never arrived. A promise is an answer `ok`, or a row in the database: the customer sees both. */
  readonly lost: readonly string[]
  /** Arrived more than once. */
  readonly repeated: readonly string[]
  /** Arrived, and nobody had promised it. */
  readonly unfounded: readonly string[]
  /** Nobody answered, nothing was saved, nothing arrived: nothing happened, and the caller may ask again. */
  readonly open: readonly string[]
}

export function reconcile({ answers, arrived }: Aftermath): Reckoning {
  const there = new Set(arrived)
  const answered = new Map(answers.map(({ payment_id, answer }) => [payment_id, answer]))
  const promised = new Set(answers.flatMap(({ payment_id, answer }) => (answer === 'ok' ? [payment_id] : [])))
  return {
    lost: [...promised].filter((id) => !there.has(id)),
    repeated: [...there].filter((id) => arrived.indexOf(id) !== arrived.lastIndexOf(id)),
    unfounded: [...there].filter((id) => !promised.has(id)),
    open: [...answered].flatMap(([id, answer]) =>
      answer === 'unknown' && !promised.has(id) && !there.has(id) ? [id] : [],
    ),
  }
}
