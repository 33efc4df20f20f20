/** What `npm run exercise mq-10 live` plays; the scenarios are in scenarios/, one noun a file. */
import type { Act } from '#lab/kit'
import { text } from '#lab/verdict/language'
import { published, replayed } from './scenarios/publishing.ts'
import { contended } from './scenarios/writing.ts'

/** Played by `npm run exercise mq-10 live`. */
export const live: readonly Act[] = [
  {
    title: text('Two services want the same money.', 'Hai service cùng muốn một khoản tiền.'),
    scenario: contended,
  },
  {
    title: text(
      'The service is killed before its commit, and as an event leaves.',
      'Service bị kill trước commit, rồi khi event vừa rời đi.',
    ),
    scenario: published,
  },
  {
    title: text('A replay, which tells nobody.', 'Một lần replay, không báo cho ai.'),
    scenario: replayed,
  },
]
