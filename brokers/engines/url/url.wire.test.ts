/** Brokers that are there already, over TLS and with log-ins: the embedded ones stand in for them. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { connect } from 'amqplib'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type RabbitMQ, startRabbitMQ } from '../../amqp/rabbitmq.ts'
import { type Kafka, startKafka } from '../../kafka/kafka.ts'
import { RawClient } from '../../kafka/raw-client.ts'
import { metadata } from '../../kafka/wire/messages/03-metadata.ts'
import { testOnlyCertificate, testOnlyKey } from '../../test-only-certificate.ts'
import type { EngineError } from '../engine-error.ts'
import { urlKafka } from './url-kafka.ts'
import { urlRabbitMQ } from './url-rabbitmq.ts'

const tls = { cert: testOnlyCertificate, key: testOnlyKey }
// What NODE_EXTRA_CA_CERTS does for a process from its start.
const ownCertificates = getCACertificates('default')
beforeAll(() => setDefaultCACertificates([testOnlyCertificate]))
afterAll(() => setDefaultCACertificates(ownCertificates))
afterEach(() => {
  for (const name of Object.keys(process.env))
    if (/^(?:AMQP|KAFKA|RABBITMQ)_/.test(name)) delete process.env[name]
})

describe('AMQP_URL', () => {
  let broker: RabbitMQ
  let port = ''
  beforeAll(async () => {
    broker = await startRabbitMQ({ tls, management: 0 })
    port = new URL(broker.tlsUrl ?? '').port
  })
  afterAll(() => broker.stop())

  test('with amqps is spoken to plainly, on loopback; the relay speaks TLS', async () => {
    process.env['AMQP_URL'] = `amqps://localhost:${port}`
    process.env['RABBITMQ_MANAGEMENT_URL'] = broker.managementUrl
    await using engine = await urlRabbitMQ()
    expect(engine).toMatchObject({ engine: 'url', server: broker.server, address: { host: '127.0.0.1' } })
    await using isolation = await engine.isolate('check')
    const { vhost, username, password } = isolation
    const { host: hostname, port: plainPort } = engine.address
    const connection = await connect(
      { hostname, port: plainPort, username, password, vhost },
      { noDelay: true },
    )
    await (await connection.createChannel()).assertQueue('q')
    expect((await engine.inspect(vhost)).queues.map(({ name }) => name)).toEqual(['q'])
    await connection.close()
  })

  test('without its management API has one vhost, and can not look into it', async () => {
    process.env['AMQP_URL'] = broker.url
    await using engine = await urlRabbitMQ()
    expect([...engine.capabilities]).toEqual([])
    const isolation = await engine.isolate('check')
    expect(isolation).toMatchObject({ vhost: '/', username: 'guest' })
    await expect(engine.inspect('/')).rejects.toThrow("engine=url can't look into a broker")
    await expect(engine.kill()).rejects.toThrow("engine=url can't kill a broker that it did not start")
  })

  test.each([
    ['a port where nobody listens', 'amqp://127.0.0.1:1', 'ECONNREFUSED'],
    ['a host that there is none of', 'amqp://no-such-host.invalid', 'no-such-host.invalid'],
    ['a wrong password', 'amqp://guest:wrong@PLAIN', 'ACCESS-REFUSED'],
    ['a vhost that there is none of', 'amqp://guest:guest@PLAIN/nowhere', 'nowhere'],
    ['TLS where there is none', 'amqps://PLAIN', 'look at AMQP_URL'],
    ['no TLS where it is wanted', 'amqp://SECURE', 'look at AMQP_URL'],
  ])('that names %s is said in a sentence', async (_, url, why) => {
    process.env['AMQP_URL'] = url
      .replace('PLAIN', `127.0.0.1:${broker.port}`)
      .replace('SECURE', `127.0.0.1:${port}`)
    const error = (await urlRabbitMQ().then(undefined, (thrown: unknown) => thrown)) as EngineError
    expect(error.message).toContain(why)
    expect(error.message).not.toContain('wrong@')
    expect(error.said.vi).toContain('AMQP_URL')
  })
})

describe('KAFKA_BROKERS', () => {
  const users = [{ name: 'shop', password: 'shop-secret' }]
  let cluster: Kafka
  beforeAll(async () => {
    cluster = await startKafka({
      host: 'localhost',
      tls,
      sasl: { users },
      config: { 'connection.failed.authentication.delay.ms': 10 },
    })
  })
  afterAll(() => cluster.stop())

  function logIn(mechanism: string, password = 'shop-secret'): void {
    process.env['KAFKA_BROKERS'] = cluster.brokers.join()
    process.env['KAFKA_TLS'] = 'true'
    process.env['KAFKA_SASL_MECHANISM'] = mechanism
    process.env['KAFKA_USERNAME'] = 'shop'
    process.env['KAFKA_PASSWORD'] = password
  }

  test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])(
    'with TLS and %s can be looked into',
    async (mechanism) => {
      logIn(mechanism)
      await using engine = await urlKafka()
      await using isolation = await engine.isolate('check')
      const { nodes, topics } = await engine.inspect(isolation.prefix)
      expect(nodes).toHaveLength(1)
      expect(topics).toEqual([])
    },
  )

  test('gives connections that are logged in: a client may begin with whatever it wants', async () => {
    logIn('SCRAM-SHA-512')
    await using engine = await urlKafka()
    const [node] = engine.addresses
    const socket = await engine.connect?.(node as (typeof engine.addresses)[number])
    if (socket === undefined) throw new Error('a plain connection would not do')
    const client = new RawClient(socket, 'client')
    onTestFinished(() => client.cut())
    expect((await client.call(metadata, 1, { topics: null }))?.brokers).toHaveLength(1)
  })

  test.each(['PLAIN', 'SCRAM-SHA-256'])(
    'with a wrong password for %s is said in a sentence',
    async (mechanism) => {
      logIn(mechanism, 'wrong')
      await expect(urlKafka()).rejects.toThrow(/refused the log-in: .*Look at KAFKA_SASL_MECHANISM/)
    },
  )

  test('at a host that there is none of is said in a sentence', async () => {
    process.env['KAFKA_BROKERS'] = 'no-such-host.invalid:9092'
    await expect(urlKafka()).rejects.toThrow(/no Kafka answers at no-such-host\.invalid:9092 \(.+\): look at/)
  })

  test('with TLS where there is none says which variable to look at', async () => {
    const plain = await startKafka({ host: 'localhost' })
    onTestFinished(() => plain.stop())
    process.env['KAFKA_BROKERS'] = plain.brokers.join()
    process.env['KAFKA_TLS'] = 'true'
    await expect(urlKafka()).rejects.toThrow('and at KAFKA_TLS if it wants TLS')
  })

  test('of too few nodes is said so before anything is judged', async () => {
    logIn('PLAIN')
    await expect(urlKafka({ nodes: 3 })).rejects.toThrow(
      'this needs 3 nodes, and the cluster of KAFKA_BROKERS has 1',
    )
  })

  test('without TLS where it is wanted says which variable to look at', async () => {
    process.env['KAFKA_BROKERS'] = cluster.brokers.join()
    await expect(urlKafka()).rejects.toThrow('and at KAFKA_TLS if it wants TLS')
  })
})
