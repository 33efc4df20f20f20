/** Why brokers could not be had: one sentence that ends with the next step, in both languages. */

export interface Sentence {
  readonly en: string
  readonly vi: string
}

export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly said: Sentence

  constructor(said: Sentence, options: { cause?: unknown } = {}) {
    super(said.en, options)
    this.said = said
  }
}
