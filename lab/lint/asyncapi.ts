/**
 * An AsyncAPI 3.0 document of each service of an event-driven design, made from the same data that is linted and simulated: what it
 * sends, what it receives and by which broker, and the JSON Schema of each message.
 */
import { type Carrier, type DesignData, type MessageData, messagesOf, type ServiceData } from './design.ts'
import type { Json } from './json-pointer.ts'

/** What a field is, as JSON Schema. Words that are not here are text. */
const schemas: Readonly<Record<string, Json>> = {
  'event id': { type: 'string', minLength: 1, description: 'the same whenever this message is sent again' },
  'transaction id': { type: 'string', minLength: 1 },
  'wallet id': { type: 'string', minLength: 1 },
  money: {
    type: 'object',
    description: "a count of the currency's smallest unit",
    properties: {
      minor: { type: 'string', pattern: '^-?(0|[1-9]\\d{0,17})$' },
      currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    },
    required: ['minor', 'currency'],
  },
  version: { type: 'integer', minimum: 1, description: 'counts from 1 without gaps' },
  time: { type: 'string', format: 'date-time' },
  text: { type: 'string' },
}

/** The brokers of a document. Where they are is a matter of each environment, and no part of a design. */
const servers: Readonly<Record<Carrier, Json>> = {
  rabbitmq: { host: 'rabbitmq', protocol: 'amqp', protocolVersion: '0-9-1' },
  kafka: { host: 'kafka', protocol: 'kafka' },
}

/** The JSON Schema of a message's payload: every field that it carries, all required, and no other forbidden. */
export function payloadSchema({ carries }: MessageData): Json {
  const fields = Object.entries(carries)
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, kind]) => [name, schemas[kind] ?? { type: 'string' }])),
    required: fields.map(([name]) => name),
  }
}

/** The document of one service. AsyncAPI describes one application: what it sends, and what it receives. */
export function asyncApiOf(design: DesignData, service: ServiceData): Json {
  const received = service.handles.map(({ on }) => on)
  const sent = service.handles.flatMap(({ publishes }) => publishes.map(({ message }) => message))
  const used = messagesOf(design).filter(({ name }) => received.includes(name) || sent.includes(name))
  const operations = [
    ...[...new Set(received)].map((message) => ['receive', message] as const),
    ...[...new Set(sent)].map((message) => ['send', message] as const),
  ]
  return {
    asyncapi: '3.0.0',
    info: { title: service.name, version: '1.0.0' },
    defaultContentType: 'application/json',
    servers: Object.fromEntries(used.map(({ carrier }) => [carrier, servers[carrier]])),
    channels: Object.fromEntries(
      used.map(({ name, carrier }) => [
        idOf(name),
        {
          address: name,
          servers: [{ $ref: `#/servers/${carrier}` }],
          messages: { [idOf(name)]: { $ref: `#/components/messages/${idOf(name)}` } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      operations.map(([action, message]) => [
        `${action}-${idOf(message)}`,
        {
          action,
          channel: { $ref: `#/channels/${idOf(message)}` },
          messages: [{ $ref: `#/channels/${idOf(message)}/messages/${idOf(message)}` }],
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        used.map((message) => [
          idOf(message.name),
          {
            name: message.name,
            contentType: 'application/json',
            payload: payloadSchema(message),
            ...boundTo(message),
          },
        ]),
      ),
    },
  }
}

/** What a reader on Kafka has to know beyond the payload: what the key of a record is. */
function boundTo({ carrier, key, carries }: MessageData): Json {
  if (carrier !== 'kafka' || key === undefined) return {}
  return { bindings: { kafka: { key: schemas[carries[key] ?? ''] ?? { type: 'string' } } } }
}

/** Keys of an AsyncAPI document: letters, digits, dot, dash and underscore. */
const idOf = (name: string): string => name.replaceAll(/[^\w.-]/g, '-')
