/** What this computer can do: one probe a line, each with a finding and, where something is missing, a next step. */
import { execFile } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  realpathSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Text } from '#lab/verdict'
import { programRoot, root, workbookPath } from '../root.ts'
import { doctorTexts } from '../texts/doctor.ts'

export interface Finding {
  readonly state: 'ok' | 'note' | 'problem'
  readonly said: Text
  /** What to do; every problem has one. */
  readonly step?: Text
}

export interface Probe {
  readonly name: string
  /** A probe that every run depends on. The others look at extras. */
  readonly isEssential: boolean
  probe(): Promise<Finding> | Finding
}

/** Megabytes below which an exercise may not finish. */
const freeMegabytesMin = 200
const freeMegabytesNote = 1000
const programTimeoutMs = 3000

export const probes: readonly Probe[] = [
  { name: 'node', isEssential: true, probe: probeNode },
  { name: 'npm', isEssential: false, probe: probeNpm },
  { name: 'checkout', isEssential: true, probe: probeWriting },
  { name: 'port', isEssential: true, probe: probePort },
  { name: 'sqlite', isEssential: true, probe: probeSqlite },
  { name: 'typescript', isEssential: true, probe: probeCompiler },
  { name: 'disk', isEssential: true, probe: probeDisk },
  { name: 'git', isEssential: false, probe: () => probeProgram('git', ['--version'], doctorTexts.git) },
  {
    name: 'docker',
    isEssential: false,
    probe: () => probeProgram('docker', ['version', '--format', '{{.Server.Version}}'], doctorTexts.docker),
  },
  { name: 'rabbitmq', isEssential: false, probe: () => findProgram('rabbitmq-server', doctorTexts.rabbitmq) },
]

function probeNode(): Finding {
  const version = process.versions.node
  const isBrought = realpathSync(process.execPath).startsWith(realpathSync(join(programRoot, 'node_modules')))
  if (Number(version.split('.')[0]) < 24)
    return { state: 'problem', said: doctorTexts.nodeOld(version), step: doctorTexts.npmCi }
  return {
    state: 'ok',
    said: isBrought ? doctorTexts.nodeBrought(version) : doctorTexts.nodeOfHost(version, process.execPath),
  }
}

/** npm tells its version to the scripts it runs. */
async function probeNpm(): Promise<Finding> {
  const told = /npm\/(\S+)/.exec(process.env.npm_config_user_agent ?? '')?.[1]
  const version = told ?? (await output('npm', ['--version']))
  return version === undefined
    ? { state: 'note', said: doctorTexts.npmMissing }
    : { state: 'ok', said: doctorTexts.npm(version) }
}

function probeWriting(): Finding {
  const file = workbookPath(`doctor-${process.pid}`)
  try {
    mkdirSync(workbookPath(), { recursive: true })
    writeFileSync(file, '')
    rmSync(file)
    accessSync(join(root, 'exercises'), constants.W_OK)
    return { state: 'ok', said: doctorTexts.writable }
  } catch {
    return { state: 'problem', said: doctorTexts.notWritable(root), step: doctorTexts.makeWritable }
  }
}

async function probePort(): Promise<Finding> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
    return { state: 'ok', said: doctorTexts.port }
  } catch (error) {
    return {
      state: 'problem',
      said: doctorTexts.noPort((error as Error).message),
      step: doctorTexts.allowPort,
    }
  } finally {
    server.close()
  }
}

async function probeSqlite(): Promise<Finding> {
  try {
    const { default: Database } = await import('better-sqlite3')
    const database = new Database(':memory:')
    const version = database.prepare('select sqlite_version()').pluck().get()
    database.close()
    return { state: 'ok', said: doctorTexts.sqlite(String(version)) }
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n')
    return { state: 'problem', said: doctorTexts.noSqlite(reason), step: doctorTexts.rebuildSqlite }
  }
}

function probeCompiler(): Finding {
  const path = join(programRoot, 'node_modules', 'typescript7', 'package.json')
  if (!existsSync(path)) return { state: 'problem', said: doctorTexts.noCompiler, step: doctorTexts.npmCi }
  const { version } = createRequire(import.meta.url)(path) as { version: string }
  return { state: 'ok', said: doctorTexts.compiler(version) }
}

function probeDisk(): Finding {
  const { bavail, bsize } = statfsSync(root)
  const megabytes = Math.floor((bavail * bsize) / 1e6)
  if (megabytes < freeMegabytesMin)
    return { state: 'problem', said: doctorTexts.disk(megabytes), step: doctorTexts.makeSpace }
  return { state: megabytes < freeMegabytesNote ? 'note' : 'ok', said: doctorTexts.disk(megabytes) }
}

interface ProgramTexts {
  found(version: string): Text
  readonly missing: Text
}

async function probeProgram(name: string, args: readonly string[], texts: ProgramTexts): Promise<Finding> {
  const version = await output(name, args)
  return version === undefined
    ? { state: 'note', said: texts.missing }
    : { state: 'ok', said: texts.found(version) }
}

/** A server is only looked for: starting it would take seconds. */
function findProgram(name: string, texts: ProgramTexts): Finding {
  const folders = [
    ...(process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':'),
    '/usr/sbin',
    '/opt/homebrew/sbin',
  ]
  const path = folders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate))
  return path === undefined
    ? { state: 'note', said: texts.missing }
    : { state: 'ok', said: texts.found(path) }
}

/** The first line a program prints, or `undefined` when it is not there or does not work. */
async function output(name: string, args: readonly string[]): Promise<string | undefined> {
  return await new Promise((resolve) => {
    execFile(
      name,
      [...args],
      { timeout: programTimeoutMs, shell: process.platform === 'win32' },
      (error, stdout) => {
        const [line = ''] = stdout.trim().split('\n')
        resolve(error === null && line !== '' ? line : undefined)
      },
    )
  })
}
