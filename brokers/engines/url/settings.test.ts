/** What the environment says of brokers that are there already, and what it says wrongly. */
import { describe, expect, test } from 'vitest'
import type { EngineError } from '../engine-error.ts'
import { amqpSettings, kafkaSettings } from './settings.ts'

describe('AMQP_URL', () => {
  test('has the defaults that clients have', () => {
    const settings = amqpSettings({ AMQP_URL: 'amqp://broker.example' })
    expect(settings).toMatchObject({
      vhost: '/',
      username: 'guest',
      password: 'guest',
      management: undefined,
    })
    expect(settings.url.port).toBe('5672')
    expect(amqpSettings({ AMQP_URL: 'amqps://broker.example' }).url.port).toBe('5671')
  })

  test('is read as clients read it, and its password is shown to nobody', () => {
    const settings = amqpSettings({ AMQP_URL: 'amqp://b%40b:s%2Fcret@[::1]:7000/%2Fshop' })
    expect(settings).toMatchObject({ vhost: '/shop', username: 'b@b', password: 's/cret' })
    expect(settings.shown).toBe('amqp://b%40b:…@[::1]:7000/%2Fshop')
  })

  test.each([
    [{}, 'engine=url needs AMQP_URL'],
    [{ AMQP_URL: '' }, 'engine=url needs AMQP_URL'],
    [{ AMQP_URL: 'localhost:5672' }, 'AMQP_URL=localhost:5672 makes no sense'],
    [{ AMQP_URL: 'http://u:secret@host' }, 'AMQP_URL=http://u:…@host makes no sense'],
    [
      { AMQP_URL: 'amqp://host', RABBITMQ_MANAGEMENT_URL: 'host' },
      'RABBITMQ_MANAGEMENT_URL=host makes no sense',
    ],
  ])('that is wrong (%j) is said in one sentence', (environment, sentence) => {
    expect(() => amqpSettings(environment)).toThrow(sentence)
  })
})

describe('KAFKA_BROKERS', () => {
  test('may leave out the port, and may be addresses of IPv6', () => {
    const { addresses, hasTls, login } = kafkaSettings({ KAFKA_BROKERS: 'one, two:9093,[::1]:9094' })
    expect(addresses).toEqual([
      { host: 'one', port: 9092 },
      { host: 'two', port: 9093 },
      { host: '::1', port: 9094 },
    ])
    expect([hasTls, login]).toEqual([false, undefined])
  })

  test('goes with TLS and a log-in, PLAIN unless another is named', () => {
    const login = { KAFKA_USERNAME: 'shop', KAFKA_PASSWORD: 'secret' }
    expect(kafkaSettings({ KAFKA_BROKERS: 'one', KAFKA_TLS: 'true', ...login })).toMatchObject({
      hasTls: true,
      login: { mechanism: 'PLAIN', username: 'shop', password: 'secret' },
    })
    const scram = { KAFKA_BROKERS: 'one', KAFKA_SASL_MECHANISM: 'scram-sha-512', ...login }
    expect(kafkaSettings(scram).login?.mechanism).toBe('SCRAM-SHA-512')
  })

  test.each([
    [{}, 'engine=url needs KAFKA_BROKERS'],
    [{ KAFKA_BROKERS: 'kafka://one:9092' }, 'KAFKA_BROKERS=kafka://one:9092 makes no sense'],
    [{ KAFKA_BROKERS: 'one:99999' }, 'KAFKA_BROKERS=one:99999 makes no sense'],
    [{ KAFKA_BROKERS: 'one', KAFKA_TLS: 'maybe' }, 'KAFKA_TLS=maybe makes no sense: it takes true'],
    [
      { KAFKA_BROKERS: 'one', KAFKA_SASL_MECHANISM: 'kerberos' },
      'KAFKA_SASL_MECHANISM=kerberos makes no sense',
    ],
    [{ KAFKA_BROKERS: 'one', KAFKA_SASL_MECHANISM: 'plain' }, 'engine=url needs KAFKA_USERNAME'],
  ])('that is wrong (%j) is said in one sentence', (environment, sentence) => {
    expect(() => kafkaSettings(environment)).toThrow(sentence)
  })
})

test('what is wrong is said in Vietnamese too', () => {
  try {
    kafkaSettings({})
  } catch (error) {
    expect((error as EngineError).said.vi).toContain('engine=url cần biến KAFKA_BROKERS')
  }
  expect.assertions(1)
})
