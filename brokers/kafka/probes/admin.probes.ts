/** Probes over changing settings and removing offsets. */
import { offsetCommit } from '../wire/messages/08-offset-commit.ts'
import { offsetFetch } from '../wire/messages/09-offset-fetch.ts'
import { joinGroup } from '../wire/messages/11-join-group.ts'
import { describeConfigs } from '../wire/messages/32-describe-configs.ts'
import { alterConfigs } from '../wire/messages/33-alter-configs.ts'
import { incrementalAlterConfigs } from '../wire/messages/44-incremental-alter-configs.ts'
import { offsetDelete } from '../wire/messages/47-offset-delete.ts'
import { joinRequest, newGroup } from './group-requests.ts'
import type { Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'

const TOPIC = 2
const BROKER = 4
const [SET, DELETE, APPEND, SUBTRACT] = [0, 1, 2, 3]

type Values = Readonly<Record<string, string | null>>

const entries = (values: Values) => Object.entries(values).map((one) => ({ name: one[0], value: one[1] }))

const alter = (
  c: ProbeClient,
  resourceName: string,
  values: Values,
  rest: { type?: number; validateOnly?: boolean } = {},
) =>
  c.call(alterConfigs, 2, {
    resources: [{ resourceType: rest.type ?? TOPIC, resourceName, configs: entries(values) }],
    validateOnly: rest.validateOnly ?? false,
  })

type Change = readonly [operation: number | undefined, name: string, value: string | null]

const change = (c: ProbeClient, resourceName: string, changes: readonly Change[], type = TOPIC) =>
  c.call(incrementalAlterConfigs, 1, {
    resources: [
      {
        resourceType: type,
        resourceName,
        configs: changes.map(([operation = SET ?? 0, name, value]) => ({ operation, name, value })),
      },
    ],
    validateOnly: false,
  })

/** Waits until the topic says so, and notes what is its own. */
async function noteOwn(c: ProbeClient, name: string, wanted: Values): Promise<void> {
  const resources = [{ resourceType: TOPIC, resourceName: name, configurationKeys: null }]
  const answer = await c.until(describeConfigs, 4, { resources }, ({ results }) =>
    Object.entries(wanted).every(
      ([key, value]) =>
        (results[0]?.configs.find((one) => one.name === key && one.configSource === 1)?.value ?? null) ===
        value,
    ),
  )
  const own = answer.results[0]?.configs.filter(({ configSource }) => configSource === 1) ?? []
  c.note(
    own
      .map(({ name: key, value }) => `${key}=${value}`)
      .sort()
      .join(' ') || 'nothing of its own',
  )
}

export const alterProbes: Programs = {
  'alter: sets what is named and resets what is not': async (c, world) => {
    const name = await world.topic('t', { configs: { 'retention.ms': '1000' } })
    await alter(c, name, { 'max.message.bytes': '2000' })
    await noteOwn(c, name, { 'max.message.bytes': '2000', 'retention.ms': null })
  },
  'alter: told by version': async (c, world) => {
    const name = await world.topic('t')
    for (const version of [0, 1, 2])
      await c.call(alterConfigs, version, {
        resources: [
          { resourceType: TOPIC, resourceName: name, configs: entries({ 'retention.ms': '1000' }) },
        ],
        validateOnly: false,
      })
  },
  'alter: only to see whether it could be': async (c, world) => {
    const name = await world.topic('t')
    await alter(c, name, { 'retention.ms': '5' }, { validateOnly: true })
    await noteOwn(c, name, {})
    await alter(c, name, { 'retention.ms': 'x' }, { validateOnly: true })
  },
  'alter: an unknown setting, a wrong one, a null one': async (c, world) => {
    const name = await world.topic('t')
    await alter(c, name, { 'no.such': '1' })
    await alter(c, name, { 'retention.ms': 'soon' })
    await alter(c, name, { 'retention.ms': null })
    await alter(c, name, {})
  },
  'alter: an unknown topic, and what is no name of one': async (c, world) => {
    await alter(c, world.name('unknown'), { 'retention.ms': '1000' })
    await alter(c, 'a b', { 'retention.ms': '1000' })
    await alter(c, '', { 'retention.ms': '1000' })
  },
  'alter: a kind that nobody knows': async (c, world) => {
    const name = await world.topic('t')
    await alter(c, name, { 'retention.ms': '1000' }, { type: 99 })
  },
}

export const incrementalAlterProbes: Programs = {
  'change: sets one and leaves the others': async (c, world) => {
    const name = await world.topic('t', { configs: { 'retention.ms': '1000' } })
    await change(c, name, [[SET, 'max.message.bytes', '2000']])
    await noteOwn(c, name, { 'max.message.bytes': '2000', 'retention.ms': '1000' })
  },
  'change: takes one back': async (c, world) => {
    const name = await world.topic('t', { configs: { 'retention.ms': '1000', 'segment.ms': '5000' } })
    await change(c, name, [[DELETE, 'retention.ms', null]])
    await noteOwn(c, name, { 'retention.ms': null, 'segment.ms': '5000' })
    await change(c, name, [[DELETE, 'retention.ms', null]])
  },
  'change: adds to a list and takes from it': async (c, world) => {
    const name = await world.topic('t')
    await change(c, name, [[APPEND, 'cleanup.policy', 'compact']])
    await noteOwn(c, name, { 'cleanup.policy': 'delete,compact' })
    await change(c, name, [[SUBTRACT, 'cleanup.policy', 'delete']])
    await noteOwn(c, name, { 'cleanup.policy': 'compact' })
    await change(c, name, [[APPEND, 'retention.ms', '5']])
    await change(c, name, [[SUBTRACT, 'retention.ms', '5']])
  },
  'change: an unknown setting, a wrong one, a null one': async (c, world) => {
    const name = await world.topic('t')
    await change(c, name, [[SET, 'no.such', '1']])
    await change(c, name, [[SET, 'retention.ms', 'soon']])
    await change(c, name, [[SET, 'retention.ms', null]])
    await change(c, name, [[DELETE, 'no.such', null]])
    await change(c, name, [[9, 'retention.ms', '1']])
    await change(c, name, [])
  },
  'change: the same setting twice': async (c, world) => {
    const name = await world.topic('t')
    await change(c, name, [
      [SET, 'retention.ms', '1'],
      [SET, 'retention.ms', '2'],
    ])
  },
  'change: one that can be and one that cannot, of one topic': async (c, world) => {
    const name = await world.topic('t')
    await change(c, name, [
      [SET, 'retention.ms', '1000'],
      [SET, 'segment.ms', 'x'],
    ])
    await noteOwn(c, name, {})
  },
  'change: an unknown topic, and what is no name of one': async (c, world) => {
    await change(c, world.name('unknown'), [[SET, 'retention.ms', '1000']])
    await change(c, 'a b', [[SET, 'retention.ms', '1000']])
  },
  'change: the same topic twice': async (c, world) => {
    const name = await world.topic('t')
    const configs = [{ operation: SET ?? 0, name: 'retention.ms', value: '1000' }]
    const resource = { resourceType: TOPIC, resourceName: name, configs }
    await c.call(incrementalAlterConfigs, 1, { resources: [resource, resource], validateOnly: false })
  },
  "change: of a broker that is not there, and what can't be changed there": async (c) => {
    await change(c, '7', [[SET, 'log.cleaner.threads', '1']], BROKER)
    await change(c, '0', [[SET, 'no.such', '1']], BROKER)
  },
}

export const offsetDeleteProbes: Programs = {
  'remove: offsets of a group without members': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t', { partitions: 2 })
    await c.ask(offsetCommit, 7, {
      groupId,
      topics: [
        { name, partitions: [0, 1].map((index) => ({ index, committedOffset: 5, committedMetadata: '' })) },
      ],
    })
    await c.call(offsetDelete, 0, { groupId, topics: [{ name, partitions: [{ index: 0 }, { index: 7 }] }] })
    await c.call(offsetFetch, 7, { groupId, topics: [{ name, partitions: [0, 1] }] })
    await c.call(offsetDelete, 0, { groupId, topics: [{ name, partitions: [{ index: 0 }] }] })
  },
  'remove: of an unknown group, of no group, of an unknown topic': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    const topics = [{ name, partitions: [{ index: 0 }] }]
    await c.call(offsetDelete, 0, { groupId, topics })
    await c.call(offsetDelete, 0, { groupId: '', topics })
    await c.ask(offsetCommit, 7, {
      groupId,
      topics: [{ name, partitions: [{ index: 0, committedOffset: 5, committedMetadata: '' }] }],
    })
    await c.call(offsetDelete, 0, {
      groupId,
      topics: [{ name: world.name('unknown'), partitions: [{ index: 0 }] }],
    })
    await c.call(offsetDelete, 0, { groupId, topics: [] })
  },
  'remove: while there are members': async (c, world) => {
    const groupId = await newGroup(world)
    const name = await world.topic('t')
    const subscription = Buffer.concat([
      Buffer.from('000000000001', 'hex'),
      Buffer.alloc(2),
      Buffer.from(name),
      Buffer.from('ffffffff', 'hex'),
    ])
    subscription.writeInt16BE(name.length, 6)
    const protocols = [{ name: 'range', metadata: subscription }]
    await c.ask(joinGroup, 3, joinRequest(groupId, { protocols }))
    const other = await world.topic('other')
    for (const one of [name, other])
      await c.call(offsetDelete, 0, { groupId, topics: [{ name: one, partitions: [{ index: 0 }] }] })
  },
}
