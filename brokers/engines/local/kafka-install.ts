/**
 * Brings Apache Kafka: the jars that `kafka-jars.txt` lists, from Maven Central into the cache folder (60 MB, once), each held
 * against its SHA-256. MAVEN_REPOSITORY_URL names another place with the same layout. As a program it only does that:
 * `node brokers/engines/local/kafka-install.ts`.
 *
 * The list is what `mvn dependency:copy-dependencies` gives for kafka_2.13 and kafka-tools of that version, and slf4j-simple,
 * so that a node can say why it fails.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EngineError } from '../engine-error.ts'
import { cacheFolder } from './cache-folder.ts'
import { findJava, type KafkaHome, kafkaOfEnvironment, versionIn } from './kafka-home.ts'
import { makeAside } from './made-aside.ts'

const MAVEN_CENTRAL = 'https://repo1.maven.org/maven2'
const ATTEMPTS_MAX = 5
const ATTEMPT_MS_MAX = 60_000
/** After the first failure, doubled after each further one. */
const RETRY_MS = 300
const IN_FLIGHT_MAX = 8

interface Jar {
  readonly sha256: string
  /** Below the repository's address. */
  readonly path: string
}

const list = readFileSync(new URL('./kafka-jars.txt', import.meta.url), 'utf8')
const jars: readonly Jar[] = list
  .trim()
  .split(/\r?\n/)
  .map((line) => {
    const [sha256 = '', path = ''] = line.split(/\s+/)
    return { sha256, path }
  })

/** Named after what is in it, so that another list gets another folder. */
function folderOfList(): string {
  const [, version = ''] = /kafka_2\.13-([\d.]+)\.jar/.exec(list) ?? []
  const digest = createHash('sha256').update(jars.map(({ sha256 }) => sha256).join())
  return join(cacheFolder(), `kafka-${version}-${digest.digest('hex').slice(0, 8)}`)
}

/**
 * The Kafka that KAFKA_HOME names, or the one in the cache. Brings none.
 * @throws EngineError if there is none, or no Java that runs it.
 */
export async function findKafka(): Promise<KafkaHome> {
  const java = await findJava()
  const chosen = kafkaOfEnvironment(java)
  if (chosen !== undefined) return chosen
  const libs = folderOfList()
  if (existsSync(libs)) return cachedKafka(libs, java)
  throw new EngineError({
    en: 'there is no Kafka on this computer: npm run brokers install kafka brings one (60 MB), or set KAFKA_HOME to an unpacked release',
    vi: 'máy này chưa có Kafka: npm run brokers install kafka sẽ tải về (60 MB), hoặc đặt KAFKA_HOME là thư mục của một bản Kafka đã giải nén',
  })
}

/**
 * The Kafka that KAFKA_HOME names, or the one in the cache, brought now if it is not there.
 * @throws Error in one sentence that says what to do.
 */
export async function bringKafka(say: (line: string) => void): Promise<KafkaHome> {
  const java = await findJava()
  const chosen = kafkaOfEnvironment(java)
  if (chosen !== undefined) return chosen
  const libs = folderOfList()
  if (!existsSync(libs)) {
    say(`downloading the ${jars.length} jars of Kafka to ${libs} (60 MB, once)`)
    await makeAside(libs, download)
  }
  return cachedKafka(libs, java)
}

function cachedKafka(libs: string, java: string): KafkaHome {
  const version = versionIn(libs)
  if (version !== undefined) return { libs, version, java }
  throw new EngineError({
    en: `${libs} has no Kafka in it: remove it, then npm run brokers install kafka`,
    vi: `${libs} không chứa Kafka: xóa thư mục này, rồi chạy npm run brokers install kafka`,
  })
}

async function download(folder: string): Promise<void> {
  const waiting = [...jars]
  const work = async () => {
    for (let jar = waiting.pop(); jar !== undefined; jar = waiting.pop()) {
      await writeFile(join(folder, basename(jar.path)), await bytesOf(jar))
    }
  }
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT_MAX }, work))
  } finally {
    // One that failed ends the others.
    waiting.length = 0
  }
}

async function bytesOf({ path, sha256 }: Jar): Promise<Buffer> {
  const repository = (process.env['MAVEN_REPOSITORY_URL'] ?? MAVEN_CENTRAL).replace(/\/$/, '')
  const url = `${repository}/${path}`
  for (let attempt = 1; ; attempt++) {
    try {
      const bytes = await get(url)
      const found = createHash('sha256').update(bytes).digest('hex')
      if (found !== sha256) throw new Error(`its SHA-256 is ${found}, not ${sha256}`)
      return bytes
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || error instanceof Refused) {
        throw new Error(
          `could not download ${url} (${reasonOf(error)}): try again, or name a mirror of Maven Central in MAVEN_REPOSITORY_URL`,
          { cause: error },
        )
      }
      // What hinders a server for a moment is over after it.
      await pause(RETRY_MS * 2 ** (attempt - 1))
    }
  }
}

/** What the server is sure of: asking again changes nothing. */
class Refused extends Error {}

async function get(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ATTEMPT_MS_MAX) })
  if ([401, 403, 404, 410].includes(response.status)) throw new Refused(`HTTP ${response.status}`)
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}

/** fetch says only that it failed; why stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}

if (import.meta.main) {
  try {
    const { libs, version } = await bringKafka((line) => console.log(line))
    console.log(`Kafka ${version} is in ${libs}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
