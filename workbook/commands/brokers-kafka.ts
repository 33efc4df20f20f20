/** `npm run brokers up kafka`: the embedded Kafka in the foreground, for any client on this computer. */
import { resolve } from 'node:path'
import { StartError, startKafka } from '#brokers/kafka'
import type { Text } from '#lab/verdict'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { type Options, UsageError } from '../options.ts'
import { paint, printError } from '../terminal.ts'
import { brokersTexts, kafkaTexts } from '../texts/brokers.ts'
import { type Serving, serveInForeground } from './brokers-foreground.ts'

/** Kafka's own. */
const PORT = 9092

export async function run({ options, lang }: Context): Promise<ExitCode> {
  try {
    return await serveInForeground(() => start(options), lang)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    if (error.problem === 'bad-setting') throw new UsageError(kafkaTexts.badSetting(error.message))
    printError(paint('red', inLanguage(explain(error), lang)))
    return exitCodes.setUp
  }
}

/** It runs in a thread of this process and goes with it. */
async function start(options: Options): Promise<Serving> {
  const { host, ports = [options.port ?? PORT], dotted, durability = 'os' } = options
  const dataDir = options.data === undefined ? undefined : resolve(process.env.INIT_CWD ?? '.', options.data)
  if (host !== undefined && host.length > 1) throw new UsageError(kafkaTexts.oneHost)
  if (ports.length !== 1 && ports.length !== 3) throw new UsageError(kafkaTexts.oneOrThree(ports.length))
  const cluster = await startKafka({
    host: host?.[0] ?? 'localhost',
    ports,
    durability,
    ...(dataDir === undefined ? {} : { dataDir }),
    // As Kafka's packaged file of settings has it: a first consumer need not wait for others.
    config: { 'group.initial.rebalance.delay.ms': '0', ...dotted },
  })
  const { brokers } = cluster
  const data = dataDir === undefined ? brokersTexts.inMemory : brokersTexts.kept(dataDir, durability)
  return {
    about: { product: 'kafka', engine: 'embedded', server: 'Kafka', addresses: [...brokers] },
    ready: kafkaTexts.ready('Kafka', brokers.join(','), brokers.length, data),
    stopped: kafkaTexts.stopped,
    stop: () => cluster.stop(),
  }
}

/** What is wrong, and the same command with the one thing changed. */
function explain({ problem, subject, message }: StartError): Text {
  const step = (changed: string) => `npm run brokers up kafka ${changed}`
  switch (problem) {
    case 'address-in-use':
      return brokersTexts.addressInUse(subject, step('ports=0'))
    case 'address-unusable':
      return brokersTexts.addressUnusable(subject, step('host=127.0.0.1'))
    case 'data-in-use':
      return brokersTexts.dataInUse(subject, step('data=DIR'))
    case 'data-unwritable':
      return brokersTexts.dataUnwritable(subject, step('data=DIR'))
    default:
      return { en: message, vi: message }
  }
}
