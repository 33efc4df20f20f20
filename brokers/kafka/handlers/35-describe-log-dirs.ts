/**
 * DescribeLogDirs. Served: 1-4.
 *
 * - Tells the size of each partition's log on this node; null asks for all topics, and what there is not is left out.
 * - How far a follower is behind is told as its offset lag.
 *
 * Version 2 is flexible, 3 adds an error, 4 the size of the disk, which is told only where there is one: -1 in memory.
 */
import { statfsSync } from 'node:fs'
import type { Partition } from '../model/partition.ts'
import { codeOf } from '../wire/error-code.ts'
import { describeLogDirs as message } from '../wire/messages/35-describe-log-dirs.ts'
import { mayOnCluster } from './access.ts'
import { handler } from './handler.ts'

export const describeLogDirs = handler(message, { versions: '1-4' }, (call, { topics }) => {
  const { cluster, node } = call
  if (!mayOnCluster(call, 'describe')) return { errorCode: codeOf('clusterAuthorizationFailed'), results: [] }
  const logDir = cluster.config.text('log.dirs') ?? ''
  const isAsked = (name: string, index: number) =>
    topics === null || topics.some((one) => one.name === name && one.partitions.includes(index))
  const onDisk = [...cluster.topics.values()].map(({ name, partitions }) => ({
    name,
    partitions: partitions
      .filter((partition) => partition.replicas.includes(node.id) && isAsked(name, partition.index))
      .flatMap((partition) => described(partition, node.id)),
  }))
  return {
    errorCode: 0,
    results: [
      {
        errorCode: 0,
        logDir: logDir === '' ? IN_MEMORY : logDir,
        topics: onDisk.filter(({ partitions }) => partitions.length > 0),
        ...(logDir === '' ? {} : diskOf(logDir)),
      },
    ],
  }
})

/** Stands for the folder of a broker that has none. */
const IN_MEMORY = 'memory'

function described({ index, copies, leaderId }: Partition, nodeId: number) {
  const own = copies.find((copy) => copy.nodeId === nodeId)
  if (own === undefined) return []
  const leading = copies.find((copy) => copy.nodeId === leaderId) ?? own
  const offsetLag = Math.max(0, leading.highWatermark - own.log.endOffset)
  return { index, size: own.log.bytes, offsetLag, isFuture: false }
}

function diskOf(folder: string) {
  const { blocks, bavail, bsize } = statfsSync(folder)
  return { totalBytes: blocks * bsize, usableBytes: bavail * bsize }
}
