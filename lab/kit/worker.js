/**
 * Where the process begins that a file of checks is played in, if it was forked before vitest had been loaded (workbook/runner/workers.ts).
 * It loads its half of vitest, and the lab, while the other process loads vitest; and it starts the brokers as soon as it is told which. Plain
 * JavaScript, so that it needs no stripping of types.
 */
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { init, runBaseTests, setupEnvironment } from 'vitest/worker'
import { quickenImports } from '#brokers/quick-imports'

quickenImports()

// A subject may put others in their places.
const exit = process.exit.bind(process)
const send = process.send.bind(process)
const on = process.on.bind(process)
const off = process.off.bind(process)
const removeAllListeners = process.removeAllListeners.bind(process)

on('error', onChannelError)
on('disconnect', leave)
on('message', takeSettings)
init({
  post: (message) => send(message),
  on: (listener) => on('message', listener),
  off: (listener) => off('message', listener),
  runTests: (state, traces) => runBaseTests('run', state, traces),
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
  setup: setupEnvironment,
  teardown() {
    removeAllListeners('message')
    off('error', onChannelError)
    off('disconnect', leave)
    process.exit = exit
  },
})

// What every check loads, and first what starts its brokers. A course of a test has a kit of its own, or none.
const loaded = process.env.MQ_ROOT
  ? Promise.resolve()
  : import('./prepare.ts').then(() => import('./test.ts')).catch(() => {})

/** The environment of the run, which was not known when this process was forked, and what its checks import. */
function takeSettings(message) {
  if (message?.kind !== 'settings') return
  const { env, loads } = message
  for (const name of Object.keys(process.env)) if (env[name] === undefined) delete process.env[name]
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value
  if (env.MQ_PREPARE) import('./prepare.ts').then(({ prepareBrokers }) => prepareBrokers()).catch(() => {})
  // What can't be loaded is told by the checks, which import it again.
  void loaded.then(() => Promise.allSettled(loads.map((path) => import(pathToFileURL(path).href))))
}

/** Nobody is left to report to. */
function leave() {
  exit(1)
}

function onChannelError({ code }) {
  if (code === 'ERR_IPC_CHANNEL_CLOSED' || code === 'EPIPE') leave()
}
