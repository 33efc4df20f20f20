/**
 * `node clean-up.ts FOLDER`: waits until whoever started it is gone, however it went, then ends the processes that it was told
 * of and removes the folder. A line `+123` adds a process, `-123` takes it off again.
 */
import { rmSync } from 'node:fs'
import { toldLines } from '../told-lines.ts'

// Whoever ends everything around the one who tells must not end this before its work is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

const [folder = ''] = process.argv.slice(2)
const running = new Set<number>()

for await (const line of toldLines()) {
  const pid = Number(line.slice(1))
  if (line.startsWith('+')) running.add(pid)
  else running.delete(pid)
}
for (const pid of running) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
