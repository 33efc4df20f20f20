/**
 * The engine that runs a real RabbitMQ of this computer: it starts one, on loopback and with folders of its own, or takes the one that
 * a host keeps running.
 */
import { type RealRabbitMQ, runningRabbitMQ } from '../real-rabbitmq.ts'
import { brokerHostUrl, hostedRabbitMQ } from './hosted.ts'
import { findRabbitMQ, type RabbitMQHome } from './rabbitmq-home.ts'
import { type RabbitMQNode, startRabbitMQNode } from './rabbitmq-node.ts'

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
export async function localRabbitMQ(options: LocalRabbitMQOptions = {}): Promise<RealRabbitMQ> {
  const { home, port = 0, managementPort = 0 } = options
  // Any one will do where none is asked for.
  const host = home === undefined && port + managementPort === 0 ? brokerHostUrl() : undefined
  const broker = host === undefined ? await startRabbitMQForLabs(options) : await hostedRabbitMQ(host)
  return runningRabbitMQ('local', broker)
}

/** The same without the engine around it. @throws Error */
export function startRabbitMQForLabs({
  home = findRabbitMQ(),
  ...ports
}: LocalRabbitMQOptions = {}): Promise<RabbitMQNode> {
  return startRabbitMQNode({ home, config, advanced, hasManagement: true, ...ports })
}
