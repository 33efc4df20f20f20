/** Every route of the API. The first that matches counts. */
import { bindingRoutes } from './bindings.ts'
import { connectionRoutes } from './connections.ts'
import { consumerRoutes } from './consumers.ts'
import { definitionRoutes } from './definitions.ts'
import { exchangeRoutes } from './exchanges.ts'
import { healthRoutes } from './health.ts'
import { limitRoutes } from './limits.ts'
import { messageRoutes } from './messages.ts'
import { overviewRoutes } from './overview.ts'
import { permissionRoutes } from './permissions.ts'
import { policyRoutes } from './policies.ts'
import { queueRoutes } from './queues.ts'
import type { Route } from './route.ts'
import { topicPermissionRoutes } from './topic-permissions.ts'
import { userRoutes } from './users.ts'
import { vhostRoutes } from './vhosts.ts'

export const routes: readonly Route[] = [
  ...overviewRoutes,
  ...vhostRoutes,
  ...userRoutes,
  ...permissionRoutes,
  ...topicPermissionRoutes,
  ...policyRoutes,
  ...limitRoutes,
  ...exchangeRoutes,
  ...queueRoutes,
  ...messageRoutes,
  ...bindingRoutes,
  ...connectionRoutes,
  ...consumerRoutes,
  ...definitionRoutes,
  ...healthRoutes,
]
