/**
 * Where a real RabbitMQ lies on this computer: Debian's package, installed here or in the tree of another Debian, which runs
 * in a chroot.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export interface RabbitMQHome {
  /** The tree that it runs in; `/` for the package installed here. */
  readonly root: string
  /** As its folder is named. What runs is asked again, see `RabbitMQNode.server`. */
  readonly version: string
}

/** The wrapper on the PATH changes to another user when root starts it; this script does not. */
export const SERVER_SCRIPT = '/usr/lib/rabbitmq/bin/rabbitmq-server'
export const CTL_SCRIPT = '/usr/lib/rabbitmq/bin/rabbitmqctl'

const LIBRARY = 'usr/lib/rabbitmq/lib'
const FOLDER_PREFIX = 'rabbitmq_server-'

/** The RabbitMQ in a tree, or none. */
export function homeIn(root: string): RabbitMQHome | undefined {
  const library = join(root, LIBRARY)
  if (!existsSync(join(root, SERVER_SCRIPT)) || !existsSync(library)) return undefined
  const folder = readdirSync(library).find((name) => name.startsWith(FOLDER_PREFIX))
  return folder === undefined ? undefined : { root, version: folder.slice(FOLDER_PREFIX.length) }
}

/**
 * The RabbitMQ in `root`, in the tree that RABBITMQ_HOME names, or installed on this computer.
 * @throws Error in one sentence that says what to do.
 */
export function findRabbitMQ(root = process.env['RABBITMQ_HOME'] ?? '/'): RabbitMQHome {
  const cannot = whyNotHere()
  if (cannot !== undefined) throw new Error(cannot)
  const home = homeIn(root)
  if (home !== undefined) return home
  if (root === '/') {
    throw new Error(
      'there is no RabbitMQ on this computer: apt-get install rabbitmq-server brings one (a service that it starts may be stopped)',
    )
  }
  throw new Error(
    `${root} holds no RabbitMQ: RABBITMQ_HOME must be the root of a Debian tree with rabbitmq-server in it`,
  )
}

/** Why no real RabbitMQ can be started on this computer at all, if so. */
export function whyNotHere(): string | undefined {
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    return undefined
  }
  return 'a real RabbitMQ is started here on Debian as root only: run this in a Debian container, or use the embedded broker'
}
