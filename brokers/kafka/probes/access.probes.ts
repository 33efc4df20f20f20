/** Probes over access rules (KIP-11, KIP-290): how they are made and found, and what they keep from whom. */
import { describeAcls } from '../wire/messages/29-describe-acls.ts'
import { createAcls } from '../wire/messages/30-create-acls.ts'
import { deleteAcls } from '../wire/messages/31-delete-acls.ts'
import { ask, groupRequests, topicRequests, transactionRequests, widerRequests } from './access-requests.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'
import { batchOf, fill } from './requests.ts'
import { secured } from './secured.ts'

const [TOPIC, GROUP, CLUSTER, TRANSACTIONAL_ID, USER] = [2, 3, 4, 5, 7] as const
const [ANY, MATCH, LITERAL, PREFIXED] = [1, 2, 3, 4] as const
const [ALL, READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE] = [2, 3, 4, 5, 6, 7, 8] as const
const [DESCRIBE_CONFIGS, ALTER_CONFIGS] = [10, 11] as const
const [DENY, ALLOW] = [2, 3] as const

interface Rule {
  readonly resourceType: number
  readonly resourceName: string
  readonly patternType: number
  readonly principal: string
  readonly host: string
  readonly operation: number
  readonly permissionType: number
}

/** Allows alice, from anywhere, to do this with a topic. */
const rule = (resourceName: string, operation: number, own: Partial<Rule> = {}): Rule => ({
  resourceType: TOPIC,
  resourceName,
  patternType: LITERAL,
  principal: 'User:alice',
  host: '*',
  operation,
  permissionType: ALLOW,
  ...own,
})

const everything = {
  resourceTypeFilter: ANY as number,
  resourceNameFilter: null as string | null,
  patternTypeFilter: ANY as number,
  principalFilter: null as string | null,
  hostFilter: null as string | null,
  operation: ANY as number,
  permissionType: ANY as number,
}
type Filter = typeof everything

const create = (c: ProbeClient, rules: readonly Rule[], version = 3) =>
  c.call(createAcls, version, { creations: rules })

const find = (c: ProbeClient, filter: Partial<Filter>, version = 3) =>
  c.call(describeAcls, version, { ...everything, ...filter })

const remove = (c: ProbeClient, filters: readonly Partial<Filter>[], version = 3) =>
  c.call(deleteAcls, version, { filters: filters.map((filter) => ({ ...everything, ...filter })) })

/** Makes rules and waits until they hold. */
async function allow(c: ProbeClient, rules: readonly Rule[]): Promise<void> {
  await c.ask(createAcls, 3, { creations: rules })
  for (const { resourceType, resourceName, patternType, principal, operation } of rules) {
    await holds(
      c,
      {
        resourceTypeFilter: resourceType,
        resourceNameFilter: resourceName,
        patternTypeFilter: patternType,
        principalFilter: principal,
        operation,
      },
      1,
    )
  }
}

/** Waits until so many resources have rules that meet the filter. */
const holds = (c: ProbeClient, filter: Partial<Filter>, count: number) =>
  c.until(describeAcls, 3, { ...everything, ...filter }, ({ resources }) => resources.length === count)

const asAlice = (world: ProbeWorld, label = 'alice') => world.connect(label, { as: secured.alice })

/** What alice is answered who is allowed this, and nothing else, with a topic. */
const topicProbe =
  (...allowed: readonly number[]) =>
  async (c: ProbeClient, world: ProbeWorld): Promise<void> => {
    const name = await world.topic('t')
    await fill(c, name, batchOf(['a']))
    await allow(
      c,
      allowed.map((operation) => rule(name, operation)),
    )
    await ask(await asAlice(world), topicRequests(name))
  }

const groupProbe =
  (...allowed: readonly number[]) =>
  async (c: ProbeClient, world: ProbeWorld): Promise<void> => {
    const [groupId, name] = [world.name('g'), await world.topic('t')]
    await world.coordinator(groupId)
    const rules = allowed.map((operation) => rule(groupId, operation, { resourceType: GROUP }))
    await allow(c, [...rules, rule(name, READ)])
    await ask(await asAlice(world), groupRequests(groupId, name))
  }

const transactionProbe =
  (...allowed: readonly number[]) =>
  async (c: ProbeClient, world: ProbeWorld): Promise<void> => {
    const [transactionalId, groupId, name] = [world.name('x'), world.name('g'), await world.topic('t')]
    await world.coordinator(transactionalId, 'transaction')
    await world.coordinator(groupId)
    const rules = allowed.map((operation) =>
      rule(transactionalId, operation, { resourceType: TRANSACTIONAL_ID }),
    )
    await allow(c, [
      ...rules,
      rule(name, WRITE),
      rule(name, READ),
      rule(groupId, READ, { resourceType: GROUP }),
    ])
    await ask(await asAlice(world), transactionRequests({ transactionalId, groupId, name }))
  }

export const accessProbes: Programs = {
  'rules: made, found, and taken away, told by version': async (c, world) => {
    const name = world.name('t')
    for (const version of [1, 2, 3]) await create(c, [rule(`${name}${version}`, READ)], version)
    for (const version of [1, 2, 3]) {
      await holds(c, { resourceNameFilter: `${name}${version}` }, 1)
      await find(c, { resourceNameFilter: `${name}${version}` }, version)
    }
    for (const version of [1, 2, 3]) await remove(c, [{ resourceNameFilter: `${name}${version}` }], version)
    await holds(c, { resourceNameFilter: `${name}1` }, 0)
    await find(c, { resourceNameFilter: `${name}1` })
    await remove(c, [{ resourceNameFilter: `${name}1` }])
  },
  'rules: made twice are one': async (c, world) => {
    const one = rule(world.name('t'), READ)
    await create(c, [one, one])
    await holds(c, { resourceNameFilter: one.resourceName }, 1)
    await create(c, [one])
    await find(c, { resourceNameFilter: one.resourceName })
  },
  'rules: found by each part of them': async (c, world) => {
    const name = world.name('t')
    await allow(c, [
      rule(name, READ),
      rule(name, WRITE, { principal: 'User:bob', host: '10.0.0.1', permissionType: DENY }),
      rule(name, READ, { patternType: PREFIXED }),
      rule(name, READ, { resourceType: GROUP }),
    ])
    const parts: readonly Partial<Filter>[] = [
      {},
      { resourceTypeFilter: GROUP },
      { patternTypeFilter: PREFIXED },
      { principalFilter: 'User:bob' },
      { hostFilter: '10.0.0.1' },
      { operation: WRITE },
      { permissionType: DENY },
      { principalFilter: 'User:nobody' },
    ]
    for (const part of parts) await find(c, { resourceNameFilter: name, ...part })
  },
  'rules: that meet a name': async (c, world) => {
    const name = world.name('t')
    await allow(c, [
      rule(name, READ),
      rule(name, WRITE, { patternType: PREFIXED }),
      rule(`${name}-longer`, DESCRIBE),
    ])
    for (const resourceNameFilter of [name, `${name}-longer`, `${name}-other`])
      await find(c, { resourceNameFilter, patternTypeFilter: MATCH })
  },
  'rules: that can not be': async (c, world) => {
    const good = rule(world.name('t'), READ)
    const bad: Record<string, Partial<Rule>> = {
      'any type': { resourceType: ANY },
      'no type': { resourceType: 0 },
      'a type that nobody knows': { resourceType: 77 },
      'no name': { resourceName: '' },
      'any pattern': { patternType: ANY },
      'a pattern for filters': { patternType: MATCH },
      'a pattern that nobody knows': { patternType: 9 },
      'any operation': { operation: ANY },
      'an operation that nobody knows': { operation: 99 },
      'any permission': { permissionType: ANY },
      'a permission that nobody knows': { permissionType: 9 },
      'a principal without a type': { principal: 'alice' },
      'no principal': { principal: '' },
      'no host': { host: '' },
      'a host with a star': { host: '10.*' },
      'another cluster': { resourceType: CLUSTER, resourceName: 'mine' },
      'an operation that a topic has not': { operation: 12 },
      'a user': { resourceType: USER },
    }
    for (const [label, own] of Object.entries(bad))
      await create(await world.connect(label), [{ ...good, ...own }])
    await create(c, [])
  },
  'rules: asked for with filters that can not be': async (c, world) => {
    const resourceNameFilter = world.name('t')
    const bad: Record<string, Partial<Filter>> = {
      'a type that nobody knows': { resourceTypeFilter: 77 },
      'a pattern that nobody knows': { patternTypeFilter: 9 },
      'an operation that nobody knows': { operation: 99 },
      'a permission that nobody knows': { permissionType: 9 },
      'no name': { resourceNameFilter: '' },
    }
    for (const [label, own] of Object.entries(bad)) {
      c.note(`${label}:`)
      await find(c, { resourceNameFilter, ...own })
      await remove(c, [{ resourceNameFilter, ...own }])
    }
    await remove(c, [])
  },
  'rules: are not for whoever may not alter the cluster': async (_c, world) => {
    const alice = await asAlice(world)
    await find(alice, {})
    await create(alice, [rule(world.name('t'), READ)])
    await remove(alice, [{ resourceNameFilter: world.name('t') }])
  },
  'topic: without a rule': topicProbe(),
  'topic: who may read': topicProbe(READ),
  'topic: who may write': topicProbe(WRITE),
  'topic: who may describe': topicProbe(DESCRIBE),
  'topic: who may delete': topicProbe(DELETE),
  'topic: who may alter': topicProbe(ALTER),
  'topic: who may describe its settings': topicProbe(DESCRIBE_CONFIGS),
  'topic: who may alter its settings': topicProbe(ALTER_CONFIGS),
  'topic: who may do all': topicProbe(ALL),
  'topic: by a prefix, but for what is denied': async (c, world) => {
    const [open, closed] = [await world.topic('pre-open'), await world.topic('pre-closed')]
    await allow(c, [
      rule('pre-', ALL, { patternType: PREFIXED }),
      rule(closed, READ, { permissionType: DENY, principal: 'User:*' }),
    ])
    const alice = await asAlice(world)
    for (const name of [open, closed]) await ask(alice, topicRequests(name).slice(0, 5))
    // They would hold for other probes, too.
    await c.ask(deleteAcls, 3, { filters: [{ ...everything, resourceNameFilter: 'pre-' }] })
    await holds(c, { resourceNameFilter: 'pre-', patternTypeFilter: PREFIXED }, 0)
  },
  'topic: from another host': async (c, world) => {
    const name = await world.topic('t')
    await allow(c, [rule(name, READ, { host: '10.0.0.1' }), rule(name, WRITE, { host: '127.0.0.1' })])
    await ask(await asAlice(world), topicRequests(name).slice(0, 4))
  },
  'topic: that there is not': async (_c, world) => {
    await ask(await asAlice(world), topicRequests(world.name('unknown')))
  },
  'topic: is made by whoever may make it': async (c, world) => {
    const name = world.name('new')
    await allow(c, [rule(name, CREATE)])
    const alice = await asAlice(world)
    await ask(alice, topicRequests(name).slice(-1))
    await ask(alice, topicRequests(`${name}2`).slice(-1))
  },
  'group: without a rule': groupProbe(),
  'group: who may read': groupProbe(READ),
  'group: who may describe': groupProbe(DESCRIBE),
  'group: who may delete': groupProbe(DELETE),
  'transaction: without a rule': transactionProbe(),
  'transaction: who may write': transactionProbe(WRITE),
  'transaction: who may describe': transactionProbe(DESCRIBE),
  'cluster: without a rule': async (_c, world) => {
    const alice = await asAlice(world)
    await ask(alice, widerRequests(await world.topic('t')))
  },
}
