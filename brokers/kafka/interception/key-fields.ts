/** What a request has to do with, whatever its API: groups, a transactional id, topics and partitions. */

export interface KeyFields {
  readonly groupIds: readonly string[]
  readonly transactionalId: string | undefined
  readonly acks: number | undefined
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
}

type Fields = Readonly<Record<string, unknown>>

export function keyFieldsOf(request: Fields): KeyFields {
  const { groupId, groups, keyType, key, transactionalId, acks } = request
  const isGroupKey = keyType === 0 && typeof key === 'string'
  return {
    groupIds: [groupId, ...listOf(groups).map(groupOf), ...(isGroupKey ? [key] : [])].filter(isName),
    transactionalId: isName(transactionalId) ? transactionalId : undefined,
    acks: typeof acks === 'number' ? acks : undefined,
    topics: [...listOf(request['topics']), ...listOf(request['topicNames'])].flatMap(topicOf),
  }
}

function groupOf(one: unknown): unknown {
  return typeof one === 'object' && one !== null && 'groupId' in one ? one.groupId : one
}

function topicOf(one: unknown) {
  if (typeof one === 'string') return [{ topic: one, partitions: [] }]
  if (typeof one !== 'object' || one === null) return []
  const { name, partitions } = one as Fields
  return isName(name) ? [{ topic: name, partitions: listOf(partitions).flatMap(partitionOf) }] : []
}

function partitionOf(one: unknown): number[] {
  if (typeof one === 'number') return [one]
  const index = typeof one === 'object' && one !== null && 'index' in one ? one.index : undefined
  return typeof index === 'number' ? [index] : []
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''
