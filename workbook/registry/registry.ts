/**
 * The one registry of the workbook: seven parts, fifty tasks, 387 items. Reports, CHECKLIST.md, `verify` and the
 * dashboard are folded from it; nothing about a task stands anywhere else.
 */
import type { Text } from '#lab/verdict'
import { consistencyTasks } from './consistency.ts'
import { designTasks } from './design.ts'
import { failureTasks } from './failure.ts'
import { finalTasks } from './final.ts'
import { mqTasks } from './mq.ts'
import { reviewTasks } from './review.ts'
import { studyTasks } from './study.ts'

/**
 * How an item is proven.
 * - `check`: a test that carries the item's id
 * - `document`: rules on a written deliverable
 * - `measure`: a figure in a results file
 * - `question`: a question answered right
 * - `rubric`: the points covered in a written analysis
 * - `computed`: folded from other items
 * - `claim`: the learner's word, only where no machine can know
 */
export type EvidenceKind = 'check' | 'document' | 'measure' | 'question' | 'rubric' | 'computed' | 'claim'

/** One line of the checklist. */
export interface Item {
  readonly id: string
  readonly text: Text
  readonly evidence: readonly [EvidenceKind, ...EvidenceKind[]]
}

export type PartId = 'study' | 'design' | 'mq' | 'failure' | 'consistency' | 'review' | 'final'

export interface Part {
  readonly id: PartId
  readonly title: Text
}

/** One section of the checklist: a folder with a lesson, code to write and checks. */
export interface Task {
  /** `mq-03`; the last part has one task, `final`. */
  readonly id: string
  readonly part: PartId
  /** Below the repository: `exercises/3-mq/03-rabbitmq-consumer` or `designs/01-payment-event-schema`. */
  readonly folder: string
  readonly title: Text
  /** `planned` means: no folder yet, nothing to check, and every screen says so. */
  readonly state: 'ready' | 'planned'
  /** Reading and doing together, as the author expects it; absent while planned. */
  readonly minutes?: number
  /** The learner's files in the folder, in the order in which one works on them. Empty while planned. */
  readonly files: readonly string[]
  /** Their files stand at the top of the repository and not in the folder: what is read on its own. */
  readonly atTop?: true
  /**
   * Files of the learner's in other folders that its checks look at too, relative to the repository: a task that looks back at others.
   * What is proven here is stale when one of them changes.
   */
  readonly alsoReads?: readonly string[]
  /** Tasks that should be done before. */
  readonly needs: readonly string[]
  /** Which broker its checks need. */
  readonly engine: 'rabbitmq' | 'kafka' | 'both' | 'none'
  /** Nodes of the Kafka that its checks play on, which is started ahead of them. Default: one. */
  readonly kafkaNodes?: 1 | 3
  /** Position on the path through the week, from 1: doing first, each study section beside its practice. */
  readonly path: number
  /** Items whose test may pass on the untouched starter, each with its reason. */
  readonly starterPasses: readonly { readonly item: string; readonly why: string }[]
  readonly items: readonly Item[]
}

export const parts: readonly Part[] = [
  { id: 'study', title: { en: 'Study', vi: 'Học' } },
  { id: 'design', title: { en: 'Event design', vi: 'Thiết kế event' } },
  { id: 'mq', title: { en: 'MQ integration', vi: 'Tích hợp MQ' } },
  { id: 'failure', title: { en: 'Failure & retry', vi: 'Sự cố & retry' } },
  { id: 'consistency', title: { en: 'Consistency', vi: 'Tính nhất quán' } },
  { id: 'review', title: { en: 'Review', vi: 'Nhìn lại' } },
  { id: 'final', title: { en: 'Final checklist', vi: 'Checklist cuối' } },
]

/** All tasks, in the order of the brief. */
export const tasks: readonly Task[] = [
  ...studyTasks,
  ...designTasks,
  ...mqTasks,
  ...failureTasks,
  ...consistencyTasks,
  ...reviewTasks,
  ...finalTasks,
]
