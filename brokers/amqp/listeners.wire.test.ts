/** Where a broker listens: several addresses, TLS, and what is said when that can't be done. */
import { once } from 'node:events'
import { createConnection, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { connect, type GetMessage } from 'amqplib'
import { afterEach, describe, expect, test } from 'vitest'
import { testOnlyCertificate, testOnlyKey } from '../test-only-certificate.ts'
import { type RabbitMQ, type RabbitMQOptions, startRabbitMQ } from './rabbitmq.ts'

const started: RabbitMQ[] = []
afterEach(async () => {
  for (const broker of started.splice(0)) await broker.stop()
})

async function start(options: RabbitMQOptions): Promise<RabbitMQ> {
  const broker = await startRabbitMQ(options)
  started.push(broker)
  return broker
}

const tls = { cert: testOnlyCertificate, key: testOnlyKey }
const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)

describe('over TLS', () => {
  test.each(['worker', 'child'] as const)('a client publishes and consumes (%s)', async (runsIn) => {
    const broker = await start({ tls, runsIn, management: 0 })
    const connection = await connect(broker.tlsUrl ?? '', { noDelay: true, ca: [testOnlyCertificate] })
    const channel = await connection.createConfirmChannel()
    const { queue } = await channel.assertQueue('', { exclusive: true })
    channel.sendToQueue(queue, Buffer.alloc(200_000, 'x'))
    await channel.waitForConfirms()
    const message = await channel.get(queue, { noAck: true })
    expect((message as GetMessage).content.length).toBe(200_000)
    const listed = await fetch(`${broker.managementUrl}/api/connections?columns=ssl`, {
      headers: { authorization: `Basic ${btoa('guest:guest')}` },
    })
    expect(await listed.json()).toEqual([{ ssl: true }])
    await connection.close()
  })

  test('a client that does not trust the certificate is refused, and plain TCP still works', async () => {
    const broker = await start({ tls })
    await expect(connect(broker.tlsUrl ?? '', { noDelay: true })).rejects.toThrow(/self-signed certificate/)
    const nonsense = createConnection(Number(new URL(broker.tlsUrl ?? '').port), broker.host)
    nonsense.on('error', () => {})
    nonsense.write('AMQP\0\0\x09\x01')
    await once(nonsense, 'close')
    await (await connect(broker.url, { noDelay: true })).close()
  })

  test('clients are told of a stop, and a restart takes the same port', async () => {
    const broker = await start({ tls })
    const { tlsUrl = '' } = broker
    const connection = await connect(tlsUrl, { noDelay: true, ca: [testOnlyCertificate] })
    const closed = new Promise<Error>((resolve) => connection.on('close', resolve))
    await broker.restart()
    expect((await closed).message).toContain("forced connection closure with reason 'shutdown'")
    expect(broker.tlsUrl).toBe(tlsUrl)
    await (await connect(tlsUrl, { noDelay: true, ca: [testOnlyCertificate] })).close()
  })

  test("a key that is not the certificate's own is named in one sentence", async () => {
    await expect(startRabbitMQ({ tls: { ...tls, key: 'nonsense' } })).rejects.toThrow(
      /^tls\.cert and tls\.key can't be used \(.*\): give a certificate and its own key as PEM$/,
    )
  })
})

describe('of several addresses', () => {
  test.runIf(hasIpv6)('all take clients on one port', async () => {
    const broker = await start({ host: ['127.0.0.1', '::1'] })
    expect(broker.hosts).toEqual(['127.0.0.1', '::1'])
    for (const host of ['127.0.0.1', '[::1]']) {
      await (await connect(`amqp://guest:guest@${host}:${broker.port}`, { noDelay: true })).close()
    }
  })

  test('those that this computer does not have are left out, unless there is no other', async () => {
    // 192.0.2.0/24 is for documentation: nobody has an address in it.
    const broker = await start({ host: ['127.0.0.1', '192.0.2.1'] })
    expect(broker.hosts).toEqual(['127.0.0.1'])
    await (await connect(broker.url, { noDelay: true })).close()
    await expect(startRabbitMQ({ host: ['192.0.2.1'] })).rejects.toThrow(/could not listen on 192\.0\.2\.1:0/)
  })

  test("a port that the management API can't have is named in one sentence", async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    await expect(startRabbitMQ({ management: port })).rejects.toThrow(
      `127.0.0.1:${port} is in use by another program`,
    )
    other.close()
  })
})
