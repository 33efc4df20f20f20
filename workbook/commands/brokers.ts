/** `npm run brokers up`: an embedded broker in the foreground, for any client on this computer; here RabbitMQ. */
import { once } from 'node:events'
import { resolve } from 'node:path'
import { type RabbitMQ, StartError, startRabbitMQ } from '#brokers/amqp'
import type { Language, Text } from '#lab/verdict'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { type Options, UsageError } from '../options.ts'
import { paint, print, printError } from '../terminal.ts'
import { brokersTexts } from '../texts/brokers.ts'

const planned = ['status', 'down', 'install'] as const
/** RabbitMQ's own. */
const PORT = 5672
const MANAGEMENT_PORT = 15_672

export async function run(context: Context): Promise<ExitCode> {
  const { options, lang } = context
  const { words } = options
  const wanted = planned.find((word) => words.has(word))
  if (wanted !== undefined) {
    print(inLanguage(brokersTexts.planned([...words].join(' ')), lang))
    return exitCodes.usage
  }
  const isKafka = words.has('kafka')
  if (!words.has('up') || words.has('rabbitmq') === isKafka) throw new UsageError(brokersTexts.whatToDo)
  refuseOthersOptions(options, isKafka)
  if (isKafka) return (await import('./brokers-kafka.ts')).run(context)
  try {
    return await runInForeground(options, lang)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    printError(paint('red', inLanguage(explain(error, options), lang)))
    return exitCodes.setUp
  }
}

/** Each broker has options of its own. */
function refuseOthersOptions(options: Options, isKafka: boolean): void {
  const others: readonly (keyof Options)[] = isKafka ? ['management', 'profile'] : ['ports']
  const name =
    others.find((option) => options[option] !== undefined) ?? Object.keys(isKafka ? {} : options.dotted)[0]
  if (name !== undefined) throw new UsageError(brokersTexts.notFor(name, isKafka ? 'kafka' : 'rabbitmq'))
}

async function runInForeground(options: Options, lang: Language): Promise<ExitCode> {
  const interrupted = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)))
  const { port = PORT, management = MANAGEMENT_PORT, profile, durability = 'fsync' } = options
  const dataDir = options.data === undefined ? undefined : resolve(process.env.INIT_CWD ?? '.', options.data)
  const starting = startRabbitMQ({
    host: options.host ?? ['127.0.0.1', '::1'],
    port,
    management,
    durability,
    ...(profile === undefined ? {} : { profile }),
    ...(dataDir === undefined ? {} : { dataDir }),
  })
  const started = await Promise.race([starting, interrupted.then(() => undefined)])
  // It runs in a thread of this process and goes with it.
  if (started === undefined) return exitCodes.interrupted
  await using broker = started
  print(inLanguage(ready(broker, dataDir === undefined ? undefined : { dataDir, durability }), lang))
  const crash = await Promise.race([broker.crashed, interrupted.then(() => undefined)])
  if (crash !== undefined) {
    printError(paint('red', inLanguage(brokersTexts.crashed(crash), lang)))
    return exitCodes.setUp
  }
  await broker.stop()
  print(inLanguage(brokersTexts.stopped, lang))
  return exitCodes.done
}

function ready(broker: RabbitMQ, kept: { dataDir: string; durability: string } | undefined): Text {
  const addresses = broker.hosts.map((host) => `${host.includes(':') ? `[${host}]` : host}:${broker.port}`)
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
