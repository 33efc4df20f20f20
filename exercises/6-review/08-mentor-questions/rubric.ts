/** The written answers of review-08: which questions, and in which files. */
import { mentorQuestions } from '#knowledge-check/mentor'
import type { WrittenTask } from '#lab/study/written'

export const written: WrittenTask = { first: 'ANSWERS.md', second: 'IMPROVED.md', questions: mentorQuestions }
