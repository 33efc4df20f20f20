/** What a real Kafka leaves behind when whoever started it is killed: nothing. Shown with processes that cost less. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { eventually } from '../../eventually.ts'

const program = fileURLToPath(new URL('./clean-up.ts', import.meta.url))

/** Starts the clean-up and two processes that run for ever, says their ids, and runs for ever itself. */
const holder = `
  const { spawn } = require('node:child_process')
  const forever = ['-e', 'setInterval(() => {}, 1000)']
  const cleanUp = spawn(process.execPath, [process.argv[1], process.argv[2]], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] })
  const [kept, ended] = [0, 1].map(() => spawn(process.execPath, forever, { stdio: 'ignore', detached: true }))
  for (const { pid } of [kept, ended]) cleanUp.stdio[3].write('+' + pid + '\\n')
  cleanUp.stdio[3].write('-' + ended.pid + '\\n')
  console.log(kept.pid, ended.pid)
  setInterval(() => {}, 1000)
`

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('who is killed takes its processes and its folder along, and no process that was taken off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mq-workbook-clean-up-'))
  writeFileSync(join(folder, 'log'), 'a line')
  const child = spawn(process.execPath, ['-e', holder, program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  const [kept = 0, ended = 0] = String(line).trim().split(' ').map(Number)
  expect([isAlive(kept), isAlive(ended)]).toEqual([true, true])

  child.kill('SIGKILL')

  await eventually('the process is gone', () => !isAlive(kept))
  await eventually('the folder is gone', () => !existsSync(folder))
  expect(isAlive(ended)).toBe(true)
  process.kill(ended, 'SIGKILL')
})

/** Ready is what counts: what is made from then on goes, even if all that was started with it is ended at once. */
const ready = `
  import { mkdirSync } from 'node:fs'
  import { CleanUpProcess } from ${JSON.stringify(import.meta.resolve('../clean-up-process.ts'))}
  const [program, folder] = process.argv.slice(1)
  await new CleanUpProcess(new URL(program), folder).ready
  mkdirSync(folder)
  console.log('made')
  setInterval(() => {}, 1000)
`

// Windows has no process groups to end.
test.runIf(process.platform !== 'win32')(
  'who is ended with all its group once the clean-up is ready leaves no folder',
  async () => {
    const folder = join(tmpdir(), `mq-workbook-clean-up-${randomUUID()}`)
    const args = ['--input-type=module', '-e', ready, pathToFileURL(program).href, folder]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    await once(child.stdout, 'data')
    expect(existsSync(folder)).toBe(true)

    process.kill(-(child.pid ?? 0), 'SIGKILL')

    await eventually('the folder is gone', () => !existsSync(folder))
  },
)
