/** Connections of a run, as what passed on them tells. */
import { expect, it } from 'vitest'
import type { RunEvent, RunEventOf } from '#lab/verdict/events'
import { Connections } from './connections.ts'

function passed(
  connection: number,
  protocol: 'amqp' | 'kafka',
  method: string,
  fields: Record<string, unknown> = {},
): RunEvent {
  return { kind: 'wire', atMs: 1, protocol, from: 'consumer', to: 'broker', connection, method, fields }
}

function told(...events: readonly RunEvent[]): Connections {
  const connections = new Connections()
  for (const event of events) connections.hear(event)
  return connections
}

const turned = (connection: number, state: RunEventOf<'connection'>['state']): RunEvent => ({
  kind: 'connection',
  atMs: 2,
  lane: 'consumer',
  connection,
  state,
})

it('tells what each is there for, in the words of its protocol', () => {
  const { used } = told(
    passed(2, 'amqp', 'basic.consume', { queue: 'work' }),
    passed(1, 'amqp', 'basic.publish', { exchange: 'payments', routingKey: 'x' }),
    passed(1, 'amqp', 'basic.publish', { exchange: 'payments', routingKey: 'y' }),
    passed(1, 'amqp', 'basic.publish', { exchange: '', routingKey: 'work' }),
    passed(3, 'kafka', 'Fetch'),
    passed(4, 'kafka', 'JoinGroup', { groupId: 'wallet' }),
    passed(4, 'kafka', 'Heartbeat', { groupId: 'wallet' }),
  )
  expect(used).toEqual([
    { number: 1, lane: 'consumer', uses: ['► payments', '► work'] },
    { number: 2, lane: 'consumer', uses: ['◄ work'] },
    { number: 3, lane: 'consumer', uses: ['Fetch'] },
    { number: 4, lane: 'consumer', uses: ['group wallet'] },
  ])
})

it('leaves out those that only find their way, and those whose work was dropped', () => {
  const { used } = told(
    passed(1, 'kafka', 'Metadata'),
    passed(2, 'amqp', 'connection.open'),
    passed(3, 'kafka', 'Produce', { dropped: true }),
  )
  expect(used).toEqual([])
})

it('forgets one that is torn or closed, and all when the next act begins', () => {
  const connections = told(passed(1, 'kafka', 'Produce'), passed(2, 'kafka', 'Produce'), turned(1, 'cut'))
  expect(connections.used.map(({ number }) => number)).toEqual([2])
  connections.hear({ kind: 'end', atMs: 3 } as RunEvent)
  expect(connections.used).toEqual([])
})
