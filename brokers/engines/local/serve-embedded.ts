/**
 * `node serve-embedded.ts rabbitmq|kafka [ARGUMENT…]`: stands for a real server where a test needs one that serves: an embedded broker at
 * the ports that `engine=local` has written into the server's own settings.
 */
import { readFileSync } from 'node:fs'
import { startRabbitMQ } from '../../amqp/rabbitmq.ts'
import { startKafka } from '../../kafka/kafka.ts'

const [product, ...args] = process.argv.slice(2)

/** What stands behind the name in a file of settings. */
function portOf(file: string, setting: RegExp): number {
  const [, port] = setting.exec(readFileSync(file, 'utf8')) ?? []
  if (port === undefined) throw new Error(`${file} has no ${setting}`)
  return Number(port)
}

if (product === 'rabbitmq') {
  const file = process.env['RABBITMQ_CONFIG_FILE'] ?? ''
  const port = portOf(file, /^listeners\.tcp\.1 = .*:(\d+)$/m)
  await startRabbitMQ({ port, management: portOf(file, /^management\.tcp\.port = (\d+)$/m) })
} else {
  await startKafka({ ports: [portOf(args.at(-1) ?? '', /^advertised\.listeners=.*:(\d+)$/m)] })
}
