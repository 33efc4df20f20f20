/**
 * ListGroups. Served: 0-5.
 *
 * - Tells the groups that this node coordinates and that the client may have described.
 *
 * Version 3 is flexible, 4 filters by state and tells it, 5 does so with the kind, of which there is one: classic.
 */
import { listGroups as message } from '../wire/messages/16-list-groups.ts'
import { may, mayOnCluster } from './access.ts'
import { handler } from './handler.ts'

const CLASSIC = 'classic'

export const listGroups = handler(message, { versions: '0-5' }, (call, { statesFilter, typesFilter }) => {
  const { cluster, node } = call
  const mayAll = mayOnCluster(call, 'describe')
  const isWanted = typesFilter.length === 0 || typesFilter.some((type) => type.toLowerCase() === CLASSIC)
  const states = statesFilter.map((state) => state.toLowerCase())
  const groups = (isWanted ? [...cluster.groups.values()] : [])
    .filter((group) => cluster.coordinatorOf(group.id) === node)
    .filter((group) => mayAll || may(call, 'describe', 'group', group.id))
    .filter((group) => states.length === 0 || states.includes(group.state.toLowerCase()))
    .map(({ id, protocolType, state }) => ({
      groupId: id,
      protocolType,
      groupState: state,
      groupType: CLASSIC,
    }))
  return { errorCode: 0, groups }
})
