/**
 * `node clean-up.ts`: waits until whoever started it is gone, however it went, then removes the containers and networks that it
 * was told of, a line each (`container ID`, `network ID`). After a line `done` there is nothing to remove.
 */
import { toldLines } from '../told-lines.ts'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

const containers: string[] = []
const networks: string[] = []
let isDone = false

for await (const line of toldLines()) {
  const [what = '', id = ''] = line.split(' ')
  if (what === 'container') containers.push(id)
  else if (what === 'network') networks.push(id)
  else isDone = what === 'done'
}
if (!isDone && containers.length + networks.length > 0) {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
  const { getContainerRuntimeClient } = await import('testcontainers')
  const { dockerode } = (await getContainerRuntimeClient()).container
  const gone = () => {}
  await Promise.all(
    containers.map((id) => dockerode.getContainer(id).remove({ force: true, v: true }).catch(gone)),
  )
  await Promise.all(networks.map((id) => dockerode.getNetwork(id).remove().catch(gone)))
}
