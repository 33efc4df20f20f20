/** Whoever asks a port for its version may find another program there: a killed broker's port is anybody's. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { rawConnect } from '../kafka/raw-client.ts'
import { apiVersions } from '../kafka/wire/messages/18-api-versions.ts'
import { askVersion } from './rabbitmq-version.ts'

it('a web server has no version of RabbitMQ, and no answer for a client of Kafka', async () => {
  const server = createServer((_request, response) => response.end('no broker'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port }

  expect(await askVersion(address)).toBeUndefined()
  const client = await rawConnect(address)
  expect(await client.call(apiVersions, 0, {})).toBeUndefined()
  server.close()
})
