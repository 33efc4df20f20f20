/**
 * Where a real RabbitMQ lies on this computer: Debian's package, installed here or in the tree of another Debian, which runs
 * in a chroot; or any other installation with a `rabbitmq-server` (Homebrew's, an unpacked release).
 */
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { EngineError } from '../engine-error.ts'
import { cacheFolder } from './cache-folder.ts'

export interface RabbitMQHome {
  /** The tree that it runs in; `/` for one installed here. */
  readonly root: string
  /** As its folder is named. What runs is asked again, see `RabbitMQNode.server`. */
  readonly version: string
  /** The script that becomes the server, as it is called inside the tree. */
  readonly server: string
  readonly ctl: string
}

/** Debian's wrappers on the PATH change to another user when root starts them; these scripts do not. */
const DEBIAN_FOLDER = '/usr/lib/rabbitmq/bin'
export const SERVER_SCRIPT = `${DEBIAN_FOLDER}/rabbitmq-server`
const LIBRARY = 'usr/lib/rabbitmq/lib'
const FOLDER_PREFIX = 'rabbitmq_server-'
/** As `debian-tree.ts` names them; one that is being made has another name. */
const TREE = /^rabbitmq-\d+\.\d+-[a-z]+$/
const PLUGIN = /^rabbit-(\d+\.\d+\.\d+)/

/** Debian's RabbitMQ in a tree, or none. */
export function homeIn(root: string): RabbitMQHome | undefined {
  const library = join(root, LIBRARY)
  if (!existsSync(join(root, SERVER_SCRIPT)) || !existsSync(library)) return undefined
  const folder = readdirSync(library).find((name) => name.startsWith(FOLDER_PREFIX))
  if (folder === undefined) return undefined
  const version = folder.slice(FOLDER_PREFIX.length)
  return { root, version, server: SERVER_SCRIPT, ctl: `${DEBIAN_FOLDER}/rabbitmqctl` }
}

/** An unpacked release, such as Homebrew's: scripts in `sbin`, and the server among the plugins. */
function releaseIn(folder: string): RabbitMQHome | undefined {
  const [server, plugins] = [join(folder, 'sbin', 'rabbitmq-server'), join(folder, 'plugins')]
  if (!existsSync(server) || !existsSync(plugins)) return undefined
  const found = readdirSync(plugins).map((name) => PLUGIN.exec(name)?.[1])
  const version = found.find((each) => each !== undefined)
  if (version === undefined) return undefined
  return { root: '/', version, server, ctl: join(folder, 'sbin', 'rabbitmqctl') }
}

function onPath(): RabbitMQHome | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const script = join(folder, 'rabbitmq-server')
    if (folder === '' || !existsSync(script)) continue
    const home = releaseIn(dirname(dirname(realpathSync(script))))
    if (home !== undefined) return home
  }
  return undefined
}

/** The newest of the Debian trees in the cache folder, where they can be run. */
function inCache(): RabbitMQHome | undefined {
  if (!canChangeRoot() || !existsSync(cacheFolder())) return undefined
  const names = readdirSync(cacheFolder()).filter((name) => TREE.test(name))
  const homes = names.map((name) => homeIn(join(cacheFolder(), name))).filter((home) => home !== undefined)
  return homes.sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true })).at(-1)
}

/**
 * The RabbitMQ in `root` (a Debian tree or an unpacked release), which RABBITMQ_HOME names; without it the one installed on this
 * computer: Debian's package, a `rabbitmq-server` on the PATH, or a tree in the cache folder.
 * @throws EngineError if there is none.
 */
export function findRabbitMQ(root = process.env['RABBITMQ_HOME']): RabbitMQHome {
  const cannot = whyNotHere()
  if (cannot !== undefined) throw new EngineError(cannot)
  const home = root === undefined ? (homeIn('/') ?? onPath() ?? inCache()) : (homeIn(root) ?? releaseIn(root))
  if (home === undefined) throw new EngineError(root === undefined ? notInstalled() : notIn(root))
  if (home.root !== '/' && !canChangeRoot()) throw new EngineError(needsRoot(home.root))
  return home
}

/** Why no real RabbitMQ can be started on this computer at all, if so. */
export function whyNotHere() {
  if (process.platform !== 'win32') return undefined
  return {
    en: 'a real RabbitMQ is not started here on Windows: take engine=docker, or the embedded broker (engine=embedded)',
    vi: 'trên Windows không khởi động RabbitMQ thật theo cách này: dùng engine=docker, hoặc broker nhúng (engine=embedded)',
  }
}

/** A tree of another Debian runs in a chroot. */
export function canChangeRoot(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0
}

function notInstalled() {
  const how = process.platform === 'darwin' ? 'brew install rabbitmq' : 'apt-get install rabbitmq-server'
  return {
    en: `there is no RabbitMQ on this computer: ${how} brings one, or set RABBITMQ_HOME (npm run brokers install rabbitmq says more)`,
    vi: `máy này chưa có RabbitMQ: cài bằng ${how}, hoặc đặt RABBITMQ_HOME (xem thêm: npm run brokers install rabbitmq)`,
  }
}

function notIn(root: string) {
  return {
    en: `${root} holds no RabbitMQ: RABBITMQ_HOME must be an unpacked release (with sbin/rabbitmq-server), or the root of a Debian tree with the package rabbitmq-server in it`,
    vi: `${root} không chứa RabbitMQ: RABBITMQ_HOME phải là một bản RabbitMQ đã giải nén (có sbin/rabbitmq-server), hoặc gốc của một cây Debian có package rabbitmq-server`,
  }
}

function needsRoot(root: string) {
  return {
    en: `the RabbitMQ in ${root} runs in a chroot, which only root can do on Linux: run this as root, or install one (apt-get install rabbitmq-server)`,
    vi: `RabbitMQ trong ${root} chạy trong chroot, chỉ root trên Linux mới làm được: chạy với quyền root, hoặc cài RabbitMQ (apt-get install rabbitmq-server)`,
  }
}
