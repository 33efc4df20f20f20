/** The calls of an actor that wait for their answers. */

export class PendingCalls {
  readonly #pending = new Map<
    number,
    { readonly method: string; readonly answer: PromiseWithResolvers<unknown> }
  >()
  #made = 0

  /** A new call: its number, and the promise of its answer. */
  add(method: string): { readonly call: number; readonly answer: Promise<unknown> } {
    const call = ++this.#made
    const answer = Promise.withResolvers<unknown>()
    this.#pending.set(call, { method, answer })
    return { call, answer: answer.promise }
  }

  answer(call: number, value: unknown): void {
    this.#pending.get(call)?.answer.resolve(value)
    this.#pending.delete(call)
  }

  refuse(call: number, error: unknown): void {
    this.#pending.get(call)?.answer.reject(error)
    this.#pending.delete(call)
  }

  /** Nobody will answer any more. */
  refuseAll(errorFor: (method: string) => Error): void {
    for (const [call, { method }] of this.#pending) this.refuse(call, errorFor(method))
  }
}
