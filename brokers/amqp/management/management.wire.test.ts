/** The management API as tools use it; texts and statuses are those of RabbitMQ 3.10.8, recorded from its own API. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChannelModel, connect } from 'amqplib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'
import { BODY_BYTES_MAX } from './body.ts'

let broker: RabbitMQ
const clients: ChannelModel[] = []

beforeAll(async () => {
  broker = await startRabbitMQ({ management: 0 })
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close().catch(() => {})
  for (const { name } of (await api('GET', '/api/vhosts')).json as { name: string }[]) {
    if (name !== '/') await broker.deleteVhost(name)
  }
})
afterAll(() => broker.stop())

interface Reply {
  status: number
  headers: Headers
  json: unknown
}

async function api(method: string, path: string, body?: unknown, as = 'guest:guest'): Promise<Reply> {
  const response = await fetch(`${broker.managementUrl}${path}`, {
    method,
    headers: as === '' ? {} : { authorization: `Basic ${Buffer.from(as).toString('base64')}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    json: text === '' ? undefined : JSON.parse(text),
  }
}

/** A vhost of its own, by its name and as paths have it. */
let vhosts = 0
async function newVhost() {
  const name = `a b/${++vhosts}`
  const at = encodeURIComponent(name)
  expect((await api('PUT', `/api/vhosts/${at}`)).status).toBe(201)
  return { name, at }
}

async function client(vhostAt: string) {
  const connection = await connect(`${broker.url}/${vhostAt}`, {
    noDelay: true,
    clientProperties: { connection_name: 'the client' },
  })
  connection.on('error', () => {})
  clients.push(connection)
  return { connection, channel: await connection.createConfirmChannel() }
}

describe('who may ask', () => {
  test('is challenged without credentials, and refused with wrong ones', async () => {
    const nobody = await api('GET', '/api/overview', undefined, '')
    expect([nobody.status, nobody.headers.get('www-authenticate'), nobody.json]).toEqual([
      401,
      'Basic realm="RabbitMQ Management"',
      undefined,
    ])
    expect(await api('GET', '/api/overview', undefined, 'guest:wrong')).toMatchObject({
      status: 401,
      json: { error: 'not_authorized', reason: 'Not_Authorized' },
    })
  })

  test('needs a tag, the tag that a path asks for, and the vhost of the path', async () => {
    await broker.addUser({ name: 'plain', password: 'p' })
    await broker.addUser({ name: 'manager', password: 'm', tags: ['management'], vhosts: [] })
    const asked = await Promise.all([
      api('GET', '/api/whoami', undefined, 'plain:p'),
      api('GET', '/api/users', undefined, 'manager:m'),
      api('GET', '/api/nodes', undefined, 'manager:m'),
      api('GET', '/api/queues/%2F', undefined, 'manager:m'),
      api('PUT', '/api/vhosts/mine', {}, 'manager:m'),
    ])
    expect(asked.map(({ status, json }) => [status, json])).toEqual(
      [
        'Not management user',
        'Not administrator user',
        'Not monitor user',
        'User not authorised to access virtual host',
        'Not administrator user',
      ].map((reason) => [401, { error: 'not_authorised', reason }]),
    )
    expect((await api('GET', '/api/vhosts', undefined, 'manager:m')).json).toEqual([])
  })
})

test('vhosts and users come, log in where they are permitted, and go', async () => {
  const { name, at } = await newVhost()
  expect((await api('PUT', `/api/vhosts/${at}`)).status).toBe(204)
  expect((await api('PUT', '/api/users/alice', { password: 'x' })).json).toEqual({
    error: 'bad_request',
    reason: 'tags_not_present',
  })
  expect((await api('PUT', '/api/users/alice', { password: 'x', tags: 'monitoring' })).status).toBe(201)
  const url = broker.url.replace('guest:guest', 'alice:x')
  await expect(connect(`${url}/${at}`, { noDelay: true })).rejects.toThrow()

  const everything = { configure: '.*', write: '.*', read: '.*' }
  expect((await api('PUT', `/api/permissions/${at}/alice`, everything)).status).toBe(201)
  expect((await api('PUT', `/api/permissions/${at}/alice`, { ...everything, write: '(' })).status).toBe(400)
  const connection = await connect(`${url}/${at}`, { noDelay: true })
  const closed = new Promise<Error>((resolve) => connection.on('close', resolve))
  expect((await api('GET', '/api/users/alice/permissions')).json).toEqual([
    { user: 'alice', vhost: name, ...everything },
  ])

  expect((await api('DELETE', '/api/users/alice')).status).toBe(204)
  expect((await closed).message).toContain("CONNECTION_FORCED - user 'alice' is deleted")
  expect((await api('GET', '/api/users/alice')).json).toEqual({
    error: 'Object Not Found',
    reason: 'Not Found',
  })
  expect((await api('DELETE', `/api/vhosts/${at}`)).status).toBe(204)
  expect((await api('DELETE', `/api/vhosts/${at}`)).status).toBe(404)
})

describe('declaring', () => {
  test('answers 201 for what is new, 204 for what is there, and the text of the refusal otherwise', async () => {
    const { name, at } = await newVhost()
    const place = `in vhost '${name}'`
    const queue = `/api/queues/${at}/q`
    const statuses = []
    for (const body of [{ durable: true, arguments: { 'x-message-ttl': 60_000 } }, { durable: false }]) {
      statuses.push((await api('PUT', queue, body)).status)
    }
    expect(statuses).toEqual([201, 400])
    const refusals: readonly (readonly [string, unknown, number, string, unknown])[] = [
      [
        'queues',
        { durable: true },
        400,
        'bad_request',
        `inequivalent arg 'x-message-ttl' for queue 'q' ${place}: received none but current is the value '60000' of type 'long'`,
      ],
      ['queues', { durable: 'maybe' }, 400, 'bad_request', ['not_boolean', 'maybe']],
      ['queues', 'no json', 400, 'bad_request', 'not_json'],
      ['queues', '[1]', 400, 'bad_request', 'not_json'],
      ['exchanges', { type: 'nosuch' }, 400, 'bad_request', "unknown exchange type 'nosuch'"],
    ]
    for (const [kind, body, status, error, reason] of refusals) {
      expect(await api('PUT', `/api/${kind}/${at}/q`, body)).toMatchObject({
        status,
        json: { error, reason },
      })
    }
    expect((await api('PUT', `/api/queues/${at}/amq.q`, {})).json).toEqual({
      error: 'not_authorised',
      reason: 'Access refused.',
    })
    expect((await api('PUT', '/api/queues/nowhere/q', {})).json).toEqual({
      error: 'not_found',
      reason: 'vhost_not_found',
    })
    expect((await api('DELETE', `/api/exchanges/${at}/amq.topic`)).status).toBe(401)
    expect((await api('DELETE', `${queue}?if-empty=true`)).status).toBe(204)
  })

  test('names bindings by key and arguments, in paths percent-encoded once more', async () => {
    const { at } = await newVhost()
    await api('PUT', `/api/queues/${at}/q%2Fq`, {})
    const pair = `/api/bindings/${at}/e/amq.topic/q/q%2Fq`
    const plain = await api('POST', pair, { routing_key: 'a/#' })
    const withArguments = await api('POST', pair, { routing_key: 'b', arguments: { x: 1 } })
    expect([plain.status, plain.headers.get('location')]).toEqual([201, 'q%2Fq/a%252F%2523'])
    const listed = (await api('GET', pair)).json as { properties_key: string }[]
    expect(listed).toMatchObject([
      { routing_key: 'a/#', properties_key: 'a%2F%23', arguments: {} },
      { routing_key: 'b', arguments: { x: 1 } },
    ])
    const location = withArguments.headers.get('location')
    expect((await api('DELETE', `/api/bindings/${at}/e/amq.topic/q/${location}`)).status).toBe(204)
    expect((await api('DELETE', `/api/bindings/${at}/e/amq.topic/q/${location}`)).status).toBe(404)
    expect((await api('GET', `/api/queues/${at}/q%2Fq/bindings`)).json).toMatchObject([
      { source: '', routing_key: 'q/q' },
      { source: 'amq.topic' },
    ])
  })
})

test('queues tell what lies ready, what is out, and who consumes', async () => {
  const { name, at } = await newVhost()
  const { channel } = await client(at)
  await channel.assertQueue('q', { arguments: { 'x-queue-type': 'quorum' } })
  await channel.prefetch(1)
  const delivered = new Promise((resolve) => channel.consume('q', resolve, { consumerTag: 'tag' }))
  for (const body of ['1', '2', '3']) channel.sendToQueue('q', Buffer.from(body))
  await channel.waitForConfirms()
  await delivered
  expect((await api('GET', `/api/queues/${at}/q`)).json).toMatchObject({
    name: 'q',
    vhost: name,
    type: 'quorum',
    durable: true,
    auto_delete: false,
    exclusive: false,
    arguments: { 'x-queue-type': 'quorum' },
    messages: 3,
    messages_ready: 2,
    messages_unacknowledged: 1,
    consumers: 1,
    consumer_details: [
      { consumer_tag: 'tag', ack_required: true, prefetch_count: 1, channel_details: { number: 1 } },
    ],
  })
  expect((await api('GET', '/api/overview')).json).toMatchObject({
    rabbitmq_version: '4.2.0',
    queue_totals: { messages: 3, messages_ready: 2, messages_unacknowledged: 1 },
    object_totals: { connections: 1, channels: 1, consumers: 1, queues: 1 },
  })
  expect((await api('DELETE', `/api/queues/${at}/q/contents`)).status).toBe(204)
  expect((await api('GET', `/api/queues/${at}?columns=name,messages`)).json).toEqual([
    { name: 'q', messages: 1 },
  ])
  expect((await api('DELETE', `/api/queues/${at}/q?if-unused=true`)).json).toEqual({
    error: 'bad_request',
    reason: `cannot delete queue 'q' in vhost '${name}'. queue.delete operations with if-unused flag set are not supported by quorum queues`,
  })
})

describe('messages', () => {
  test('are published and looked at, put back or taken', async () => {
    const { at } = await newVhost()
    await api('PUT', `/api/queues/${at}/q`, { durable: true })
    const publish = `/api/exchanges/${at}/amq.default/publish`
    const text = {
      properties: { delivery_mode: 2, content_type: 'text/plain', headers: { h: 1 } },
      routing_key: 'q',
      payload: 'xin chào',
      payload_encoding: 'string',
    }
    const bytes = { properties: {}, routing_key: 'q', payload: '//4A', payload_encoding: 'base64' }
    expect((await api('POST', publish, text)).json).toEqual({ routed: true })
    expect((await api('POST', publish, bytes)).json).toEqual({ routed: true })
    expect((await api('POST', publish, { ...text, routing_key: 'none' })).json).toEqual({ routed: false })

    const get = `/api/queues/${at}/q/get`
    const seen = await api('POST', get, { count: 5, ackmode: 'ack_requeue_true', encoding: 'auto' })
    expect(seen.json).toEqual([
      {
        payload_bytes: 9,
        redelivered: false,
        exchange: '',
        routing_key: 'q',
        message_count: 1,
        properties: { content_type: 'text/plain', headers: { h: 1 }, delivery_mode: 2 },
        payload: 'xin chào',
        payload_encoding: 'string',
      },
      {
        payload_bytes: 3,
        redelivered: false,
        exchange: '',
        routing_key: 'q',
        message_count: 0,
        properties: [],
        payload: '//4A',
        payload_encoding: 'base64',
      },
    ])
    const taken = { count: 1, ackmode: 'ack_requeue_false', encoding: 'base64', truncate: 3 }
    expect((await api('POST', get, taken)).json).toMatchObject([{ redelivered: true, payload: 'eGlu' }])
    expect((await api('GET', `/api/queues/${at}/q`)).json).toMatchObject({ messages: 1 })
  })

  test('are refused in the words of RabbitMQ', async () => {
    const { at } = await newVhost()
    const { channel } = await client(at)
    await channel.assertQueue('mine', { exclusive: true })
    const get = (queue: string, body: unknown) => api('POST', `/api/queues/${at}/${queue}/get`, body)
    const whole = { count: 1, ackmode: 'ack_requeue_true', encoding: 'auto' }
    expect((await get('nope', whole)).json).toEqual({
      error: 'not_found',
      reason: 'queue_not_found',
    })
    expect((await get('mine', whole)).json).toMatchObject({
      reason: expect.stringContaining('405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue'),
    })
    expect((await get('mine', { count: 1 })).json).toMatchObject({
      reason: '[{key_missing,ackmode},{key_missing,encoding}]',
    })
    expect((await get('mine', { ...whole, count: 'x' })).json).toMatchObject({ reason: ['not_integer', 'x'] })
    const publish = {
      properties: { expiration: 'abc' },
      routing_key: 'q',
      payload: '',
      payload_encoding: 'string',
    }
    expect((await api('POST', `/api/exchanges/${at}/amq.default/publish`, publish)).json).toEqual({
      error: 'bad_request',
      reason: "406 PRECONDITION_FAILED - invalid expiration 'abc': no_integer",
    })
    expect(
      (await api('POST', `/api/exchanges/${at}/nope/publish`, { ...publish, properties: {} })).json,
    ).toEqual({
      error: 'not_found',
      reason: 'exchange_not_found',
    })
  })
})

test('connections are listed at once, and closed with the reason that was given', async () => {
  const { name, at } = await newVhost()
  const { connection } = await client(at)
  const closed = new Promise<Error>((resolve) => connection.on('close', resolve))
  const listed = (await api('GET', '/api/connections')).json as { name: string }[]
  expect(listed).toMatchObject([
    {
      user: 'guest',
      vhost: name,
      user_provided_name: 'the client',
      state: 'running',
      channels: 1,
      ssl: false,
    },
  ])
  const path = `/api/connections/${encodeURIComponent(listed[0]?.name ?? '')}`
  expect((await api('GET', `${path}/channels`)).json).toMatchObject([{ number: 1, confirm: true }])
  const response = await fetch(`${broker.managementUrl}${path}`, {
    method: 'DELETE',
    headers: { authorization: `Basic ${btoa('guest:guest')}`, 'x-reason': 'because' },
  })
  expect(response.status).toBe(204)
  expect((await closed).message).toContain('CONNECTION_FORCED - because')
  expect((await api('DELETE', path)).status).toBe(404)
})

test('definitions that are taken out of one broker make another like it', async () => {
  const { name, at } = await newVhost()
  await api('PUT', `/api/queues/${at}/q`, { durable: true, arguments: { 'x-max-length': 3 } })
  await api('PUT', `/api/exchanges/${at}/x`, { type: 'topic', durable: true })
  await api('POST', `/api/bindings/${at}/e/x/q/q`, { routing_key: '#' })
  await api('PUT', '/api/users/carl', { password: 'secret', tags: '' })
  await api('PUT', `/api/permissions/${at}/carl`, { configure: '.*', write: '.*', read: '.*' })
  const { json: definitions } = await api('GET', '/api/definitions')

  await using other = await startRabbitMQ({ management: 0 })
  const imported = await fetch(`${other.managementUrl}/api/definitions`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('guest:guest')}` },
    body: JSON.stringify(definitions),
  })
  expect(imported.status).toBe(204)
  const { queues, bindings } = await other.inspect(name)
  expect(queues).toMatchObject([{ name: 'q', durable: true, arguments: { 'x-max-length': 3 } }])
  expect(bindings).toMatchObject([{ source: 'x', destination: 'q', routingKey: '#' }])
  const login = await connect(`${other.url.replace('guest:guest', 'carl:secret')}/${at}`, { noDelay: true })
  await login.close()
  expect((await api('POST', '/api/definitions', { queues: [{ name: 'q', vhost: 'none' }] })).json).toEqual({
    error: 'bad_request',
    reason: ['no_such_vhost', 'none'],
  })
  expect((await api('POST', '/api/definitions', { policies: [{}] })).status).toBe(400)
})

test('lists are sorted and cut into pages as asked', async () => {
  const { at } = await newVhost()
  for (const name of ['b', 'a', 'c']) await api('PUT', `/api/queues/${at}/${name}`, {})
  const columns = 'columns=name'
  const reversed = await api('GET', `/api/queues/${at}?sort=name&sort_reverse=true&${columns}`)
  expect(reversed.json).toEqual([{ name: 'c' }, { name: 'b' }, { name: 'a' }])
  expect((await api('GET', `/api/queues/${at}?page=2&page_size=2&${columns}`)).json).toEqual({
    filtered_count: 3,
    item_count: 1,
    items: [{ name: 'c' }],
    page: 2,
    page_count: 2,
    page_size: 2,
    total_count: 3,
  })
  expect((await api('GET', `/api/queues/${at}?page=9&page_size=2`)).json).toEqual({
    error: 'page_out_of_range',
    reason: 'Page out of range, page: 9 page size: 2, len: 3',
  })
})

test('health checks tell of an alarm and of what listens', async () => {
  expect((await api('GET', '/api/health/checks/alarms')).json).toEqual({ status: 'ok' })
  await broker.setMemoryAlarm(true)
  expect(await api('GET', '/api/health/checks/alarms')).toMatchObject({
    status: 503,
    json: { status: 'failed', alarms: [{ resource: 'memory' }] },
  })
  await broker.setMemoryAlarm(false)
  expect((await api('GET', `/api/health/checks/port-listener/${broker.port}`)).status).toBe(200)
  expect((await api('GET', '/api/health/checks/protocol-listener/mqtt')).status).toBe(503)
  expect((await api('GET', '/api/aliveness-test/%2F')).json).toEqual({ status: 'ok' })
})

test('a method that a path does not take, an unknown path and a body too large are refused', async () => {
  const wrong = await api('POST', '/api/queues/%2F/q', {})
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'HEAD, GET, PUT, DELETE, OPTIONS'])
  expect((await api('GET', '/api/nope')).json).toEqual({ error: 'Object Not Found', reason: 'Not Found' })
  expect((await api('GET', '/api/queues/%ZZ')).status).toBe(400)
  const large = await api('PUT', '/api/queues/%2F/q', ' '.repeat(BODY_BYTES_MAX + 1)).catch(() => undefined)
  const { reason } = (large?.json ?? { reason: 'cut off' }) as { reason: string }
  expect(reason).toMatch(/^(Exceeded HTTP request body size limit|cut off)$/)
  expect((await api('GET', '/api/queues/%2F/q')).status).toBe(404)
})

test('what was declared over HTTP is there after a restart, at the same address', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'management-test-'))
  try {
    await using kept = await startRabbitMQ({ management: 0, dataDir })
    const { managementUrl } = kept
    const ask = (method: string, path: string, body?: unknown) =>
      fetch(`${kept.managementUrl}${path}`, {
        method,
        headers: { authorization: `Basic ${btoa('guest:guest')}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    await ask('PUT', '/api/queues/%2F/q', { durable: true })
    await ask('PUT', '/api/users/alice', { password: 'x', tags: 'monitoring' })
    await ask('PUT', '/api/users/gone', { tags: '' })
    await ask('DELETE', '/api/users/gone')
    await kept.restart()
    expect(kept.managementUrl).toBe(managementUrl)
    expect((await ask('GET', '/api/queues/%2F/q')).status).toBe(200)
    expect(await (await ask('GET', '/api/users/alice')).json()).toMatchObject({ tags: ['monitoring'] })
    expect((await ask('GET', '/api/users/gone')).status).toBe(404)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})
