/** Probes over settings: what topics and brokers are set to, and where it comes from. */
import { createTopics } from '../wire/messages/19-create-topics.ts'
import { describeConfigs } from '../wire/messages/32-describe-configs.ts'
import type { Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'

const TOPIC = 2
const BROKER = 4

interface Asked {
  readonly version?: number
  readonly type?: number
  readonly keys?: readonly string[] | null
  readonly synonyms?: boolean
  readonly documentation?: boolean
}

const requestOf = (resourceName: string, asked: Asked) => ({
  resources: [{ resourceType: asked.type ?? TOPIC, resourceName, configurationKeys: asked.keys ?? null }],
  includeSynonyms: asked.synonyms ?? false,
  includeDocumentation: asked.documentation ?? false,
})

const settings = (c: ProbeClient, name: string, asked: Asked = {}) =>
  c.call(describeConfigs, asked.version ?? 4, requestOf(name, asked))

/** One line for each setting, by name: Kafka's own order has no meaning. */
async function noteAll(c: ProbeClient, name: string, asked: Asked): Promise<void> {
  const answer = await c.ask(describeConfigs, asked.version ?? 4, requestOf(name, asked))
  for (const { configs, errorCode } of answer.results) {
    c.note(`error ${errorCode}`)
    for (const one of configs.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const flags = [one.readOnly ? 'read-only' : '', one.isSensitive ? 'sensitive' : ''].filter(Boolean)
      const others = one.synonyms.map(({ name: other, value, source }) => `${other}=${value} from ${source}`)
      c.note(
        [
          `${one.name}=${one.value} from ${one.configSource} type ${one.configType}`,
          ...flags,
          ...others,
        ].join(' | '),
      )
    }
  }
}

/** Settings of a broker that depend on where it runs are none of a comparison. */
const brokerSettings = [
  'auto.create.topics.enable',
  'default.replication.factor',
  'group.max.session.timeout.ms',
  'group.min.session.timeout.ms',
  'num.partitions',
  'offset.metadata.max.bytes',
  'socket.request.max.bytes',
]

export const configProbes: Programs = {
  'settings: all of a topic': async (c, world) => {
    await noteAll(
      c,
      await world.topic('t', { configs: { 'retention.ms': '1000', 'cleanup.policy': 'compact,delete' } }),
      {},
    )
  },
  'settings: all of a topic with what else they could be': async (c, world) => {
    await noteAll(c, await world.topic('t', { configs: { 'retention.ms': '1000' } }), { synonyms: true })
  },
  'settings: told by version': async (c, world) => {
    const name = await world.topic('t', { configs: { 'retention.ms': '1000' } })
    for (let version = 1; version <= 4; version++)
      await settings(c, name, { version, keys: ['retention.ms'], synonyms: true })
  },
  'settings: some of a topic': async (c, world) => {
    const name = await world.topic('t')
    await settings(c, name, { keys: ['max.message.bytes', 'no.such'] })
    await settings(c, name, { keys: [] })
  },
  'settings: with words': async (c, world) => {
    const name = await world.topic('t')
    await settings(c, name, { keys: ['preallocate'], documentation: true })
  },
  'settings: of an unknown topic': (c, world) => settings(c, world.name('t')),
  'settings: of what is no name of a topic': async (c) => {
    await settings(c, 'a b')
    await settings(c, '')
  },
  'settings: of a broker': (c) => settings(c, '0', { type: BROKER, keys: brokerSettings.slice(0, 2) }),
  'settings: values of a broker': async (c) => {
    const answer = await c.ask(describeConfigs, 4, requestOf('0', { type: BROKER, keys: brokerSettings }))
    for (const one of answer.results[0]?.configs.toSorted((a, b) => (a.name < b.name ? -1 : 1)) ?? [])
      c.note(`${one.name}=${one.value} type ${one.configType}`)
  },
  'settings: of all brokers': (c) => settings(c, '', { type: BROKER, keys: ['num.partitions'] }),
  'settings: of a broker that is not there': async (c) => {
    await settings(c, '7', { type: BROKER })
    await settings(c, 'x', { type: BROKER })
  },
  'settings: of a kind that nobody knows': async (c) => {
    await settings(c, 'x', { type: 99 })
    await settings(c, 'x', { type: 0 })
  },
  'settings: of nothing': (c) => c.call(describeConfigs, 4, { resources: [] }),
  'settings: of two topics and one that is not there': async (c, world) => {
    const names = [await world.topic('one'), world.name('none'), await world.topic('two')]
    await c.call(describeConfigs, 4, {
      resources: names.map((resourceName) => ({
        resourceType: TOPIC,
        resourceName,
        configurationKeys: ['segment.bytes'],
      })),
    })
  },
  'settings: a topic takes its own at birth': async (c, world) => {
    const answer = await c.ask(createTopics, 7, {
      topics: [
        {
          name: world.name('t'),
          numPartitions: 1,
          replicationFactor: 1,
          assignments: [],
          configs: [{ name: 'max.message.bytes', value: '2000' }],
        },
      ],
      timeoutMs: 5_000,
    })
    const lines = (answer.topics[0]?.configs ?? []).map(
      ({ name, value, configSource }) => `${name}=${value} from ${configSource}`,
    )
    for (const line of lines.sort()) c.note(line)
  },
}
