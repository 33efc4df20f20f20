/** A host keeps brokers for processes that come one after another, whatever these did to them. */
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { embeddedRabbitMQ } from '../embedded.ts'
import { EngineError } from '../engine-error.ts'
import { askVersion } from '../rabbitmq-version.ts'
import type { RunningKafka } from '../real-kafka.ts'
import type { RunningRabbitMQ } from '../real-rabbitmq.ts'
import { openBrokerHost } from './host.ts'
import { hostedKafka, hostedRabbitMQ } from './hosted.ts'
import { localRabbitMQ } from './local-rabbitmq.ts'

const none = () => Promise.reject(new Error('nobody asked for it'))

/** Something that listens and can be killed: the embedded one does as well. */
async function aRabbitMQ(): Promise<RunningRabbitMQ> {
  const engine = await embeddedRabbitMQ()
  return {
    ...engine.address,
    server: engine.server,
    // It has none, and nobody here asks it anything.
    managementUrl: 'http://127.0.0.1:1',
    stop: () => engine.stop(),
    kill: () => engine.kill(),
    restart: () => engine.restart(),
    freeze: () => engine.freeze(),
    thaw: () => engine.thaw(),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}

/** Nodes that write down what is done to them. */
function aKafka(told: string[], nodes: 1 | 3): RunningKafka {
  const note = (what: string) => async () => void told.push(what)
  return {
    server: 'Kafka 4.3.1',
    nodes: Array.from({ length: nodes }, (_, id) => ({
      id,
      host: '127.0.0.1',
      port: 9000 + id,
      start: note(`start ${id}`),
      ready: async (ids) => void told.push(`ready ${id} of ${ids.join()}`),
      stop: note(`stop ${id}`),
      kill: note(`kill ${id}`),
      freeze: note(`freeze ${id}`),
      thaw: note(`thaw ${id}`),
    })),
    [Symbol.asyncDispose]: note('disposed'),
  }
}

async function hosting(options: Partial<Parameters<typeof openBrokerHost>[0]>) {
  const host = await openBrokerHost({ rabbitmq: none, kafka: none, ...options })
  onTestFinished(() => host[Symbol.asyncDispose]())
  return host
}

afterEach(() => {
  delete process.env['MQ_BROKER_HOST']
})

test('whoever comes next finds a killed, a stopped and a frozen broker up, at the same address', async () => {
  let starts = 0
  const host = await hosting({
    rabbitmq() {
      starts++
      return aRabbitMQ()
    },
  })
  const first = await hostedRabbitMQ(host.url)
  for (const harm of ['kill', 'stop', 'freeze'] as const) {
    await first[harm]()
    const next = await hostedRabbitMQ(host.url)
    expect({ host: next.host, port: next.port }, harm).toEqual({ host: first.host, port: first.port })
    expect(await askVersion(next), harm).toMatch(/^\d/)
  }
  expect(starts).toBe(1)
})

test('disposing what one of them has leaves the broker to the others; the host takes it along', async () => {
  const host = await openBrokerHost({ rabbitmq: aRabbitMQ, kafka: none })
  const one = await hostedRabbitMQ(host.url)
  await one[Symbol.asyncDispose]()
  expect(await askVersion(one)).toMatch(/^\d/)
  await host[Symbol.asyncDispose]()
  expect(await askVersion(one)).toBeUndefined()
})

test('engine=local takes the broker of the host that MQ_BROKER_HOST names, unless it is asked for a port', async () => {
  const host = await hosting({ rabbitmq: aRabbitMQ })
  process.env['MQ_BROKER_HOST'] = host.url
  const hosted = await hostedRabbitMQ(host.url)
  const engine = await localRabbitMQ()
  expect(engine.address).toEqual({ host: hosted.host, port: hosted.port })
  // Whether there is a RabbitMQ to be started or not, the port is not to be had.
  await expect(localRabbitMQ({ port: hosted.port })).rejects.toThrow(EngineError)
})

test('a Kafka of one node that was killed runs again for whoever comes next, and is waited for', async () => {
  const told: string[] = []
  const host = await hosting({ kafka: async (nodes) => aKafka(told, nodes) })
  const { nodes } = await hostedKafka(host.url, 1)
  await nodes[0]?.kill()
  told.length = 0
  await hostedKafka(host.url, 1)
  expect(told).toEqual(['start 0', 'ready 0 of 0'])
})

test.each(['kill', 'stop', 'freeze'] as const)(
  'a cluster that a %s has left without a node is a new one for whoever comes next',
  async (harm) => {
    const told: string[] = []
    let starts = 0
    const host = await hosting({
      async kafka(nodes) {
        starts++
        return aKafka(told, nodes)
      },
    })
    const { nodes } = await hostedKafka(host.url, 3)
    await hostedKafka(host.url, 3)
    expect(starts).toBe(1)
    await nodes[1]?.[harm]()
    await hostedKafka(host.url, 3)
    expect(starts).toBe(2)
    expect(told).toContain('disposed')
  },
)

test('a broker that ended without being told to is started anew', async () => {
  const told: string[] = []
  let starts = 0
  const host = await hosting({
    async kafka(nodes) {
      starts++
      const cluster = aKafka(told, nodes)
      const isFirst = starts === 1
      let asked = 0
      return {
        ...cluster,
        nodes: cluster.nodes.map((node) => ({
          ...node,
          async ready() {
            if (isFirst && ++asked > 1) throw new Error('it has ended')
          },
        })),
      }
    },
  })
  await hostedKafka(host.url, 1)
  await hostedKafka(host.url, 1)
  expect(starts).toBe(2)
  expect(told).toContain('disposed')
})

test('what can not be had is said in both languages, and tried again when the next one asks', async () => {
  let starts = 0
  const said = { en: 'no RabbitMQ is installed: install one', vi: 'chưa cài RabbitMQ: hãy cài' }
  const host = await hosting({
    rabbitmq: () => (++starts === 1 ? Promise.reject(new EngineError(said)) : aRabbitMQ()),
  })
  await expect(hostedRabbitMQ(host.url)).rejects.toMatchObject({ said })
  expect((await hostedRabbitMQ(host.url)).server).toMatch(/^RabbitMQ/)
})

test('a host that is gone is said, with what to do', async () => {
  const host = await openBrokerHost({ rabbitmq: none, kafka: none })
  await host[Symbol.asyncDispose]()
  await expect(hostedRabbitMQ(host.url)).rejects.toThrow(/unset MQ_BROKER_HOST/)
})

test('nothing is done for whoever does not know the path', async () => {
  const host = await hosting({})
  const { origin } = new URL(host.url)
  const body = JSON.stringify({ broker: 'rabbitmq', call: 'attach' })
  const response = await fetch(`${origin}/`, { method: 'POST', body })
  expect(response.status).toBe(404)
})
