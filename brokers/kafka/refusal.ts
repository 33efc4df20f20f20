/** A request, or one item of it, that the broker refuses with one of Kafka's errors. */
import type { ErrorName } from './wire/error-code.ts'

/** What is wrong with one record of a batch. */
export interface RecordError {
  readonly batchIndex: number
  readonly message: string
}

export class Refusal extends Error {
  readonly errorName: ErrorName
  /** For a batch: which of its records are at fault, if it is not the batch as a whole. */
  readonly recordErrors: readonly RecordError[]

  constructor(errorName: ErrorName, message: string, recordErrors: readonly RecordError[] = []) {
    super(message)
    this.name = 'Refusal'
    this.errorName = errorName
    this.recordErrors = recordErrors
  }
}

export const refusal = (errorName: ErrorName, message: string) => new Refusal(errorName, message)
