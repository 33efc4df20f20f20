/**
 * ListGroups. Served: 0-4.
 *
 * - Tells the groups that this node coordinates and that the client may have described.
 *
 * Version 3 is flexible, 4 filters by state and tells it.
 */
import { listGroups as message } from '../wire/messages/16-list-groups.ts'
import { may, mayOnCluster } from './access.ts'
import { handler } from './handler.ts'

export const listGroups = handler(message, { versions: '0-4' }, (call, { statesFilter }) => {
  const { cluster, node } = call
  const mayAll = mayOnCluster(call, 'describe')
  const states = statesFilter.map((state) => state.toLowerCase())
  const groups = [...cluster.groups.values()]
    .filter((group) => cluster.coordinatorOf(group.id) === node)
    .filter((group) => mayAll || may(call, 'describe', 'group', group.id))
    .filter((group) => states.length === 0 || states.includes(group.state.toLowerCase()))
    .map(({ id, protocolType, state }) => ({ groupId: id, protocolType, groupState: state }))
  return { errorCode: 0, groups }
})
