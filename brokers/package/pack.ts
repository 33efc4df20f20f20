/**
 * `npm run pack:brokers [folder]`: the brokers as a package of their own, built to JavaScript, since Node runs no TypeScript
 * below node_modules. What the doors reach is what goes in; the tarball's path is the only line on stdout.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const here = import.meta.dirname
const root = resolve(here, '../..')

/** Doors of the package, by the file behind each. */
const doors = {
  './rabbitmq': 'amqp/rabbitmq',
  './rabbitmq/wire': 'amqp/wire/wire',
  './engines': 'engines/engine',
  './engines/embedded': 'engines/embedded',
  './kafka': 'kafka/kafka',
  './engines/embedded-kafka': 'engines/embedded-kafka',
}
/** Pinned exactly as this repository has them. */
const dependencies = ['better-sqlite3', 'zod'] as const

/** Builds below `folder`, and gives the path of the tarball. @throws Error if it can't be built. */
export function packBrokers(folder = join(root, '.workbook', 'brokers-package')): string {
  const build = join(folder, 'build')
  rmSync(build, { recursive: true, force: true })
  mkdirSync(build, { recursive: true })
  const tsc = join(root, 'node_modules', 'typescript7', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '--project', join(here, 'tsconfig.json'), '--outDir', build], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  writeFileSync(join(build, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`)
  copyFileSync(join(here, 'README.md'), join(build, 'README.md'))
  copyFileSync(join(root, 'LICENSE'), join(build, 'LICENSE'))
  copyFileSync(join(root, 'brokers/amqp/SUPPORTED.md'), join(build, 'SUPPORTED.md'))
  copyFileSync(join(root, 'brokers/kafka/SUPPORTED.md'), join(build, 'SUPPORTED-KAFKA.md'))
  const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], build)) as {
    filename: string
  }[]
  if (packed === undefined) throw new Error('npm pack named no tarball')
  return join(folder, packed.filename)
}

/** Runs npm and gives what it says. */
function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', [...args], { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
}

function manifest() {
  const ours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
    license: string
    dependencies: Readonly<Record<string, string>>
  }
  return {
    name: 'mq-workbook-brokers',
    version: ours.version,
    description:
      'Brokers that behave like RabbitMQ and Kafka, for tests in Node: their real protocols over TCP, no installation.',
    license: ours.license,
    type: 'module',
    // better-sqlite3 13 is built for Node-API 10, and an older Node 22 crashes in it.
    engines: { node: '>=22.14' },
    exports: {
      ...Object.fromEntries(
        Object.entries(doors).map(([door, file]) => [
          door,
          { types: `./${file}.d.ts`, default: `./${file}.js` },
        ]),
      ),
      './package.json': './package.json',
    },
    dependencies: Object.fromEntries(dependencies.map((name) => [name, ours.dependencies[name]])),
  }
}

if (import.meta.main) process.stdout.write(`${packBrokers(process.argv[2])}\n`)
