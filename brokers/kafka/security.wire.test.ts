/** Logging in, TLS and access rules, with kafkajs, and with raw requests where kafkajs has none. */

import { pbkdf2Sync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import kafkajs, { type KafkaConfig, type SASLOptions } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { testOnlyCertificate, testOnlyKey } from '../test-only-certificate.ts'
import { type Kafka, type KafkaOptions, startKafka } from './kafka.ts'
import { type RawClient, rawConnect } from './raw-client.ts'
import { credentialOf } from './security/scram.ts'
import { produce } from './wire/messages/00-produce.ts'
import { metadata } from './wire/messages/03-metadata.ts'
import { describeGroups } from './wire/messages/15-describe-groups.ts'
import { saslHandshake } from './wire/messages/17-sasl-handshake.ts'
import { apiVersions } from './wire/messages/18-api-versions.ts'
import { initProducerId } from './wire/messages/22-init-producer-id.ts'
import { addPartitionsToTxn } from './wire/messages/24-add-partitions-to-txn.ts'
import { describeAcls } from './wire/messages/29-describe-acls.ts'
import { createAcls } from './wire/messages/30-create-acls.ts'
import { deleteAcls } from './wire/messages/31-delete-acls.ts'
import { saslAuthenticate } from './wire/messages/36-sasl-authenticate.ts'
import { electLeaders } from './wire/messages/43-elect-leaders.ts'
import { describeUserScramCredentials } from './wire/messages/50-describe-user-scram-credentials.ts'
import { alterUserScramCredentials } from './wire/messages/51-alter-user-scram-credentials.ts'
import { encodeBatch } from './wire/record-batch.ts'

// Not every name of this CommonJS package can be imported by name.
const {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka: KafkaJS,
  Partitioners,
  ResourcePatternTypes,
} = kafkajs

const users = [
  { name: 'admin', password: 'admin-secret' },
  { name: 'alice', password: 'alice-secret' },
]
const open: { disconnect(): Promise<void> }[] = []
const raw: RawClient[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.disconnect()))
  for (const client of raw.splice(0)) client.cut()
})

function client(broker: Kafka, sasl?: SASLOptions, ssl?: KafkaConfig['ssl']) {
  return new KafkaJS({
    clientId: 'test',
    brokers: [...broker.brokers],
    logCreator: () => () => {},
    retry: { retries: 1, initialRetryTime: 10, maxRetryTime: 100 },
    ...(sasl === undefined ? {} : { sasl }),
    ...(ssl === undefined ? {} : { ssl }),
  })
}
const as = (name: string, mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512' = 'plain') =>
  ({ mechanism, username: name, password: `${name}-secret` }) as SASLOptions

async function connected<C extends { connect(): Promise<void>; disconnect(): Promise<void> }>(one: C) {
  open.push(one)
  await one.connect()
  return one
}

async function connect(broker: Kafka): Promise<RawClient> {
  const [host = '', port] = broker.brokers[0]?.split(':') ?? []
  const one = await rawConnect({ host, port: Number(port) })
  raw.push(one)
  return one
}

async function logIn(broker: Kafka, name: string): Promise<RawClient> {
  const one = await connect(broker)
  await one.call(saslHandshake, 1, { mechanism: 'PLAIN' })
  await one.call(saslAuthenticate, 1, { authBytes: Buffer.from(`\0${name}\0${name}-secret`) })
  return one
}

describe('a client', () => {
  let broker: Kafka
  beforeAll(async () => {
    broker = await startKafka({
      sasl: { users },
      config: { 'connection.failed.authentication.delay.ms': 10 },
    })
  })
  afterAll(() => broker.stop())

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('logs in with %s', async (mechanism) => {
    const admin = await connected(client(broker, as('alice', mechanism)).admin())
    await admin.createTopics({ topics: [{ topic: mechanism }] })
    expect(await admin.listTopics()).toContain(mechanism)
  })

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'with a wrong password is refused by %s',
    async (mechanism) => {
      const sasl = { mechanism, username: 'alice', password: 'wrong' } as SASLOptions
      await expect(client(broker, sasl).admin().connect()).rejects.toThrow(
        /authentication failed|Invalid username/i,
      )
    },
  )

  test('that does not log in gets nothing but the versions', async () => {
    const one = await connect(broker)
    expect((await one.call(apiVersions, 0, {}))?.apiKeys.map(({ apiKey }) => apiKey)).toContain(36)
    expect(await one.call(metadata, 1, { topics: null })).toBeUndefined()
  })

  test('is told which mechanisms there are, and hung up on', async () => {
    const one = await connect(broker)
    expect(await one.call(saslHandshake, 1, { mechanism: 'GSSAPI' })).toEqual({
      errorCode: 33,
      mechanisms: ['PLAIN', 'SCRAM-SHA-512', 'SCRAM-SHA-256'],
    })
    expect(await one.call(saslHandshake, 1, { mechanism: 'PLAIN' })).toBeUndefined()
  })

  test.each([
    ['\0\0x', 'Authentication failed: username not specified'],
    ['\0admin\0', 'Authentication failed: password not specified'],
    ['admin\0x', 'Invalid SASL/PLAIN response: expected 3 tokens, got 2'],
    [
      'bob\0admin\0admin-secret',
      'Authentication failed: Client requested an authorization id that is different from username',
    ],
    ['\0who\0x', 'Authentication failed: Invalid username or password'],
  ])('with the token %j is told: %s', async (token, errorMessage) => {
    const one = await connect(broker)
    await one.call(saslHandshake, 1, { mechanism: 'PLAIN' })
    expect(await one.call(saslAuthenticate, 1, { authBytes: Buffer.from(token) })).toMatchObject({
      errorCode: 58,
      errorMessage,
    })
    expect(await one.call(saslAuthenticate, 1, { authBytes: Buffer.from(token) })).toBeUndefined()
  })

  test('of the first version hands its tokens over bare', async () => {
    const one = await connect(broker)
    expect(await one.call(saslHandshake, 0, { mechanism: 'PLAIN' })).toMatchObject({ errorCode: 0 })
    const token = Buffer.from('\0admin\0admin-secret')
    const size = Buffer.alloc(4)
    size.writeInt32BE(token.length)
    one.socket.write(Buffer.concat([size, token]))
    expect(await one.next()).toEqual(Buffer.alloc(0))
    expect(await one.call(metadata, 1, { topics: null })).toMatchObject({ controllerId: 0 })
    expect(await one.call(saslHandshake, 1, { mechanism: 'PLAIN' })).toEqual({
      errorCode: 34,
      mechanisms: [],
    })
  })

  test('logs in with what an admin gave it while the broker ran, until that is taken away', async () => {
    const admin = await logIn(broker, 'admin')
    const salt = Buffer.from('some salt')
    const saltedPassword = pbkdf2Sync('bob-secret', salt, 8_192, 64, 'sha512')
    const upsertion = { name: 'bob', mechanism: 2, iterations: 8_192, salt, saltedPassword }
    const alter = (deletions: object[], upsertions: object[]) =>
      admin.call(alterUserScramCredentials, 0, { deletions, upsertions } as never)
    expect(await alter([], [upsertion])).toMatchObject({ results: [{ user: 'bob', errorCode: 0 }] })
    expect(await admin.call(describeUserScramCredentials, 0, { users: [{ name: 'bob' }] })).toMatchObject({
      results: [{ user: 'bob', errorCode: 0, credentialInfos: [{ mechanism: 2, iterations: 8_192 }] }],
    })

    await connected(client(broker, as('bob', 'scram-sha-512')).admin())
    await alter([{ name: 'bob', mechanism: 2 }], [])
    await expect(client(broker, as('bob', 'scram-sha-512')).admin().connect()).rejects.toThrow()
  })

  test.each([
    [{ iterations: 100 }, 93, 'Too few iterations'],
    [{ iterations: 99_999 }, 93, 'Too many iterations'],
    [{ mechanism: 9 }, 33, 'Unknown SCRAM mechanism'],
    [{ name: '' }, 93, 'Username must not be empty'],
  ])('can not be given %j: %i %s', async (own, errorCode, errorMessage) => {
    const admin = await logIn(broker, 'admin')
    const { salt, storedKey } = credentialOf('SCRAM-SHA-256', 'x')
    const upsertion = { name: 'u', mechanism: 1, iterations: 4_096, salt, saltedPassword: storedKey, ...own }
    const answer = await admin.call(alterUserScramCredentials, 0, { deletions: [], upsertions: [upsertion] })
    expect(answer?.results).toMatchObject([{ errorCode, errorMessage }])
  })

  test('is named once in a request', async () => {
    const admin = await logIn(broker, 'admin')
    const deletion = { name: 'alice', mechanism: 1 }
    const answer = await admin.call(alterUserScramCredentials, 0, {
      deletions: [deletion, { ...deletion, mechanism: 2 }, { name: 'nobody', mechanism: 1 }],
      upsertions: [],
    })
    expect(answer?.results.map(({ errorCode }) => errorCode).sort()).toEqual([91, 92])
    const users = ['x', 'x', 'y'].map((name) => ({ name }))
    const described = await admin.call(describeUserScramCredentials, 0, { users })
    expect(described?.results.map(({ errorCode }) => errorCode)).toEqual([92, 91])
  })
})

describe('over TLS', () => {
  const tls = { cert: testOnlyCertificate, key: testOnlyKey }
  async function withBroker<T>(options: KafkaOptions, act: (broker: Kafka) => Promise<T>): Promise<T> {
    await using broker = await startKafka(options)
    return await act(broker)
  }

  test.each(['worker', 'child'] as const)('kafkajs logs in, produces and consumes (%s)', (runsIn) =>
    withBroker({ tls, sasl: { users }, runsIn }, async (broker) => {
      const kafka = client(broker, as('alice', 'scram-sha-512'), {
        ca: [testOnlyCertificate],
        host: 'localhost',
      } as never)
      const producer = await connected(kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner }))
      await producer.send({ topic: 't', messages: [{ value: 'x'.repeat(200_000) }] })
      const consumer = await connected(kafka.consumer({ groupId: 'g' }))
      const sizes: (number | undefined)[] = []
      await consumer.subscribe({ topics: ['t'], fromBeginning: true })
      await consumer.run({ eachMessage: async ({ message }) => void sizes.push(message.value?.length) })
      await eventually('it has come', () => sizes.length > 0)
      expect(sizes).toEqual([200_000])
      await Promise.all(open.splice(0).map((one) => one.disconnect()))
    }),
  )

  test('a client that does not trust the certificate is refused', () =>
    withBroker({ tls }, async (broker) => {
      await expect(client(broker, undefined, true).admin().connect()).rejects.toThrow(
        /self-signed certificate/,
      )
      await expect(client(broker).admin().connect()).rejects.toThrow()
    }))

  test("a key that is not the certificate's own is named in one sentence", async () => {
    await expect(startKafka({ tls: { ...tls, key: 'nonsense' } })).rejects.toThrow(
      /^tls\.cert and tls\.key can't be used \(.*\): give a certificate and its own key as PEM$/,
    )
  })
})

test('credentials and rules that admins made, and took away, are as they were after a SIGKILL', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kafka-security-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const config = { 'connection.failed.authentication.delay.ms': 10 }
  const acl = { superUsers: ['admin'] }
  await using broker = await startKafka({ dataDir, runsIn: 'child', sasl: { users }, acl, config })
  const admin = await logIn(broker, 'admin')
  const salt = Buffer.from('some salt')
  const saltedPassword = pbkdf2Sync('bob-secret', salt, 8_192, 64, 'sha512')
  await admin.call(alterUserScramCredentials, 0, {
    // alice is one of the users of the start.
    deletions: [{ name: 'alice', mechanism: 2 }],
    upsertions: [{ name: 'bob/1', mechanism: 2, iterations: 8_192, salt, saltedPassword }],
  })
  const rule = {
    resourceType: 2,
    resourceName: 't',
    patternType: 3,
    principal: 'User:bob/1',
    host: '*',
    operation: 3,
    permissionType: 3,
  }
  await admin.call(createAcls, 2, { creations: [rule, { ...rule, resourceName: 'gone' }] })
  const any = { resourceTypeFilter: 1, patternTypeFilter: 1, operation: 1, permissionType: 1 }
  const anybody = { ...any, principalFilter: null, hostFilter: null }
  await admin.call(deleteAcls, 2, { filters: [{ ...anybody, resourceNameFilter: 'gone' }] })
  await broker.kill()
  await broker.restart()

  const bob = { mechanism: 'scram-sha-512', username: 'bob/1', password: 'bob-secret' } as SASLOptions
  await connected(client(broker, bob).admin())
  await expect(client(broker, as('alice', 'scram-sha-512')).admin().connect()).rejects.toThrow()
  await connected(client(broker, as('alice', 'scram-sha-256')).admin())
  const again = await logIn(broker, 'admin')
  const found = await again.call(describeAcls, 2, { ...anybody, resourceNameFilter: null })
  expect(found?.resources.map(({ resourceName }) => resourceName)).toEqual(['t'])
  await Promise.all(open.splice(0).map((one) => one.disconnect()))
})

describe('access rules', () => {
  let broker: Kafka
  beforeAll(async () => {
    broker = await startKafka({ sasl: { users }, acl: { superUsers: ['admin'] } })
    const admin = await connected(client(broker, as('admin')).admin())
    await admin.createTopics({ topics: ['open', 'closed', 'pre-1'].map((topic) => ({ topic })) })
    const rule = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: 'open',
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:alice',
      host: '*',
      operation: AclOperationTypes.READ,
      permissionType: AclPermissionTypes.ALLOW,
    }
    const prefixed = { ...rule, resourceName: 'pre-', resourcePatternType: ResourcePatternTypes.PREFIXED }
    await admin.createAcls({
      acl: [
        rule,
        { ...prefixed, operation: AclOperationTypes.ALL },
        // What denies wins over what allows.
        {
          ...rule,
          resourceName: 'pre-secret',
          operation: AclOperationTypes.WRITE,
          permissionType: AclPermissionTypes.DENY,
          principal: 'User:*',
        },
        { ...rule, resourceType: AclResourceTypes.GROUP, resourceName: 'mine' },
      ],
    })
  })
  afterAll(() => broker.stop())

  const write = async (one: RawClient, name: string) => {
    const records = encodeBatch([{ value: Buffer.from('x') }])
    const topics = [{ name, partitions: [{ index: 0, records }] }]
    const answer = await one.call(produce, 8, { transactionalId: null, acks: 1, timeoutMs: 100, topics })
    return answer?.topics[0]?.partitions[0]?.errorCode
  }

  test('are listed, found by the names they meet, and deleted', async () => {
    const admin = await connected(client(broker, as('admin')).admin())
    const any = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: 'pre-secret',
      resourcePatternType: ResourcePatternTypes.MATCH,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
    }
    const { resources } = await admin.describeAcls(any)
    expect(resources.map(({ resourceName }) => resourceName).sort()).toEqual(['pre-', 'pre-secret'])

    const extra = {
      ...any,
      resourceName: 'extra',
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: 'User:eve',
      host: '*',
      operation: AclOperationTypes.READ,
      permissionType: AclPermissionTypes.ALLOW,
    }
    await admin.createAcls({ acl: [extra, extra] })
    const { filterResponses } = await admin.deleteAcls({
      filters: [{ ...any, resourcePatternType: ResourcePatternTypes.ANY, resourceName: 'extra' }],
    })
    expect(filterResponses[0]?.matchingAcls).toHaveLength(1)
  })

  test('allow what they name, by name and by prefix, and nothing else', async () => {
    const alice = await logIn(broker, 'alice')
    expect(await write(alice, 'pre-1')).toBe(0)
    expect(await write(alice, 'open')).toBe(29)
    expect(await write(alice, 'pre-secret')).toBe(29)
    expect(await write(alice, 'nope')).toBe(29)
    expect(await write(await logIn(broker, 'admin'), 'open')).toBe(0)
  })

  test('show a client the topics that it may read, and no others', async () => {
    const alice = await logIn(broker, 'alice')
    const all = await alice.call(metadata, 8, {
      topics: null,
      includeTopicAuthorizedOperations: true,
      includeClusterAuthorizedOperations: true,
    })
    // Bit 3: read, bit 8: describe.
    expect(all?.topics.find(({ name }) => name === 'open')?.authorizedOperations).toBe((1 << 3) | (1 << 8))
    expect(all?.topics.map(({ name }) => name).sort()).toEqual(['open', 'pre-1'])
    expect(all?.clusterAuthorizedOperations).toBe(0)
    const named = await alice.call(metadata, 8, { topics: [{ name: 'closed' }, { name: 'new' }] })
    expect(named?.topics.map(({ errorCode }) => errorCode)).toEqual([29, 29])
  })

  test('let kafkajs consume as the group that they name', async () => {
    const kafka = client(broker, as('alice'))
    const consumer = await connected(kafka.consumer({ groupId: 'mine' }))
    const values: string[] = []
    await write(await logIn(broker, 'admin'), 'open')
    await consumer.subscribe({ topics: ['open'], fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
    await eventually('it has come', () => values.length > 0)

    const other = await connected(kafka.consumer({ groupId: 'theirs' }))
    const crashed = new Promise<Error>((resolve) => {
      other.on('consumer.crash', ({ payload }) => resolve(payload.error))
    })
    await other.subscribe({ topics: ['open'] })
    await other.run({ eachMessage: async () => {} })
    expect((await crashed).name).toBe('KafkaJSGroupCoordinatorNotFound')
    const alice = await logIn(broker, 'alice')
    const described = await alice.call(describeGroups, 4, {
      groups: ['mine', 'theirs'],
      includeAuthorizedOperations: true,
    })
    expect(described?.groups).toMatchObject([
      { errorCode: 0, authorizedOperations: (1 << 3) | (1 << 8) },
      { errorCode: 30 },
    ])
  })

  test('keep the cluster to those who may change it', async () => {
    const admin = await connected(client(broker, as('alice')).admin())
    await expect(admin.createTopics({ topics: [{ topic: 'new' }] })).rejects.toMatchObject({
      errors: [{ type: 'TOPIC_AUTHORIZATION_FAILED' }],
    })
    await expect(admin.deleteTopics({ topics: ['open'] })).rejects.toMatchObject({
      type: 'TOPIC_AUTHORIZATION_FAILED',
    })
    await expect(admin.deleteGroups(['theirs'])).rejects.toMatchObject({
      name: 'KafkaJSGroupCoordinatorNotFound',
    })
    await expect(
      admin.describeAcls({
        resourceType: 1,
        resourcePatternType: 1,
        operation: 1,
        permissionType: 1,
      } as never),
    ).rejects.toMatchObject({ type: 'CLUSTER_AUTHORIZATION_FAILED' })
    const alice = await logIn(broker, 'alice')
    const elected = await alice.call(electLeaders, 1, {
      electionType: 0,
      topics: [{ name: 'open', partitions: [0] }],
      timeoutMs: 100,
    })
    expect(elected).toMatchObject({ errorCode: 31, topics: [{ partitions: [{ errorCode: 31 }] }] })
  })

  test('keep transactional ids to those who may use them', async () => {
    const alice = await logIn(broker, 'alice')
    const asked = { transactionalId: 'tx', transactionTimeoutMs: 1_000 }
    expect(await alice.call(initProducerId, 1, asked)).toMatchObject({ errorCode: 53 })
    const [type, allow] = [5, 3]
    const rule = {
      resourceType: type,
      resourceName: 'tx',
      patternType: 3,
      principal: 'User:alice',
      host: '*',
    }
    const admin = await logIn(broker, 'admin')
    await admin.call(createAcls, 2, { creations: [{ ...rule, operation: 4, permissionType: allow }] })
    expect(await alice.call(initProducerId, 1, asked)).toMatchObject({ errorCode: 0, producerEpoch: 0 })
    const added = (name: string) =>
      alice.call(addPartitionsToTxn, 1, {
        transactionalId: 'tx',
        producerId: 0,
        producerEpoch: 0,
        topics: [{ name, partitions: [0] }],
      })
    expect((await added('closed'))?.topics[0]?.partitions).toMatchObject([{ errorCode: 29 }])
  })

  test('give a producer id to whoever may write somewhere', async () => {
    const asked = { transactionalId: null, transactionTimeoutMs: 1_000 }
    expect(await (await logIn(broker, 'alice')).call(initProducerId, 1, asked)).toMatchObject({
      errorCode: 0,
    })
    const admin = await logIn(broker, 'admin')
    const saslUser = { name: 'carol', mechanism: 1, iterations: 4_096, salt: Buffer.from('s') }
    const saltedPassword = pbkdf2Sync('carol-secret', 's', 4_096, 32, 'sha256')
    await admin.call(alterUserScramCredentials, 0, {
      deletions: [],
      upsertions: [{ ...saslUser, saltedPassword }],
    })
    const producer = client(broker, as('carol', 'scram-sha-256')).producer({
      idempotent: true,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await expect(connected(producer)).rejects.toMatchObject({ type: 'CLUSTER_AUTHORIZATION_FAILED' })
  })

  test.each([
    [{ resourceType: 1 }, -1, null],
    [{ resourceType: 77 }, 42, 'Invalid resourceType UNKNOWN'],
    [{ operation: 99 }, 42, 'Invalid operation UNKNOWN'],
    [{ resourceName: '' }, 42, 'Invalid empty resource name'],
    [{ resourceType: 4 }, 42, 'The only valid name for the CLUSTER resource is kafka-cluster'],
    [
      { principal: 'alice' },
      42,
      'Could not parse principal from `alice` (no colon is present separating the principal type from the principal name)',
    ],
  ])('such as %j are refused: %i %s', async (own, errorCode, errorMessage) => {
    const rule = {
      resourceType: 2,
      resourceName: 't',
      patternType: 3,
      principal: 'User:a',
      host: '*',
      operation: 8,
      permissionType: 3,
    }
    const admin = await logIn(broker, 'admin')
    const answer = await admin.call(createAcls, 2, { creations: [{ ...rule, ...own }] })
    expect(answer?.results).toEqual([{ errorCode, errorMessage }])
  })

  test.each([{ resourceType: 0 }, { patternType: 0 }, { operation: 0 }, { permissionType: 0 }])(
    'that say of themselves that they are unknown end the connection: %j',
    async (own) => {
      const rule = { resourceType: 2, resourceName: 't', patternType: 3, principal: 'User:a', host: '*' }
      const admin = await logIn(broker, 'admin')
      const creations = [{ ...rule, operation: 8, permissionType: 3, ...own }]
      expect(await admin.call(createAcls, 2, { creations })).toBeUndefined()
    },
  )

  test('can not be made where nobody asked for them', async () => {
    await using plain = await startKafka()
    const admin = await connected(client(plain).admin())
    await expect(
      admin.describeAcls({
        resourceType: 1,
        resourcePatternType: 1,
        operation: 1,
        permissionType: 1,
      } as never),
    ).rejects.toMatchObject({ type: 'SECURITY_DISABLED' })
    await Promise.all(open.splice(0).map((one) => one.disconnect()))
  })
})
