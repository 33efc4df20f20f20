/**
 * `node apart.ts PROGRAM [ARGUMENT…]`: starts a program that belongs to nobody, and ends. Its parent is gone, so whoever ends a
 * process with all that it has started (Ctrl-C in a check) leaves this one to its work: to clear away afterwards. It gets
 * descriptor 3, on which it is told what.
 */
import { spawn } from 'node:child_process'

const stdio = ['ignore', 'ignore', 'inherit', 3] as const
spawn(process.execPath, process.argv.slice(2), { stdio: [...stdio], detached: true }).unref()
