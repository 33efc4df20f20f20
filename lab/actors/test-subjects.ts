/** Subjects written for one test each: what a learner might hand in, broken files included. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ActorOptions } from './actor.ts'

export interface TestSubjects extends Disposable {
  /** Writes the text to a file of its own and returns what starts it. */
  write(text: string, changes?: Partial<ActorOptions>): ActorOptions
}

/** A folder of subjects that is removed in the end. */
export function testSubjects(): TestSubjects {
  const folder = mkdtempSync(join(tmpdir(), 'actors-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  let written = 0
  return {
    write: (text, changes = {}) => {
      const file = join(folder, `subject-${++written}.ts`)
      writeFileSync(file, text)
      const world = { amqpUrl: '', kafkaBrokers: [], nameSuffix: 'run', databaseDir: folder, seed: 1 }
      return { file, name: `subject-${written}`, lane: 'consumer', world, ...changes }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Whether a process of this id exists. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
