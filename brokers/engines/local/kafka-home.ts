/** Where a real Apache Kafka lies on this computer: a folder of jars, and the Java that runs them. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { EngineError } from '../engine-error.ts'

export interface KafkaHome {
  /** The folder that holds the jars and nothing else. */
  readonly libs: string
  /** As the server's jar is named. */
  readonly version: string
  /** The program that runs it. */
  readonly java: string
}

const SERVER_JAR = /^kafka_2\.13-(\d+\.\d+\.\d+)\.jar$/
/** What the brokers and tools of Kafka 4 need. */
const JAVA_MIN = 17

/** The version of the Kafka whose jars lie in a folder, or none. */
export function versionIn(libs: string): string | undefined {
  if (!existsSync(libs)) return undefined
  for (const name of readdirSync(libs)) {
    const [, version] = SERVER_JAR.exec(name) ?? []
    if (version !== undefined) return version
  }
  return undefined
}

/**
 * The Kafka that KAFKA_HOME names, an unpacked release with its jars in `libs`; undefined if the variable is not set.
 * @throws EngineError
 */
export function kafkaOfEnvironment(java: string): KafkaHome | undefined {
  const root = process.env['KAFKA_HOME']
  if (root === undefined) return undefined
  const libs = join(root, 'libs')
  const version = versionIn(libs)
  if (version === undefined) {
    throw new EngineError({
      en: `${root} holds no Kafka: KAFKA_HOME must be the folder of an unpacked release, with libs/kafka_2.13-….jar in it`,
      vi: `${root} không chứa Kafka: KAFKA_HOME phải là thư mục của một bản Kafka đã giải nén, có libs/kafka_2.13-….jar`,
    })
  }
  return { libs, version, java }
}

/**
 * The Java of JAVA_HOME, or the one on the PATH.
 * @throws EngineError
 */
export async function findJava(): Promise<string> {
  const home = process.env['JAVA_HOME']
  const java = home === undefined ? 'java' : join(home, 'bin', 'java')
  let printed: string
  try {
    printed = (await promisify(execFile)(java, ['-version'])).stderr
  } catch (cause) {
    throw new EngineError(
      {
        en: `a real Kafka needs Java ${JAVA_MIN}, and there is none here: ${advice.en}`,
        vi: `Kafka thật cần Java ${JAVA_MIN}, mà máy này không có: ${advice.vi}`,
      },
      { cause },
    )
  }
  const [, major = '0'] = /version "(\d+)/.exec(printed) ?? []
  if (Number(major) >= JAVA_MIN) return java
  throw new EngineError({
    en: `a real Kafka needs Java ${JAVA_MIN}, and ${java} is Java ${major}: ${advice.en}`,
    vi: `Kafka thật cần Java ${JAVA_MIN}, còn ${java} là Java ${major}: ${advice.vi}`,
  })
}

const advice = {
  en: `install Java ${JAVA_MIN} or later (Debian: apt-get install default-jre-headless; macOS: brew install openjdk), or set JAVA_HOME`,
  vi: `cài Java ${JAVA_MIN} trở lên (Debian: apt-get install default-jre-headless; macOS: brew install openjdk), hoặc đặt JAVA_HOME`,
} as const

/** The jars as Java takes them. */
export function classPathOf({ libs }: KafkaHome): string {
  const jars = readdirSync(libs).filter((name) => name.endsWith('.jar'))
  return jars
    .sort()
    .map((name) => join(libs, name))
    .join(delimiter)
}
