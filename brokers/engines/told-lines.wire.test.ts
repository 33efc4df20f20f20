/** What a clean-up process is told arrives whole, however the one who told it has gone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const listener = `
  import { toldLines } from ${JSON.stringify(import.meta.resolve('./told-lines.ts'))}
  const lines = toldLines()
  process.stderr.write('it listens')
  for await (const line of lines) console.log(line)
  console.log('the end')
`

/** Starts the listener and tells it two lines at once, long before it listens; then runs for ever. */
const teller = `
  const { spawn } = require('node:child_process')
  const listener = spawn(process.execPath, ['--input-type=module', '-e', process.argv[1]], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
  listener.stdio[3].write('+1\\n-1\\n', () => console.log('told'))
  setInterval(() => {}, 1000)
`

async function tell(): Promise<{ child: ChildProcess; said: Promise<string>; listens: Promise<unknown> }> {
  const child = spawn(process.execPath, ['-e', teller, listener], { stdio: ['ignore', 'pipe', 'pipe'] })
  const listens = once(child.stderr, 'data')
  await once(child.stdout, 'readable')
  return { child, said: text(child.stdout), listens }
}

test('lines end with the one who told them', async () => {
  const { child, said, listens } = await tell()
  await listens

  child.kill('SIGKILL')

  expect(await said).toBe('told\n+1\n-1\nthe end\n')
})

// Windows stops no process.
test.skipIf(process.platform === 'win32')(
  'lines end also with one who was gone before hearing it listen',
  async () => {
    const { child, said, listens } = await tell()
    child.kill('SIGSTOP')
    await listens

    // With something unread it leaves an error behind (ECONNRESET), and not an end.
    child.kill('SIGKILL')

    expect(await said).toBe('told\n+1\n-1\nthe end\n')
  },
)
