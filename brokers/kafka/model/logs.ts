/** Where the copies of partitions are kept. */
import type { LogSettings } from './log/settings.ts'
import { MemoryRecordLog, type RecordLog } from './record-log.ts'

/** Whose copy of what. */
export interface LogPlace {
  readonly nodeId: number
  readonly topic: string
  readonly topicId: string
  readonly partition: number
}

export interface Logs {
  /** What was kept there before is in it. @throws Error in one sentence, if that is damaged */
  open(place: LogPlace, settings: () => LogSettings): RecordLog
  /** Takes a log away for good, once it is kept that its topic is gone. */
  remove(log: RecordLog): void
}

export const memoryLogs: Logs = {
  open: (_, settings) => new MemoryRecordLog(settings),
  remove() {},
}
