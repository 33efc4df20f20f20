/** The type check: TypeScript 7 over a subject's files, by the repository's own rules. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, setPriority, tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { programRoot, root, workbookPath } from '../root.ts'

/** One complaint of the compiler. `file` is absolute. */
export interface TypeProblem {
  readonly file: string
  readonly line: number
  readonly code: string
  readonly message: string
}

export interface TypeCheck {
  readonly problems: readonly TypeProblem[]
  /** What the compiler said when it could not work at all. */
  readonly trouble?: string
}

/** Checks the given files, and what they import. */
export async function checkTypes(files: readonly string[]): Promise<TypeCheck> {
  if (files.length === 0) return { problems: [] }
  const project = writeProject(files)
  try {
    const { output, exitCode } = await runCompiler(project.path)
    const problems = parseProblems(output)
    if (exitCode !== 0 && problems.length === 0)
      return { problems, trouble: output.trim() || `exit code ${exitCode}` }
    return { problems }
  } finally {
    project.remove()
  }
}

/** Reads `file(17,5): error TS2322: Sentence.` lines; indented lines explain the one before and are left out. */
export function parseProblems(output: string): TypeProblem[] {
  const problems: TypeProblem[] = []
  for (const line of output.split(/\r?\n/)) {
    const [, file, row, code, message] = /^(\S.*)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(line) ?? []
    if (file === undefined || code === undefined || message === undefined) continue
    problems.push({ file: isAbsolute(file) ? file : join(root, file), line: Number(row), code, message })
  }
  return problems
}

/** A project of its own for each run, since two runs may go on at once. */
function writeProject(files: readonly string[]): { path: string; remove(): void } {
  const config = JSON.stringify({
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noEmit: true, typeRoots: [join(root, 'node_modules', '@types')] },
    files,
    include: [],
    exclude: [],
  })
  const name = `types-${process.pid}-${projectCount++}.json`
  try {
    mkdirSync(workbookPath('types'), { recursive: true })
    const path = workbookPath('types', name)
    writeFileSync(path, config)
    return { path, remove: () => rmSync(path, { force: true }) }
  } catch {
    const folder = mkdtempSync(join(tmpdir(), 'mq-types-'))
    const path = join(folder, name)
    writeFileSync(path, config)
    return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
  }
}

let projectCount = 0

async function runCompiler(project: string): Promise<{ output: string; exitCode: number | null }> {
  const [command, ...args] = await compilerCommand()
  return await new Promise((resolve, reject) => {
    // One thread takes no longer for a few files, and leaves the other core to the checks that run meanwhile.
    const child = spawn(command ?? '', [...args, '-p', project, '--pretty', 'false', '--singleThreaded'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    giveWay(child)
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', (cause) => reject(new Error('could not start the TypeScript compiler', { cause })))
    child.once('close', (exitCode) => resolve({ output: Buffer.concat(chunks).toString('utf8'), exitCode }))
  })
}

/** Its answer is wanted last, when the checks have been played: they go first. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended already, or the system does not let anybody do so.
  }
}

/** The native compiler itself where the package tells where it is; through its Node launcher otherwise. */
async function compilerCommand(): Promise<string[]> {
  const folder = join(programRoot, 'node_modules', 'typescript7')
  const locator = join(folder, 'lib', 'getExePath.js')
  try {
    const { default: locate } = (await import(locator)) as { default: () => string }
    const path = locate()
    if (existsSync(path)) return [path]
  } catch {
    // Another layout of the package: its documented entry works in every one.
  }
  return [process.execPath, join(folder, 'bin', 'tsc')]
}
