/** `npm run brokers up rabbitmq`: the embedded RabbitMQ in the foreground, for any client on this computer. */
import { resolve } from 'node:path'
import { type RabbitMQ, StartError, startRabbitMQ } from '#brokers/amqp'
import type { Text } from '#lab/verdict'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import type { Options } from '../options.ts'
import { paint, printError } from '../terminal.ts'
import { brokersTexts } from '../texts/brokers.ts'
import { type Serving, serveInForeground } from './brokers-foreground.ts'

/** RabbitMQ's own. */
const PORT = 5672
const MANAGEMENT_PORT = 15_672

export async function run({ options, lang }: Context): Promise<ExitCode> {
  try {
    return await serveInForeground(() => start(options), lang)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    printError(paint('red', inLanguage(explain(error, options), lang)))
    return exitCodes.setUp
  }
}

/** It runs in a thread of this process and goes with it. */
async function start(options: Options): Promise<Serving> {
  const { port = PORT, management = MANAGEMENT_PORT, profile, durability = 'fsync' } = options
  const dataDir = options.data === undefined ? undefined : resolve(process.env.INIT_CWD ?? '.', options.data)
  const broker = await startRabbitMQ({
    host: options.host ?? ['127.0.0.1', '::1'],
    port,
    management,
    durability,
    ...(profile === undefined ? {} : { profile }),
    ...(dataDir === undefined ? {} : { dataDir }),
  })
  const addresses = broker.hosts.map((host) => `${host.includes(':') ? `[${host}]` : host}:${broker.port}`)
  return {
    about: {
      product: 'rabbitmq',
      engine: 'embedded',
      server: broker.server,
      addresses,
      ...(broker.managementUrl === undefined ? {} : { management: broker.managementUrl }),
    },
    ready: ready(broker, addresses, dataDir === undefined ? undefined : { dataDir, durability }),
    stopped: brokersTexts.stopped,
    crashed: broker.crashed.then(brokersTexts.crashed),
    stop: () => broker.stop(),
  }
}

function ready(
  broker: RabbitMQ,
  addresses: readonly string[],
  kept: { dataDir: string; durability: string } | undefined,
): Text {
  const data = kept === undefined ? brokersTexts.inMemory : brokersTexts.kept(kept.dataDir, kept.durability)
  return brokersTexts.ready(broker.server, addresses.join(', '), broker.managementUrl ?? '', data)
}

/** What is wrong, and the same command with the one thing changed. */
function explain({ problem, subject, message }: StartError, options: Options): Text {
  const step = (changed: string) => `npm run brokers up rabbitmq ${changed}`
  switch (problem) {
    case 'address-in-use': {
      const isManagement = subject.endsWith(`:${options.management ?? MANAGEMENT_PORT}`)
      return brokersTexts.addressInUse(subject, step(isManagement ? 'management=0' : 'port=0'))
    }
    case 'address-unusable':
      return brokersTexts.addressUnusable(subject, step('host=127.0.0.1'))
    case 'data-in-use':
      return brokersTexts.dataInUse(subject, step('data=DIR'))
    case 'data-unwritable':
      return brokersTexts.dataUnwritable(subject, step('data=DIR'))
    case 'bad-certificate':
    case 'bad-setting':
      return { en: message, vi: message }
    default: {
      const never: never = problem
      throw new Error(`no text for ${never}`)
    }
  }
}
