/** What every page works with. */
import type { Course } from '#workbook/course'
import type { Runs } from './runs/runs.ts'
import type { Safety } from './safety.ts'
import type { Hub } from './stream/hub.ts'

export interface Dashboard {
  readonly course: Course
  readonly hub: Hub
  readonly runs: Runs
  readonly safety: Safety
}
