/** The engine that takes a Kafka which is there already: KAFKA_BROKERS names it. */
import { RawClient } from '../../kafka/raw-client.ts'
import { array, int16, int32, int64, message, orElse, string, tagged } from '../../kafka/wire/schema.ts'
import type { KafkaEngine } from '../engine.ts'
import { EngineError } from '../engine-error.ts'
import { type Dial, KafkaAdmin } from '../kafka-admin.ts'
import { servedKafka } from '../real-kafka.ts'
import { dialWith, LoginRefused } from './kafka-login.ts'
import { type KafkaSettings, kafkaSettings } from './settings.ts'

/** @throws EngineError that names the variable to look at. */
export async function urlKafka({ nodes: wanted = 1 }: { readonly nodes?: 1 | 3 } = {}): Promise<KafkaEngine> {
  const settings = kafkaSettings(process.env)
  const { addresses, hasTls, login } = settings
  const dial = dialWith({ hasTls, login })
  const [server, found] = await reach(settings, dial)
  if (found < wanted) throw new EngineError(tooFew(found, wanted))
  return servedKafka({
    engine: 'url',
    server,
    addresses,
    ...(hasTls || login !== undefined ? { connect: dial } : {}),
  })
}

/** What it says of itself, and how many nodes it counts on. */
async function reach({ addresses, shown }: KafkaSettings, dial: Dial): Promise<[string, number]> {
  let last: unknown
  for (const address of addresses) {
    try {
      const socket = await dial(address)
      const server = await serverOf(new RawClient(socket, 'engine'))
      const nodes = await new KafkaAdmin(() => addresses, dial).nodes()
      return [server, nodes.length]
    } catch (error) {
      last = error
      if (error instanceof LoginRefused) break
    }
  }
  throw new EngineError(unreachable(shown, last), { cause: last })
}

/** The protocol has no field for the version; the level of its features is as near as it comes (KIP-584). */
const versionsAndFeatures = message(18, 'ApiVersions', '3', {
  flexibleSince: 3,
  request: { clientSoftwareName: orElse(string('3+'), ''), clientSoftwareVersion: orElse(string('3+'), '') },
  response: {
    errorCode: int16('0+'),
    apiKeys: array('0+', { apiKey: int16('0+'), minVersion: int16('0+'), maxVersion: int16('0+') }),
    throttleTimeMs: int32('1+'),
    supportedFeatures: tagged(
      0,
      array('3+', { name: string('3+'), minVersion: int16('3+'), maxVersion: int16('3+') }),
    ),
    finalizedFeaturesEpoch: tagged(1, int64('3+')),
    finalizedFeatures: tagged(
      2,
      array('3+', { name: string('3+'), maxVersionLevel: int16('3+'), minVersionLevel: int16('3+') }),
    ),
  },
})
const CLIENT = { clientSoftwareName: 'mq-workbook', clientSoftwareVersion: '1' }

async function serverOf(client: RawClient): Promise<string> {
  const answer = await client.call(versionsAndFeatures, 3, CLIENT)
  client.cut()
  if (answer === undefined) throw new Error('it does not answer as a Kafka does')
  const level = answer.finalizedFeatures.find(({ name }) => name === 'metadata.version')?.maxVersionLevel
  return level === undefined ? 'Kafka' : `Kafka (metadata.version ${level})`
}

function unreachable(brokers: string, cause: unknown) {
  const why = reasonOf(cause)
  if (cause instanceof LoginRefused) {
    return {
      en: `the Kafka at ${brokers} refused the log-in: ${why}. Look at KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD`,
      vi: `Kafka ở ${brokers} từ chối đăng nhập: ${why}. Xem lại KAFKA_SASL_MECHANISM, KAFKA_USERNAME và KAFKA_PASSWORD`,
    }
  }
  return {
    en: `no Kafka answers at ${brokers} (${why}): look at KAFKA_BROKERS, and at KAFKA_TLS if it wants TLS`,
    vi: `không có Kafka nào trả lời ở ${brokers} (${why}): xem lại KAFKA_BROKERS, và KAFKA_TLS nếu nó dùng TLS`,
  }
}

function tooFew(found: number, wanted: number) {
  return {
    en: `this needs ${wanted} nodes, and the cluster of KAFKA_BROKERS has ${found}: take another cluster, or engine=embedded`,
    vi: `việc này cần ${wanted} node, còn cụm ở KAFKA_BROKERS có ${found}: dùng cụm khác, hoặc engine=embedded`,
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message
  return cause instanceof Error ? cause.message : String(cause)
}
