/** What the consumer said to the broker, as the proxy saw it. */
import type { Lab, SeenRequest } from '#lab/kit'
import type { TraceStep } from '#lab/verdict'
import { lane } from './listening.ts'

export function commitsIn(requests: readonly SeenRequest[], topic: string): number[] {
  return requests
    .filter(({ method, direction }) => method === 'OffsetCommit' && direction === 'to-broker')
    .flatMap(({ about }) => about.flatMap((each) => (each.topic === topic ? (each.offset ?? []) : [])))
}

export const highestCommit = (requests: readonly SeenRequest[], topic: string) =>
  Math.max(0, ...commitsIn(requests, topic))

export const joinsIn = (requests: readonly SeenRequest[], group: string) =>
  requests.filter(
    ({ method, direction, fields }) =>
      method === 'JoinGroup' && direction === 'to-broker' && fields.groupId === group,
  ).length

export const leavesIn = (requests: readonly SeenRequest[]) =>
  requests.filter(({ method, direction }) => method === 'LeaveGroup' && direction === 'to-broker').length

export async function traceOf(lab: Lab): Promise<TraceStep[]> {
  const telling = (await lab.requestSteps(lane)).filter(({ what }) => !/ ok$/.test(what))
  return telling.slice(-14)
}
