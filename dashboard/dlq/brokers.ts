/** The RabbitMQs whose dead letters can be looked at: the one of AMQP_URL, or of this computer, and those that `brokers up` runs. */
import { addressOf, shownAddress } from '#workbook/dlq/address'
import { findRunningBrokers } from '#workbook/state/running-brokers'

export interface KnownBroker {
  /** The address without its password; it names the broker in forms. */
  readonly shown: string
  readonly url: string
}

/** Only these: a request can't make the server connect to anywhere else. */
export async function knownBrokers(): Promise<KnownBroker[]> {
  const { running } = await findRunningBrokers()
  const urls = [
    ...(process.env.AMQP_URL ? [process.env.AMQP_URL] : []),
    ...running
      .filter(({ product }) => product === 'rabbitmq')
      .flatMap(({ addresses }) => addresses.map(urlOf)),
    addressOf(undefined, {}),
  ].filter((url) => URL.canParse(url) && /^amqps?:$/.test(new URL(url).protocol))
  const byShown = new Map(urls.map((url) => [shownAddress(url), url]))
  return [...byShown].map(([shown, url]) => ({ shown, url }))
}

function urlOf(address: string): string {
  return address.includes('://') ? address : `amqp://guest:guest@${address}`
}
