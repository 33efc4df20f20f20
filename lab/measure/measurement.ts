/** What a task declares so that it can be measured: it exports `measurement` from `measure.ts`. */
import type { Lab } from '../kit/lab.ts'
import type { Brokers } from '../kit/stage.ts'
import type { Meter } from './meter.ts'

export interface Measurement {
  /** Client libraries whose versions stand beside the figures, such as `amqplib`. */
  readonly libraries: readonly string[]
  /** What it is measured on. Default: RabbitMQ alone. */
  readonly brokers?: Brokers
  /** Drives the subject and hands figures to the meter. A warm-up of its own belongs in here. */
  readonly measure: (lab: Lab, meter: Meter) => Promise<void>
}
