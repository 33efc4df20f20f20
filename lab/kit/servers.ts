/** Which brokers an engine brings, as far as that is known before one is started. */
import type { EngineName } from '#brokers/engines'
import { embeddedServers } from '#brokers/engines/embedded-servers'

/** Products and versions; nothing for an engine whose servers only say it themselves. */
export function knownServers(engine: EngineName): readonly string[] {
  return engine === 'embedded' ? [embeddedServers.rabbitmq, embeddedServers.kafka] : []
}
