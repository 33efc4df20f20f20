/**
 * Sees to it that no child outlives this process. A child notices by itself that its parent is gone, unless
 * it is frozen or caught in an endless loop; so a small process of its own holds a pipe to this one, and when
 * the pipe ends, it kills every child that has not ended yet.
 */
import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'

/**
 * The same little program twice: lines `+ pid` and `- pid` come in, and at the end of the input the rest is
 * killed.
 */
const shellScript = `
pids=' '
while read -r sign pid; do
  case "$sign" in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -9 "$pid"; done`

const nodeScript = `
const pids = new Set()
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const [sign, pid] = line.split(' ')
  sign === '+' ? pids.add(pid) : pids.delete(pid)
}).on('close', () => pids.forEach((pid) => { try { process.kill(Number(pid), 'SIGKILL') } catch {} }))`

/** A shell starts in 2 ms where Node takes 40; Windows has none. */
const [command, args] =
  process.platform === 'win32' ? [process.execPath, ['-e', nodeScript]] : ['/bin/sh', ['-c', shellScript]]

let pipe: Writable | undefined

/**
 * From now on the process `pid` dies with this one. Call `forgetChild` as soon as it has ended: pids are used
 * again.
 */
export function guardChild(pid: number): void {
  pipe ??= startReaper()
  pipe.write(`+ ${pid}\n`)
}

/** The process `pid` has ended. */
export function forgetChild(pid: number): void {
  pipe?.write(`- ${pid}\n`)
}

function startReaper(): Writable {
  // Detached: an interrupt from the keyboard goes to the whole group, and the reaper must be the last to go.
  const reaper = spawn(command, args, {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  })
  const { stdin } = reaper
  const lost = (): void => {
    pipe = undefined
  }
  reaper.on('error', lost).on('exit', lost)
  stdin.on('error', lost)
  // Neither the process nor the pipe keeps this process from ending.
  reaper.unref()
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  return stdin
}
