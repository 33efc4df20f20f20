/**
 * Brings real brokers to this computer, and says in one line where they are; each resolves at once if they are there already. Keeps
 * them running for others.
 */
import type { BrokerHost } from './local/host.ts'
import { canChangeRoot, findRabbitMQ } from './local/rabbitmq-home.ts'

type Say = (line: string) => void

/** Into the cache folder: the jars of Apache Kafka. @throws EngineError without Java; Error if a download fails */
export async function installKafka(say: Say): Promise<string> {
  const { bringKafka } = await import('./local/kafka-install.ts')
  const { version, libs, java } = await bringKafka(say)
  return `Kafka ${version}: ${libs} (${java})`
}

/**
 * The RabbitMQ that is installed; as root on Debian otherwise a tree of Debian in the cache folder, so that nothing of the
 * system changes. @throws EngineError elsewhere, which says what to install
 */
export async function installRabbitMQ(say: Say): Promise<string> {
  const home = await rabbitMQ(say)
  return `RabbitMQ ${home.version}: ${home.root === '/' ? home.server : home.root}`
}

/**
 * The RabbitMQ that is nearest to what the embedded one copies by default: as root on Debian the newest that a Debian carries, in
 * a tree of the cache; elsewhere, or where RABBITMQ_HOME names one, the one that is found. Gives a RABBITMQ_HOME for it, if it
 * needs one. @throws EngineError
 */
export async function installNearestRabbitMQ(say: Say): Promise<{ said: string; home: string | undefined }> {
  const { bringRabbitMQTree, canMakeTree } = await import('./local/debian-tree.ts')
  const isChosen = process.env['RABBITMQ_HOME'] !== undefined
  const home = isChosen || !canMakeTree() ? await rabbitMQ(say) : await bringRabbitMQTree(say)
  const said = `RabbitMQ ${home.version}: ${home.root === '/' ? home.server : home.root}`
  return { said, home: home.root === '/' ? undefined : home.root }
}

/**
 * Opens a host whose brokers are started when somebody asks for them; dispose it when done. Whoever has its `url` in MQ_BROKER_HOST
 * gets them from `engine=local`, one process after another.
 */
export async function keepLocalBrokers(): Promise<BrokerHost> {
  const [{ openBrokerHost }, { startRabbitMQForLabs }, { startKafkaForLabs }] = await Promise.all([
    import('./local/host.ts'),
    import('./local/local-rabbitmq.ts'),
    import('./local/local-kafka.ts'),
  ])
  return await openBrokerHost({
    rabbitmq: () => startRabbitMQForLabs(),
    kafka: (nodes) => startKafkaForLabs({ nodes }),
  })
}

async function rabbitMQ(say: Say) {
  try {
    return findRabbitMQ()
  } catch (error) {
    const { canMakeTree, bringRabbitMQ, newestDebianRabbitMQ } = await import('./local/debian-tree.ts')
    if (process.env['RABBITMQ_HOME'] !== undefined || !canChangeRoot() || !canMakeTree()) throw error
    return await bringRabbitMQ(newestDebianRabbitMQ, say)
  }
}

/** The image of docker-compose.yml. @throws EngineError without Docker; Error if it can't be had */
export async function installImages(product: 'rabbitmq' | 'kafka', say: Say): Promise<string> {
  const [{ imagesOfCompose }, { pullImage }] = await Promise.all([
    import('./docker/images.ts'),
    import('./docker/containers.ts'),
  ])
  const image = imagesOfCompose()[product]
  await pullImage(image, say)
  return image
}
