/** Without protection duplicates are charged and booked, and the learner's extras() names them. */
import type { Lab } from '#lab/kit'
import { unhurried } from '#lab/kit/stage'
import { text } from '#lab/verdict/language'
import type { Books } from './books.ts'
import { type FindingsModule, findingsFile } from './findings.ts'
import { misfortunes } from './misfortunes.ts'

interface Extra {
  readonly payment_id: string
  readonly entries: readonly number[]
  readonly charges: readonly string[]
}

export interface ExtrasSeen {
  readonly books: Books
  readonly expected: readonly Extra[]
  readonly answered: readonly Extra[]
}

/** The same five payments; what the unprotected service has booked and charged too much is to be named. */
export const namedExtras = unhurried(async (lab: Lab): Promise<ExtrasSeen> => {
  const { extras } = await lab.subject.load<FindingsModule>(findingsFile, ['extras'])
  const { books } = await misfortunes(lab)
  return { books, expected: extrasIn(books), answered: extrasOf(lab, extras(books)) }
})

function extrasIn({ entries, charges }: Books): readonly Extra[] {
  const taken = charges.filter(({ outcome }) => outcome === 'approved')
  const ids = new Set([...entries, ...taken].map(({ payment_id }) => payment_id))
  return [...ids]
    .map((id) => ({
      payment_id: id,
      entries: entries
        .filter(({ payment_id }) => payment_id === id)
        .slice(1)
        .map(({ position }) => position),
      charges: taken
        .filter(({ payment_id }) => payment_id === id)
        .slice(1)
        .map((charge) => charge.key),
    }))
    .filter((extra) => extra.entries.length + extra.charges.length > 0)
}

/** Validated, since a learner's code made it. */
function extrasOf(lab: Lab, answered: unknown): readonly Extra[] {
  const isExtra = (one: unknown): boolean => {
    const { payment_id, entries, charges } = (one ?? {}) as Record<string, unknown>
    return typeof payment_id === 'string' && Array.isArray(entries) && Array.isArray(charges)
  }
  if (Array.isArray(answered) && answered.every(isExtra)) return answered as Extra[]
  throw lab.breaks(
    text(
      'extras() does not answer a list of { payment_id, entries, charges }',
      'extras() không trả về danh sách { payment_id, entries, charges }',
    ),
    { file: findingsFile, near: ['function extras'] },
  )
}
