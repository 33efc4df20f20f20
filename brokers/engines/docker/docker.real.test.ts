/** Real brokers in containers keep the contract of engine.ts: `npm run test:real docker`, where Docker and its images can be had. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kafkaEngineContract } from '../kafka-engine.contract.ts'
import { keepsRabbitMQContract } from '../rabbitmq-engine.contract.ts'
import { dockerRuntime, pullImage } from './containers.ts'
import { dockerKafka } from './docker-kafka.ts'
import { dockerRabbitMQ } from './docker-rabbitmq.ts'

const { dockerode } = (await dockerRuntime()).container

/** Containers of this process that are there, running or not. */
async function ours(): Promise<string[]> {
  const all = await dockerode.listContainers({
    all: true,
    filters: { label: [`mq-workbook=${process.pid}`] },
  })
  return all.map(({ Id }) => Id)
}

describe('a RabbitMQ in a container', () => {
  let before: readonly string[] = []
  beforeAll(async () => {
    before = await ours()
  })
  keepsRabbitMQContract({
    start: () => dockerRabbitMQ(),
    definedMs: 2_000,
    server: /^RabbitMQ \d+\.\d+\.\d+$/,
    // Two of them run at a time: that of all tests, and the one that is disposed.
    leftOver: () => async () => (await ours()).slice(before.length + 1),
  })
})

for (const nodes of [1, 3] as const) {
  kafkaEngineContract(
    `${nodes === 1 ? 'one node' : 'three nodes'} in containers`,
    () => dockerKafka({ nodes }),
    {
      capabilities: ['kill', 'freeze', 'inspect', 'tidies', ...(nodes === 1 ? [] : ['nodes' as const])],
      keepsData: true,
      waitMsMax: 60_000,
    },
  )
}

describe('containers', () => {
  let engine: Awaited<ReturnType<typeof dockerRabbitMQ>>
  let known: readonly string[] = []
  beforeAll(async () => {
    engine = await dockerRabbitMQ()
    known = await ours()
  })
  afterAll(() => engine[Symbol.asyncDispose]())

  test('of an image that can not be had are said, with what to try', async () => {
    const images = pullImage('mq-workbook.invalid/none:1', () => {})
    await expect(images).rejects.toThrow(
      /no container of mq-workbook.invalid\/none:1 could be started \(.+\): docker pull/,
    )
  })

  test('whose server ends while it starts are said at once, with the end of its log, and go', async () => {
    const before = await ours()
    const starting = dockerKafka({ settings: { 'log.cleaner.threads': 'many' } })
    await expect(starting).rejects.toThrow(
      /ended while it started; the end of its log:[\s\S]*log\.cleaner\.threads/,
    )
    expect(await ours()).toEqual(before)
  })

  test('that are ended by somebody else are said', async () => {
    await using other = await dockerRabbitMQ()
    const id = (await ours()).find((each) => !known.includes(each)) ?? ''
    await dockerode.getContainer(id).kill()
    expect((await other.crashed)?.en).toMatch(
      /ended without being told to \(exit code 137\); the end of its log:/,
    )
  })

  test('listen on loopback alone', async () => {
    const infos = await Promise.all((await ours()).map((id) => dockerode.getContainer(id).inspect()))
    const hosts = infos.flatMap(({ HostConfig }) =>
      Object.values(HostConfig.PortBindings as Record<string, { HostIp: string }[]>).flat(),
    )
    expect(hosts.length).toBeGreaterThanOrEqual(2)
    expect(hosts.every(({ HostIp }) => HostIp === '127.0.0.1')).toBe(true)
  })
})
