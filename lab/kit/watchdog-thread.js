// The thread of watchdog.ts. Plain JavaScript: it must start in a few milliseconds, without the type stripper.
import { writeSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { createConnection } from 'node:net'
import { isAbsolute, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

const { beats, blockedMsMax, lookMs, repositoryRoot, notTheSubjects, channel } = workerData
/** Which share of the limit it must have computed, and how many times the limit it may stand still without computing. */
const burningShare = 0.75
const idleTimes = 6
let watched
let lastBeat = -1
/** Looks without a beat between them. Counted, not timed: a process that was suspended as a whole is not blocked. */
let silentLooks = 0
/** What the process had used of the processor at the last look with a beat, in microseconds. */
let usedAtBeat = 0
const began = performance.now()

parentPort.on('message', (message) => {
  watched = message.item
  silentLooks = 0
})

const timer = setInterval(() => {
  const beat = Atomics.load(beats, 0)
  silentLooks = beat === lastBeat && watched !== undefined ? silentLooks + 1 : 0
  lastBeat = beat
  if (silentLooks === 0) usedAtBeat = usedMicroseconds()
  if (silentLooks * lookMs < blockedMsMax) return
  // A loop burns processor time. Who gets none, on a computer that does other work or waiting for a database's lock, is given longer.
  const isBurning = usedMicroseconds() - usedAtBeat >= blockedMsMax * 1000 * burningShare
  if (!isBurning && silentLooks * lookMs < blockedMsMax * idleTimes) return
  clearInterval(timer)
  void endIt(watched)
}, lookMs)

function usedMicroseconds() {
  const { user, system } = process.cpuUsage()
  return user + system
}

async function endIt(watched) {
  const place = await whereIsMain(watched.folder).catch(() => undefined)
  const seconds = blockedMsMax / 1000
  const said = {
    en: `your code kept the event loop busy for ${seconds} s without a break: an endless loop, or work that never awaits`,
    vi: `code của bạn chiếm event loop suốt ${seconds} giây không nhả: vòng lặp vô hạn, hoặc việc chạy mãi mà không await`,
  }
  const where = place === undefined ? '' : ` (${place.file}:${place.line})`
  if (watched.item === undefined) sayToReader({ en: said.en + where, vi: said.vi + where })
  else await judge(watched, said, place, where)
  process.kill(process.pid, 'SIGKILL')
}

async function judge({ item, promise }, said, place, where) {
  const places = place === undefined ? [] : [place]
  const breach = { said, trace: [], places, messages: [] }
  const verdict = { outcome: 'failed', item, promise, ms: blockedMsMax, breach }
  process._rawDebug(`✗ ${item}  ${said.en}${where}`)
  await tell({ kind: 'verdict', atMs: atMs(), verdict }).catch(() => {})
}

/** Standard output of a played run is a stream of events. The main thread writes none of its own any more. */
function sayToReader(text) {
  for (const event of [
    { kind: 'say', atMs: atMs(), text },
    { kind: 'end', atMs: atMs(), outcome: 'failed' },
  ])
    writeSync(1, `${JSON.stringify(event)}\n`)
}

function atMs() {
  return Math.round(performance.now() - began)
}

/** Pauses the main thread in the debugger and reads where its innermost frame of the subject's own files is. */
async function whereIsMain(folder) {
  const session = new Session()
  session.connectToMainThread()
  const scripts = new Map()
  session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url))
  const paused = new Promise((resolve) =>
    session.once('Debugger.paused', ({ params }) => resolve(params.callFrames)),
  )
  await session.post('Debugger.enable')
  await session.post('Debugger.pause')
  const frames = await Promise.race([paused, new Promise((resolve) => setTimeout(resolve, 1000, []))])
  for (const frame of frames) {
    const url = frame.url || scripts.get(frame.location.scriptId) || ''
    const path = url.startsWith('file:') ? fileURLToPath(url) : url
    if (!isAbsolute(path)) continue
    const inside = relative(folder, path)
    if (isAbsolute(inside) || notTheSubjects.test(inside)) continue
    return { file: relative(repositoryRoot, path).split(sep).join('/'), line: frame.location.lineNumber + 1 }
  }
  return undefined
}

/** Sends one event to whoever watches the run, and waits until the system has it. */
function tell(event) {
  if (channel === undefined) return Promise.resolve()
  const [host, port] = channel.split(':')
  return new Promise((resolve) => {
    const socket = createConnection({ host, port: Number(port) }, () => {
      socket.end(`${JSON.stringify(event)}\n`)
    })
    socket.on('close', resolve)
    socket.on('error', resolve)
    setTimeout(resolve, 500)
  })
}
