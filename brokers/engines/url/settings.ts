/** Where brokers are that are there already, out of the environment. What makes no sense is said in one sentence. */
import { z } from 'zod'
import type { Address } from '../engine.ts'
import { EngineError } from '../engine-error.ts'
import { type KafkaLogin, saslMechanisms } from './kafka-login.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface AmqpSettings {
  readonly url: URL
  /** Without the password, for people. */
  readonly shown: string
  readonly vhost: string
  readonly username: string
  readonly password: string
  /** Of RABBITMQ_MANAGEMENT_URL, which may bring a login of its own. */
  readonly management: URL | undefined
}

export interface KafkaSettings {
  readonly addresses: readonly Address[]
  readonly shown: string
  readonly hasTls: boolean
  readonly login: KafkaLogin | undefined
}

const PORTS = { amqp: 5672, amqps: 5671 } as const
const KAFKA_PORT = 9092

/** @throws EngineError that names the variable. */
export function amqpSettings(environment: Environment): AmqpSettings {
  const given = environment['AMQP_URL']
  if (given === undefined || given === '')
    throw new EngineError(missing('AMQP_URL', 'amqp://user:password@host:5672/vhost'))
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !['amqp:', 'amqps:'].includes(url.protocol) || url.hostname === '')
    throw new EngineError(
      malformed('AMQP_URL', withoutPassword(given), 'amqp://user:password@host:5672/vhost'),
    )
  if (url.port === '') url.port = String(PORTS[url.protocol === 'amqps:' ? 'amqps' : 'amqp'])
  return {
    url,
    shown: withoutPassword(url.href),
    // As clients read it: nothing is '/', and everything else is what stands behind the first slash.
    vhost: url.pathname.length <= 1 ? '/' : decodeURIComponent(url.pathname.slice(1)),
    username: decodeURIComponent(url.username) || 'guest',
    password: decodeURIComponent(url.password) || 'guest',
    management: managementUrl(environment['RABBITMQ_MANAGEMENT_URL']),
  }
}

function managementUrl(given: string | undefined): URL | undefined {
  if (given === undefined || given === '') return undefined
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol)) return url
  throw new EngineError(
    malformed('RABBITMQ_MANAGEMENT_URL', withoutPassword(given), 'http://user:password@host:15672'),
  )
}

const kafkaSchema = z.object({
  KAFKA_TLS: z.enum(['true', 'false', '1', '0']).default('false'),
  KAFKA_SASL_MECHANISM: z.string().toUpperCase().pipe(z.enum(saslMechanisms)).optional(),
  KAFKA_USERNAME: z.string().default(''),
  KAFKA_PASSWORD: z.string().default(''),
})

/** @throws EngineError that names the variable. */
export function kafkaSettings(environment: Environment): KafkaSettings {
  const shown = environment['KAFKA_BROKERS'] ?? ''
  const example = 'host:9092,other:9092'
  if (shown === '') throw new EngineError(missing('KAFKA_BROKERS', example))
  const addresses = shown.split(',').map((part) => addressOf(part.trim()))
  if (!addresses.every((address) => address !== undefined))
    throw new EngineError(malformed('KAFKA_BROKERS', shown, example))
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const parsed = kafkaSchema.safeParse(set)
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0])
    const values = name === 'KAFKA_TLS' ? 'true' : saslMechanisms.join(', ')
    throw new EngineError(malformed(name, String(environment[name]), values))
  }
  const {
    KAFKA_TLS,
    KAFKA_SASL_MECHANISM: asked,
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD: password,
  } = parsed.data
  const mechanism = asked ?? (username === '' ? undefined : 'PLAIN')
  if (mechanism !== undefined && username === '') throw new EngineError(missing('KAFKA_USERNAME', 'payments'))
  return {
    addresses,
    shown,
    hasTls: ['true', '1'].includes(KAFKA_TLS),
    login: mechanism === undefined ? undefined : { mechanism, username, password },
  }
}

/** `host`, `host:port` or `[::1]:port`. */
function addressOf(text: string): Address | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:/\s]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || Number(port ?? 1) > 65_535) return undefined
  return { host, port: port === undefined ? KAFKA_PORT : Number(port) }
}

/** What a person may see of a URL. */
function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1:…@')
}

function missing(name: string, example: string) {
  return {
    en: `engine=url needs ${name}, such as ${name}=${example}`,
    vi: `engine=url cần biến ${name}, ví dụ ${name}=${example}`,
  }
}

function malformed(name: string, given: string, example: string) {
  return {
    en: `${name}=${given} makes no sense: it takes ${example}`,
    vi: `${name}=${given} không hợp lệ: cần dạng ${example}`,
  }
}
