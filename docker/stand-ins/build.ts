/**
 * `node docker/stand-ins/build.ts`: builds images under the names that docker-compose.yml pins, from Debian's packages and Maven's
 * jars, for computers that reach those but no registry of images. Whoever reaches one needs none of this: docker pulls the
 * official images. As root on Debian, with Docker running and debootstrap.
 *
 * They are stand-ins: the RabbitMQ in it is Debian's, whose version differs from the tag. What serves says so itself.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { imagesOfCompose } from '#brokers/engines/docker/images'
import { bringKafka } from '#brokers/engines/local/kafka-install'
import { bringDebianTree, bringRabbitMQTree } from '#brokers/engines/local/tree'

const say = (line: string) => console.log(line)

interface StandIn {
  readonly image: string
  /** The root of a Debian tree. */
  readonly tree: string
  /** Files and folders to lay over it, by their path in the image. */
  readonly over: Readonly<Record<string, string>>
  /** As `docker import --change` takes them. */
  readonly changes: readonly string[]
}

function here(path: string): string {
  return join(import.meta.dirname, path)
}

async function standIns(): Promise<StandIn[]> {
  const { rabbitmq, kafka } = imagesOfCompose()
  return [
    {
      image: rabbitmq,
      tree: (await bringRabbitMQTree(say)).root,
      over: {
        'usr/local/bin/docker-entrypoint.sh': here('rabbitmq/entrypoint.sh'),
        'etc/rabbitmq/conf.d/10-defaults.conf': here('rabbitmq/10-defaults.conf'),
        'etc/rabbitmq/enabled_plugins': here('rabbitmq/enabled_plugins'),
      },
      changes: [
        'ENV LANG=C.UTF-8',
        'ENTRYPOINT ["docker-entrypoint.sh"]',
        'CMD ["rabbitmq-server"]',
        'EXPOSE 5672 15672',
        'VOLUME ["/var/lib/rabbitmq"]',
      ],
    },
    {
      image: kafka,
      tree: await bringDebianTree('java', ['default-jre-headless'], say),
      over: {
        'opt/kafka/libs': (await bringKafka(say)).libs,
        'opt/kafka/bin/kafka-broker-api-versions.sh': here('kafka/kafka-broker-api-versions.sh'),
        'etc/kafka/docker/run': here('kafka/run.sh'),
        'etc/kafka/docker/server.properties': here('kafka/defaults/server.properties'),
        'etc/kafka/docker/log4j2.yaml': here('kafka/defaults/log4j2.yaml'),
        'etc/kafka/docker/tools-log4j2.yaml': here('kafka/defaults/tools-log4j2.yaml'),
      },
      changes: [
        'ENV LANG=C.UTF-8',
        'ENV KAFKA_HEAP_OPTS=-Xmx512m',
        'CMD ["/etc/kafka/docker/run"]',
        'EXPOSE 9092',
        'VOLUME ["/var/lib/kafka/data"]',
      ],
    },
  ]
}

/** A tar of the tree and of what lies over it, handed to Docker. */
async function importImage({ image, tree, over, changes }: StandIn): Promise<void> {
  const extra = mkdtempSync(join(tmpdir(), 'mq-workbook-stand-in-'))
  try {
    for (const [target, source] of Object.entries(over)) {
      mkdirSync(join(extra, dirname(target)), { recursive: true })
      cpSync(source, join(extra, target), { recursive: true })
    }
    // Data of servers that run in the tree just now are none of the image's.
    const without = ['./proc/*', './sys/*', './dev/*', './tmp/*', './var/lib/rabbitmq/*', './var/cache/apt/*']
    const excluded = without.map((path) => `--exclude=${path}`)
    // Docker takes no path twice: of what lies over the tree only the files, and not those of the tree that they replace.
    const files = filesIn(extra)
    const replaced = files.map((path) => `--exclude=./${path}`)
    const all = ['-cf', '-', ...excluded, ...replaced, '-C', tree, '.', '-C', extra, ...files]
    const tar = spawn('tar', all, { stdio: ['ignore', 'pipe', 'inherit'] })
    const flags = changes.flatMap((change) => ['--change', change])
    const docker = spawn('docker', ['import', ...flags, '-', image], { stdio: ['pipe', 'ignore', 'inherit'] })
    tar.stdout.pipe(docker.stdin)
    const [[code], [tarCode]] = await Promise.all([once(docker, 'close'), once(tar, 'close')])
    // tar says 1 for a file that changed while it was read.
    if (code !== 0 || Number(tarCode) > 1) throw new Error(`${image} could not be built from ${tree}`)
  } finally {
    rmSync(extra, { recursive: true, force: true })
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}

function exists(image: string): boolean {
  return spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status === 0
}

try {
  for (const standIn of await standIns()) {
    if (exists(standIn.image)) {
      say(`${standIn.image} is there already (docker rmi removes it)`)
      continue
    }
    await importImage(standIn)
    say(`${standIn.image}: a stand-in made of ${basename(standIn.tree)}`)
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
