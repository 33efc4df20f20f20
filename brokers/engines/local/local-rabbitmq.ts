/** The engine that runs a real RabbitMQ of this computer: it starts one, on loopback and with folders of its own. */
import { type RealRabbitMQ, runningRabbitMQ } from '../real-rabbitmq.ts'
import { findRabbitMQ, type RabbitMQHome } from './rabbitmq-home.ts'
import { startRabbitMQNode } from './rabbitmq-node.ts'

export interface LocalRabbitMQOptions {
  /** Which one; left out: the one that RABBITMQ_HOME names, or that is installed. */
  readonly home?: RabbitMQHome
  /** 0, the default, picks a free one. */
  readonly port?: number
  readonly managementPort?: number
}

/** Told twice a second, and of quorum queues twenty times, instead of every five seconds: checks look at them. */
const config = ['collect_statistics_interval = 500']
const advanced = '[{rabbit, [{quorum_tick_interval, 50}]}]'

/** Starts one; dispose it when done. @throws Error in one sentence if there is none, or with the end of its log. */
export async function localRabbitMQ({
  home = findRabbitMQ(),
  ...ports
}: LocalRabbitMQOptions = {}): Promise<RealRabbitMQ> {
  const node = await startRabbitMQNode({ home, config, advanced, hasManagement: true, ...ports })
  return runningRabbitMQ('local', node)
}
