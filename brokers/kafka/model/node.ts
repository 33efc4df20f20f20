/** A node of the cluster: where it listens, and how it is. */

export type NodeState =
  | 'running'
  /** Takes connections and does nothing: no answers, no copying. */
  | 'frozen'
  | 'stopped'

export interface Node {
  readonly id: number
  readonly host: string
  /** Known once it listens. */
  port: number
  state: NodeState
  /** The controller counts on it no more, as it has stopped or has not been heard of for too long. */
  isFenced: boolean
}

export function newNode(id: number, host: string, port: number): Node {
  return { id, host, port, state: 'running', isFenced: false }
}
