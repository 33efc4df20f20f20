/** What the embedded brokers say they are, known before any of them is started. */
import { profileDefault, profileNames, profileRows } from '../amqp/profile.ts'

export const embeddedServers = {
  rabbitmq: `RabbitMQ ${profileRows.version.values[profileNames.indexOf(profileDefault)]}`,
  /** The version that is copied. */
  kafka: 'Kafka 4.3.1',
} as const
