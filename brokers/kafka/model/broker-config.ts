/**
 * What a broker is set to, by Kafka's own names: at its start, and while it runs for one node or for the whole cluster. The
 * most specific value holds.
 */
import { refusal } from '../refusal.ts'
import { brokerConfigRows } from './broker-config-rows.ts'
import { refuseValue } from './config-type.ts'

/** Where a value comes from, as DescribeConfigs numbers it. */
export const configSources = { topic: 1, node: 2, cluster: 3, start: 4, fallback: 5 } as const

export interface ConfigValue {
  readonly name: string
  readonly value: string
  readonly source: number
}

type Values = Map<string, string>

export class BrokerConfig {
  readonly #start: ReadonlyMap<string, string>
  /** As a freshly formatted 4.3 cluster has it. */
  readonly #cluster: Values = new Map([['min.insync.replicas', '1']])
  readonly #nodes = new Map<number, Values>()
  /** Goes up when a setting of the cluster changes: whoever has worked something out from it looks again. */
  revision = 0
  /** Told of every change while the broker runs, so that it can be kept. */
  onDynamic: (nodeId: number | undefined) => void = () => {}
  /** Where a node listens and the like: what differs from node to node from the start. */
  readonly #nodesStart = new Map<number, Values>()

  /** @throws Refusal for a setting that there is not, or a value that it does not take */
  constructor(start: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(start)) {
      const row = brokerConfigRows[name]
      if (row === undefined || !Object.hasOwn(brokerConfigRows, name))
        throw refusal('invalidConfig', `Unknown broker config name: ${name}`)
      refuseValue(name, value, row)
    }
    this.#start = new Map(Object.entries(start))
  }

  /** All values that a setting has, the one that holds first. */
  values(name: string, nodeId?: number): ConfigValue[] {
    const found = [
      [nodeId === undefined ? undefined : this.#nodes.get(nodeId)?.get(name), configSources.node],
      [this.#cluster.get(name), configSources.cluster],
      [
        (nodeId === undefined ? undefined : this.#nodesStart.get(nodeId)?.get(name)) ?? this.#start.get(name),
        configSources.start,
      ],
      [brokerConfigRows[name]?.fallback ?? undefined, configSources.fallback],
    ] as const
    return found.flatMap(([value, source]) => (value === undefined ? [] : [{ name, value, source }]))
  }

  /** The value that holds; null: there is none. */
  text(name: string, nodeId?: number): string | null {
    return this.values(name, nodeId)[0]?.value ?? null
  }

  int(name: string): number {
    return Number(this.text(name))
  }

  boolean(name: string): boolean {
    return this.text(name)?.trim().toLowerCase() === 'true'
  }

  /** What a node alone is set to at its start. */
  setStart(nodeId: number, values: Readonly<Record<string, string>>): void {
    this.#nodesStart.set(nodeId, new Map(Object.entries(values)))
  }

  /** What was set while the broker ran: for one node, or for all. */
  dynamic(nodeId: number | undefined): ReadonlyMap<string, string> {
    return (nodeId === undefined ? this.#cluster : this.#nodes.get(nodeId)) ?? new Map()
  }

  /** Takes `values` in the place of what was set while the broker ran. */
  setDynamic(nodeId: number | undefined, values: ReadonlyMap<string, string>): void {
    if (nodeId === undefined) {
      this.revision += 1
      this.#cluster.clear()
      for (const [name, value] of values) this.#cluster.set(name, value)
    } else this.#nodes.set(nodeId, new Map(values))
    this.onDynamic(nodeId)
  }
}
