/** The written answers of review-06: which questions, and in which files. */
import { explanations } from '#knowledge-check/explanations'
import type { WrittenTask } from '#lab/study/written'

export const written: WrittenTask = { first: 'ANSWERS.md', second: 'CORRECTED.md', questions: explanations }
