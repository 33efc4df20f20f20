/** Replicas that a client chooses itself, instead of leaving that to the cluster. */
import { refusal } from '../refusal.ts'

/** @throws Refusal for nodes that there are not, that are named twice, or none at all */
export function refuseAssignment(
  brokerIds: readonly number[],
  nodes: readonly { readonly id: number }[],
): void {
  const invalid = (why: string) =>
    refusal('invalidReplicaAssignment', `The manual partition assignment includes ${why}`)
  if (brokerIds.length === 0) throw invalid('an empty replica list.')
  for (const [at, id] of brokerIds.entries()) {
    if (brokerIds.indexOf(id) !== at) throw invalid(`the broker ${id} more than once.`)
    if (!nodes.some((node) => node.id === id))
      throw invalid(`broker ${id}, but no such broker is registered.`)
  }
}

/** @throws Refusal unless there is one for each of `count` new partitions */
export function refuseAssignments(
  assignments: readonly (readonly number[])[],
  { count, nodes }: { count: number; nodes: readonly { readonly id: number }[] },
): void {
  if (assignments.length !== count) {
    throw refusal(
      'invalidReplicaAssignment',
      `Attempted to add ${count} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
    )
  }
  for (const brokerIds of assignments) refuseAssignment(brokerIds, nodes)
}
