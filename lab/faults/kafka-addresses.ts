/**
 * Rewrites the addresses that a broker advertises, so that a client goes on talking to the proxy: in Metadata, FindCoordinator
 * and DescribeCluster. And offers of versions only what can be read here, since a fault must see what passes.
 */
import type { Address } from '#brokers/engines'
import { encodeResponse, knownVersions, type RequestHead } from '#brokers/kafka/wire'

const METADATA = 3
const FIND_COORDINATOR = 10
const API_VERSIONS = 18
const DESCRIBE_CLUSTER = 60

/** Where clients reach the node that advertises this address; asks for a listener where there is none yet. */
export type Advertise = (node: Address) => Promise<Address>

type Fields = Readonly<Record<string, unknown>>
type Endpoint = Fields & Address

/** The frame to send instead, or undefined where nothing in it has to change. */
export function rewrite(
  head: RequestHead,
  fields: Fields,
  advertise: Advertise,
): Promise<Buffer> | undefined {
  const change = changes[head.key]
  return change?.(fields, advertise).then((changed) => encodeResponse(head, changed))
}

const changes: Readonly<Record<number, (fields: Fields, advertise: Advertise) => Promise<Fields>>> = {
  [METADATA]: withBrokers,
  [DESCRIBE_CLUSTER]: withBrokers,
  [FIND_COORDINATOR]: async (fields, advertise) => ({
    ...(await one(fields as Endpoint, advertise)),
    coordinators: await all(fields.coordinators, advertise),
  }),
  [API_VERSIONS]: async (fields) => ({ ...fields, apiKeys: offered(fields.apiKeys) }),
}

async function withBrokers(fields: Fields, advertise: Advertise): Promise<Fields> {
  return { ...fields, brokers: await all(fields.brokers, advertise) }
}

function all(endpoints: unknown, advertise: Advertise): Promise<Fields[]> {
  return Promise.all(((endpoints ?? []) as readonly Endpoint[]).map((each) => one(each, advertise)))
}

/** An answer without a coordinator has no address to rewrite. */
async function one(endpoint: Endpoint, advertise: Advertise): Promise<Fields> {
  const { host, port } = endpoint
  if (typeof host !== 'string' || host === '' || port <= 0) return endpoint
  return { ...endpoint, ...(await advertise({ host, port })) }
}

interface ApiRange {
  readonly apiKey: number
  readonly minVersion: number
  readonly maxVersion: number
}

function offered(apiKeys: unknown): ApiRange[] {
  return (apiKeys as readonly ApiRange[]).flatMap((range) => {
    const known = knownVersions(range.apiKey)
    if (known === undefined) return []
    const [first, last] = known
    const maxVersion = Math.min(range.maxVersion, last)
    // Kafka 4 says that Produce begins with 0 and serves it from 3 on: what is advertised stays advertised.
    return maxVersion < Math.max(range.minVersion, first) ? [] : [{ ...range, maxVersion }]
  })
}
