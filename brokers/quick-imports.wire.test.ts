/** What quick imports find is what Node would have found, only sooner; the rest is left to Node. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const bundles = new URL('node_modules/.bundles/', root)
const quickImports = new URL('brokers/quick-imports.js', root).href

/** What a module says that is loaded with quick imports in force. */
function run(script: string): unknown {
  const begun = `(await import('${quickImports}')).quickenImports()\n${script}`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', begun], {
    cwd: root,
    encoding: 'utf8',
  })
  return JSON.parse(said)
}

test.each(['zod', 'kafkajs', 'express', 'uuid'])(
  '%s comes from its bundle, in the version that is installed, whole',
  async (name) => {
    const { version } = createRequire(root)(`./node_modules/${name}/package.json`) as { version: string }
    // What Node adds to a CommonJS module.
    const namesOf = (module: object) => Object.keys(module).filter((each) => each !== 'module.exports')

    const found = run(`
    const names = Object.keys(await import('${name}'))
    console.log(JSON.stringify({ url: import.meta.resolve('${name}'), names }))`)

    expect(found).toEqual({
      url: new URL(`${name}@${version}.mjs`, bundles).href,
      names: namesOf((await import(name)) as object).filter((each) => each !== '__esModule'),
    })
  },
)

test('what is required is the package itself', () => {
  const found = run(`
    const { createRequire } = await import('node:module')
    console.log(JSON.stringify(createRequire('${root.href}').resolve('kafkajs')))`)

  expect(found).toBe(createRequire(root).resolve('kafkajs'))
})

test('our files are the same modules, whichever way they are named', () => {
  const found = run(`
    const { StartError } = await import('${new URL('brokers/start-error.ts', root).href}')
    const kafka = await import('${new URL('brokers/kafka/kafka.ts', root).href}')
    console.log(JSON.stringify(kafka.StartError === StartError))`)

  expect(found).toBe(true)
})

test("a learner's import of a file that is missing is told as Node tells it", () => {
  const folder = mkdtempSync(join(tmpdir(), 'quick-imports-'))
  try {
    const file = join(folder, 'mine.ts')
    writeFileSync(file, "import './missing.ts'\n")
    const script = `(await import('${quickImports}')).quickenImports(); await import('${pathToFileURL(file).href}')`

    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })

    expect(stderr).toMatch(/Cannot find module '.*missing\.ts' imported from .*mine\.ts/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
