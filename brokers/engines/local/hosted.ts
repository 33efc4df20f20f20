/** Real brokers that another process keeps running (`host.ts`), as one of those that it keeps them for has them. */
import { z } from 'zod'
import { EngineError } from '../engine-error.ts'
import type { RunningKafka } from '../real-kafka.ts'
import type { RunningRabbitMQ } from '../real-rabbitmq.ts'
import { attachedKafkaSchema, attachedRabbitMQSchema, type Call } from './host.ts'

/** Where such a process listens; undefined: brokers are started here. */
export function brokerHostUrl(): string | undefined {
  return process.env['MQ_BROKER_HOST']
}

/** Up and thawed, whatever was done to it before. @throws EngineError when it could not be started */
export async function hostedRabbitMQ(url: string): Promise<RunningRabbitMQ> {
  const ask = (call: Call['call']) => askHost(url, { broker: 'rabbitmq', call })
  const { managementUrl, ...rest } = attachedRabbitMQSchema.parse(await ask('attach'))
  const order = (call: Call['call']) => async () => void (await ask(call))
  return {
    ...rest,
    managementUrl,
    stop: order('stop'),
    kill: order('kill'),
    restart: order('restart'),
    freeze: order('freeze'),
    thaw: order('thaw'),
    // It goes on for those who come next.
    async [Symbol.asyncDispose]() {},
  }
}

/** All its nodes up and thawed. @throws EngineError when they could not be started */
export async function hostedKafka(url: string, count: 1 | 3): Promise<RunningKafka> {
  const broker = `kafka-${count}` as const
  const attached = attachedKafkaSchema.parse(await askHost(url, { broker, call: 'attach' }))
  return {
    server: attached.server,
    nodes: attached.nodes.map((node) => {
      const order = (call: Call['call']) => async () =>
        void (await askHost(url, { broker, call, node: node.id }))
      return {
        ...node,
        start: order('start'),
        kill: order('kill'),
        freeze: order('freeze'),
        thaw: order('thaw'),
        async ready(nodeIds) {
          await askHost(url, { broker, call: 'ready', node: node.id, nodeIds: [...nodeIds] })
        },
        async stop(msMax) {
          await askHost(url, {
            broker,
            call: 'stop',
            node: node.id,
            ...(msMax === undefined ? {} : { msMax }),
          })
        },
      }
    }),
    async [Symbol.asyncDispose]() {},
  }
}

const answerSchema = z.union([
  z.object({ said: z.object({ en: z.string(), vi: z.string() }) }),
  z.object({ value: z.unknown() }),
])

async function askHost(url: string, call: Call): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(call) }).catch(
    (cause: unknown) => {
      throw new EngineError(
        {
          en: 'whoever kept the brokers running is gone: unset MQ_BROKER_HOST, and they are started here',
          vi: 'tiến trình giữ các broker đã kết thúc: bỏ biến MQ_BROKER_HOST thì broker được khởi động tại đây',
        },
        { cause },
      )
    },
  )
  const answer = answerSchema.parse(await response.json())
  if ('said' in answer) throw new EngineError(answer.said)
  return answer.value
}
