/** A request, or one item of it, that the broker refuses with one of Kafka's errors. */
import type { ErrorName } from './wire/error-code.ts'

export class Refusal extends Error {
  readonly errorName: ErrorName

  constructor(errorName: ErrorName, message: string) {
    super(message)
    this.name = 'Refusal'
    this.errorName = errorName
  }
}

export const refusal = (errorName: ErrorName, message: string) => new Refusal(errorName, message)
