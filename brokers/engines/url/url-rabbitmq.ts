/** The engine that takes a RabbitMQ which is there already: AMQP_URL names it. */
import { type ChannelModel, connect } from 'amqplib'
import type { Address, RabbitMQEngine } from '../engine.ts'
import { EngineError } from '../engine-error.ts'
import { RabbitMQManagement } from '../rabbitmq-management.ts'
import { servedRabbitMQ } from '../real-rabbitmq.ts'
import { type AmqpSettings, amqpSettings } from './settings.ts'
import { openTlsRelay } from './tls-relay.ts'

const CONNECT_MS_MAX = 5_000

/** Logs in once, so that what is wrong with the URL is known. @throws EngineError that names the variable to look at. */
export async function urlRabbitMQ(): Promise<RabbitMQEngine> {
  const settings = amqpSettings(process.env)
  const { url, vhost, username, password } = settings
  const server = await ask(settings)
  const management = await managementOf(settings)
  const remote: Address = { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port) }
  const relay = url.protocol === 'amqps:' ? await openTlsRelay(remote) : undefined
  return servedRabbitMQ({
    engine: 'url',
    server,
    address: relay?.address ?? remote,
    management,
    own: { vhost, username, password },
    dispose: async () => relay?.[Symbol.asyncDispose](),
  })
}

/** Product and version as the server says. */
async function ask({ url, shown }: AmqpSettings): Promise<string> {
  let connection: ChannelModel
  try {
    connection = await connect(url.href, {
      noDelay: true,
      timeout: CONNECT_MS_MAX,
      clientProperties: { connection_name: 'mq-workbook' },
    })
  } catch (error) {
    throw new EngineError(unreachable(shown, error), { cause: error })
  }
  const { product, version } = connection.connection.serverProperties
  await connection.close()
  return `${product} ${version}`
}

/** The management API that RABBITMQ_MANAGEMENT_URL names, or none. */
async function managementOf({ management: url, username, password }: AmqpSettings) {
  if (url === undefined) return undefined
  const login = {
    username: decodeURIComponent(url.username) || username,
    password: decodeURIComponent(url.password) || password,
  }
  const management = new RabbitMQManagement(`${url.origin}${url.pathname}`, login)
  try {
    await management.version()
    return management
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(
      {
        en: `no management API of a RabbitMQ at ${url.origin} (${why}): look at RABBITMQ_MANAGEMENT_URL, or leave it out`,
        vi: `không có management API của RabbitMQ ở ${url.origin} (${why}): xem lại RABBITMQ_MANAGEMENT_URL, hoặc bỏ nó đi`,
      },
      { cause },
    )
  }
}

function unreachable(shown: string, cause: unknown) {
  const said = cause instanceof AggregateError ? cause.errors[0] : cause
  const why = said instanceof Error ? said.message.split('\n')[0] : String(said)
  return {
    en: `no RabbitMQ could be used at ${shown} (${why}): look at AMQP_URL (host, port, user, password, vhost)`,
    vi: `không dùng được RabbitMQ ở ${shown} (${why}): xem lại AMQP_URL (host, cổng, user, mật khẩu, vhost)`,
  }
}
