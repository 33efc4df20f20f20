/** Bringing a real Kafka: what is said when it can't be had. No Java runs, and nothing is downloaded from outside. */
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { bringKafka } from './kafka-install.ts'

let folder = ''
let requests = 0

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mq-workbook-kafka-test-'))
  requests = 0
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  vi.stubEnv('KAFKA_HOME', undefined)
  vi.stubEnv('JAVA_HOME', javaOfVersion('17.0.15'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

/** A program that only says its version. */
function javaOfVersion(version: string): string {
  const home = join(folder, `java-${version}`)
  mkdirSync(join(home, 'bin'), { recursive: true })
  writeFileSync(join(home, 'bin/java'), `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`)
  chmodSync(join(home, 'bin/java'), 0o755)
  return home
}

async function repositoryThatAnswers(status: number, body: string): Promise<void> {
  const server = createServer((_request, response) => {
    requests++
    response.writeHead(status).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  vi.stubEnv('MAVEN_REPOSITORY_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}/maven2/`)
}

const bring = () => bringKafka(() => {})

// Windows runs no shell script as a program.
const onPosix = test.skipIf(process.platform === 'win32')

onPosix('KAFKA_HOME wins, and its version is read from its jar', async () => {
  mkdirSync(join(folder, 'kafka/libs'), { recursive: true })
  writeFileSync(join(folder, 'kafka/libs/kafka_2.13-4.2.0.jar'), '')
  vi.stubEnv('KAFKA_HOME', join(folder, 'kafka'))

  expect(await bring()).toMatchObject({ libs: join(folder, 'kafka/libs'), version: '4.2.0' })
})

onPosix('a KAFKA_HOME without a Kafka is named', async () => {
  vi.stubEnv('KAFKA_HOME', join(folder, 'nothing'))
  await expect(bring()).rejects.toThrow('KAFKA_HOME must be the folder of an unpacked release')
})

onPosix.each([
  [javaOfNothing, 'a real Kafka needs Java 17, and there is none here'],
  [() => javaOfVersion('11.0.2'), 'a real Kafka needs Java 17'],
])('without a Java that fits it says what to install (%#)', async (homeOf, words) => {
  vi.stubEnv('JAVA_HOME', homeOf())
  await expect(bring()).rejects.toThrow(words)
  await expect(bring()).rejects.toThrow('install Java 17 or later')
})

function javaOfNothing(): string {
  return join(folder, 'no-java')
}

onPosix('a jar that is not in the repository ends it with its address, and leaves nothing', async () => {
  await repositoryThatAnswers(404, '')
  await expect(bring()).rejects.toThrow(
    /^could not download http.+\.jar \(HTTP 404\): try again, or name a mirror/,
  )
  expect(readdirSync(join(folder, 'cache/mq-workbook'))).toEqual([])
})

onPosix('a jar with other bytes is asked for again, then refused', { timeout: 20_000 }, async () => {
  await repositoryThatAnswers(200, 'not a jar')
  await expect(bring()).rejects.toThrow('its SHA-256 is')
  expect(requests).toBeGreaterThanOrEqual(5)
})
