/** Real RabbitMQs keep the contract of engine.ts: the same suite as for the embedded one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { recordedVersions } from '../../amqp/probes/recordings.ts'
import { keepsRabbitMQContract } from '../rabbitmq-engine.contract.ts'
import { bringRabbitMQ } from './debian-tree.ts'
import { localRabbitMQ } from './local-rabbitmq.ts'
import type { RabbitMQHome } from './rabbitmq-home.ts'

/** Data folders that a node of that name has left. */
function foldersOf({ root }: RabbitMQHome, node: string): string[] {
  const folders = join(root, 'tmp')
  return readdirSync(folders)
    .filter((name) => name.startsWith('mq-workbook-real-'))
    .map((name) => join(folders, name, 'mnesia', node))
    .filter((folder) => existsSync(folder))
}

/** Command lines of running processes that name the node. */
function processesOf(node: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        // It has ended meanwhile.
        return ''
      }
    })
    .filter((line) => line.includes(node))
}

describe.each(recordedVersions)('RabbitMQ %s', async (version) => {
  const home = await bringRabbitMQ(version, () => {})
  keepsRabbitMQContract({
    start: () => localRabbitMQ({ home }),
    definedMs: 2_000,
    server: new RegExp(`^RabbitMQ ${version.replace('.', '\\.')}\\.\\d+$`),
    leftOver({ address }) {
      const node = `mq-${address.port}@localhost`
      return () => [...foldersOf(home, node), ...processesOf(node)]
    },
  })
})
