/** `npm run brokers up rabbitmq|kafka engine=local|docker`: a real broker in the foreground, at its usual ports. */
import { EngineError, startKafkaEngine, startRabbitMQEngine } from '#brokers/engines/start'
import type { Text } from '#lab/verdict'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { type Options, UsageError } from '../options.ts'
import { paint, print, printError } from '../terminal.ts'
import { brokersTexts, kafkaTexts } from '../texts/brokers.ts'
import { cliTexts } from '../texts/cli.ts'
import { type Serving, serveInForeground } from './brokers-foreground.ts'

type Engine = 'local' | 'docker'

const PORTS = { amqp: 5672, management: 15_672, kafka: 9092 } as const

export async function run(
  { options, lang }: Context,
  product: 'rabbitmq' | 'kafka',
  engine: Engine,
): Promise<ExitCode> {
  const start = product === 'rabbitmq' ? startRabbitMQ : startKafka
  const next = (step: string) => print(inLanguage(cliTexts.next(step), lang))
  try {
    const exitCode = await serveInForeground(() => start(options, engine), lang)
    // It has ended by itself.
    if (exitCode === exitCodes.setUp) next(`npm run brokers up ${product} engine=${engine}`)
    return exitCode
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    printError(paint('red', inLanguage(error.said as Text, lang)))
    next(`npm run brokers up ${product}`)
    return exitCodes.setUp
  }
}

async function startRabbitMQ(options: Options, engine: Engine): Promise<Serving> {
  const { port = PORTS.amqp, management = PORTS.management } = options
  const broker = await startRabbitMQEngine(engine, { port, managementPort: management })
  const address = `${broker.address.host}:${broker.address.port}`
  const { server, managementUrl = '' } = broker
  return {
    about: { product: 'rabbitmq', engine, server, addresses: [address], management: managementUrl },
    ready: brokersTexts.ready(server, address, managementUrl, brokersTexts.temporary),
    stopped: brokersTexts.stopped,
    ...(broker.crashed === undefined ? {} : { crashed: broker.crashed }),
    clearAway: () => broker[Symbol.asyncDispose](),
    stop: async () => {
      await broker.stop()
      await broker[Symbol.asyncDispose]()
    },
  }
}

async function startKafka(options: Options, engine: Engine): Promise<Serving> {
  const { ports = [options.port ?? PORTS.kafka], dotted } = options
  if (ports.length !== 1 && ports.length !== 3) throw new UsageError(kafkaTexts.oneOrThree(ports.length))
  const nodes = ports.length === 3 ? 3 : 1
  const cluster = await startKafkaEngine(engine, { nodes, ports, config: dotted })
  const addresses = cluster.addresses.map(({ host, port }) => `${host}:${port}`)
  return {
    about: { product: 'kafka', engine, server: cluster.server, addresses },
    ready: kafkaTexts.ready(cluster.server, addresses.join(','), nodes, brokersTexts.temporary),
    stopped: kafkaTexts.stopped,
    ...(cluster.crashed === undefined ? {} : { crashed: cluster.crashed }),
    clearAway: () => cluster[Symbol.asyncDispose](),
    stop: async () => {
      await cluster.stop()
      await cluster[Symbol.asyncDispose]()
    },
  }
}
