/** No process is left behind when the one that started it is gone, however it went. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, it } from 'vitest'
import { exists, testSubjects } from './test-subjects.ts'

const subjects = testSubjects()
afterAll(() => subjects[Symbol.dispose]())

const goneWithinMs = 5_000

/** A parent with one actor of each kind that is hard to end, and a spare; it prints their ids and waits. */
function writeParent(): string {
  const options = subjects.write(`
    export const start = async () => ({ stop: async () => {}, pid: () => process.pid, spin: () => { for (;;); } })`)
  const file = join(dirname(options.file), 'parent.ts')
  writeFileSync(
    file,
    `import { prepareSpareActors, startActor } from ${JSON.stringify(join(import.meta.dirname, 'actor.ts'))}
    const options = ${JSON.stringify(options)}
    const actors = await Promise.all([startActor(options), startActor(options), startActor(options)])
    const [, looping, frozen] = actors
    looping.call('spin').catch(() => {})
    if (process.platform !== 'win32') frozen.freeze()
    prepareSpareActors()
    console.log(actors.map((actor) => actor.pid).join(' '))
    process.on('SIGUSR2', () => process.exit(0))
    setInterval(() => {}, 1000)`,
  )
  return file
}

async function untilGone(pids: readonly number[]): Promise<readonly number[]> {
  const deadline = performance.now() + goneWithinMs
  let left = pids
  while (left.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    left = left.filter(exists)
  }
  return left
}

describe('actors end with their parent', () => {
  it.each(['SIGKILL', 'SIGUSR2'] as const)(
    'when it ends by %s, frozen and looping ones included',
    async (signal) => {
      const parent = spawn(process.execPath, [writeParent()], { stdio: ['ignore', 'pipe', 'inherit'] })
      const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
      const pids = line.split(' ').map(Number)
      expect(pids.filter(exists)).toEqual(pids)

      parent.kill(signal)
      await once(parent, 'exit')

      expect(await untilGone(pids)).toEqual([])
    },
  )

  it('and do not keep it alive when it has nothing else to do', async () => {
    const file = join(dirname(subjects.write('').file), 'idle-parent.ts')
    writeFileSync(
      file,
      `import { prepareSpareActors } from ${JSON.stringify(join(import.meta.dirname, 'actor.ts'))}
      prepareSpareActors()`,
    )

    const parent = spawn(process.execPath, [file], { stdio: 'ignore' })

    expect(await once(parent, 'exit')).toEqual([0, null])
  })
})
