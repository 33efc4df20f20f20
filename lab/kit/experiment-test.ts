/** The check of a lesson's experiment: what the lesson says comes true on the engine that runs it. */

import type { Experiment, Outcome } from '../study/experiment.ts'
import { text } from '../verdict/language.ts'
import { broken, held, type Promised } from './promise.ts'
import { patiently, rabbitMQAlone } from './stage.ts'
import { registerScenario } from './test.ts'

/**
 * Registers an experiment. The name is `experiment <its name>: <what it shows>`; it proves no item, since nothing of the
 * learner's takes part.
 */
export function experimentTest(name: string, experiment: Experiment): void {
  const expected = `experiment ${experiment.name}: ${experiment.shows.en}`
  if (name !== expected)
    throw new Error(`the test "${name}" stands for "${expected}": use its words as the name`)
  const { brokers = rabbitMQAlone, needs = [] } = experiment
  const play = patiently(brokers, async (lab) => {
    lab.needs(...needs)
    return experiment.came(await experiment.scenario(lab))
  })
  registerScenario(name, promiseOf(experiment), play)
}

function promiseOf({ shows, question }: Experiment): Promised<Outcome> {
  return {
    item: question.item,
    text: shows,
    judge({ option, said, witnesses }) {
      if (option === question.answer) return held(...witnesses)
      const came = question.options.find(({ id }) => id === option)?.text ?? said
      return broken(
        text(
          `on this engine it came out otherwise: ${said.en}${came === said ? '' : ` (${came.en})`}`,
          `trên engine này kết quả lại khác: ${said.vi}${came === said ? '' : ` (${came.vi})`}`,
        ),
      )
    },
  }
}
