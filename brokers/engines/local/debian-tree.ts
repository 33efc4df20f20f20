/**
 * Brings the RabbitMQ of another Debian: a small tree of that Debian in the cache folder, with rabbitmq-server installed in
 * it (half a minute and half a gigabyte, once). As root on Debian, with debootstrap.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { makeAside } from './made-aside.ts'
import { canChangeRoot, homeIn, type RabbitMQHome } from './rabbitmq-home.ts'
import type { Watch } from './watch.ts'

/** The Debian that carries each version: 12 has 3.10.8, 13 has 4.0.5. */
const suites = { '3.10': 'bookworm', '4.0': 'trixie' } as const
export type DebianRabbitMQ = keyof typeof suites
export const debianRabbitMQs = Object.keys(suites) as DebianRabbitMQ[]
export const newestDebianRabbitMQ: DebianRabbitMQ = '4.0'
const DEBOOTSTRAP = '/usr/sbin/debootstrap'

const ATTEMPTS_MAX = 3

/**
 * The RabbitMQ of that version: installed here, in the tree that RABBITMQ_HOME names, or in a tree of the cache, made now if
 * it is not there.
 * @throws Error in one sentence that says what to do.
 */
export async function bringRabbitMQ(version: DebianRabbitMQ, say: Say): Promise<RabbitMQHome> {
  if (!canChangeRoot() || !existsSync('/etc/debian_version')) {
    throw new Error(
      `a RabbitMQ ${version} beside others is started as root on Debian only: run this in a Debian container, or leave it out`,
    )
  }
  const cached = join(cacheFolder(), `rabbitmq-${version}-${suites[version]}`)
  for (const root of [process.env['RABBITMQ_HOME'], '/', cached]) {
    const home = root === undefined ? undefined : homeIn(root)
    if (home?.version.startsWith(`${version}.`)) return home
  }
  return await rabbitMQIn(cached, version, say)
}

/** The same in a tree of its own, never the one that is installed: to be packed into an image. @throws Error */
export async function bringRabbitMQTree(say: Say): Promise<RabbitMQHome> {
  const version = newestDebianRabbitMQ
  return await rabbitMQIn(join(cacheFolder(), `rabbitmq-${version}-${suites[version]}`), version, say)
}

/** A tree of the newest of those Debians with these packages. Gives its root. @throws Error */
export async function bringDebianTree(name: string, packages: readonly string[], say: Say): Promise<string> {
  const suite = suites[newestDebianRabbitMQ]
  const cached = join(cacheFolder(), `${name}-${suite}`)
  if (existsSync(cached)) return cached
  mustHaveDebootstrap(`a tree of Debian ${suite} with ${packages.join(', ')}`)
  say(`making a tree of Debian ${suite} with ${packages.join(', ')} in ${cached} (once)`)
  await makeTree(suite, cached, packages)
  return cached
}

async function rabbitMQIn(cached: string, version: DebianRabbitMQ, say: Say): Promise<RabbitMQHome> {
  const known = homeIn(cached)
  if (known !== undefined) return known
  mustHaveDebootstrap(`a RabbitMQ ${version}`)
  say(`making a tree of Debian ${suites[version]} with RabbitMQ ${version} in ${cached} (once)`)
  await makeTree(suites[version], cached, ['rabbitmq-server'])
  const home = homeIn(cached)
  if (home === undefined) throw new Error(`the tree in ${cached} has no RabbitMQ: remove it and try again`)
  return home
}

function mustHaveDebootstrap(what: string): void {
  if (canMakeTree()) return
  throw new Error(`${what} needs root on Debian and debootstrap: apt-get install debootstrap, then try again`)
}

type Say = (line: string) => void

/** Whether this computer has what makes one. */
export function canMakeTree(): boolean {
  return canChangeRoot() && existsSync('/etc/debian_version') && existsSync(DEBOOTSTRAP)
}

function makeTree(suite: string, folder: string, packages: readonly string[]): Promise<void> {
  return makeAside(folder, async (part, watch) => {
    const step = (...command: readonly string[]) => run(watch, command)
    await retry(async () => {
      await rm(part, { recursive: true, force: true })
      // What it mounts goes with it: a folder in which something is mounted could not be removed.
      await step('unshare', '--mount', 'debootstrap', '--variant=minbase', suite, part, ...(await mirrorOf()))
    })
    await writeFile(join(part, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 })
    const install = ['apt-get', '-o', 'Acquire::Retries=5', 'install', '-y', '--no-install-recommends']
    await retry(() => step(...inTree(part), 'env', quiet, ...install, ...packages))
    await step('chroot', part, 'apt-get', 'clean')
    await writeFile(join(part, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n')
  })
}

const quiet = 'DEBIAN_FRONTEND=noninteractive'

/** A command in the tree, with a /proc (Java is installed with it) that goes with the command. */
function inTree(root: string): [string, ...string[]] {
  return ['unshare', '--mount', 'sh', '-c', 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"', root]
}

/** The mirror that this computer's own sources name; none leaves the choice to debootstrap. */
async function mirrorOf(): Promise<string[]> {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    if (!existsSync(file)) continue
    const [, mirror] = /^(?:URIs:|deb(?: \[.*?\])?)\s*(https?:\S+)/m.exec(await readFile(file, 'utf8')) ?? []
    if (mirror !== undefined) return [mirror]
  }
  return []
}

async function retry(attempt: () => Promise<void>): Promise<void> {
  for (let number = 1; ; number++) {
    try {
      return await attempt()
    } catch (error) {
      if (number === ATTEMPTS_MAX) throw error
    }
  }
}

/** @throws Error with the last lines that it printed. */
async function run(watch: Watch, [command = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const { pid } = child
  if (pid !== undefined) watch.started(pid)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed = (printed + String(chunk)).slice(-2000)
    })
  }
  const [code] = await once(child, 'close')
  if (pid !== undefined) watch.ended(pid)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${printed.trimEnd()}`)
}
