/**
 * Run by `npm ci`: bundles the packages that are made of many small modules into one file each (brokers/bundles.js says why). One that can't
 * be bundled costs time and nothing else, so that no install fails for it. Plain JavaScript, for it runs on the Node that npm runs on.
 */
import { mkdirSync, rmSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { bundledPackages, bundleOf, bundles } from '#brokers/bundles'

const root = fileURLToPath(new URL('..', import.meta.url))
const entry = 'entry'
/** What Node itself adds to the exports of a CommonJS module. */
const ofNode = ['module.exports', '__esModule']

try {
  const { build } = await import('rolldown')
  rmSync(bundles, { recursive: true, force: true })
  mkdirSync(bundles, { recursive: true })
  await Promise.all(bundledPackages.map((name) => bundle(build, name)))
} catch (error) {
  rmSync(bundles, { recursive: true, force: true })
  const [why] = `${error instanceof Error ? error.message : error}`.split('\n')
  process.stderr.write(`The packages were not bundled, so every command starts a little later: ${why}\n`)
}

/** Nothing is shaken off or made shorter: a stack trace must still say where in the package it was. */
async function bundle(build, name) {
  await build({
    cwd: root,
    input: entry,
    platform: 'node',
    treeshake: false,
    logLevel: 'silent',
    plugins: [entryOf(name, Object.keys(await import(name)))],
    output: { file: fileURLToPath(bundleOf(name)), format: 'esm' },
  })
}

/** A module that exports what the package does: which names a CommonJS package has, a bundler doesn't tell. */
function entryOf(name, exported) {
  const names = exported.filter((each) => !ofNode.includes(each))
  return {
    name: 'entry',
    resolveId: (id) => (id === entry ? id : undefined),
    load: (id) => (id === entry ? `export { ${names.join(', ')} } from '${name}'` : undefined),
  }
}
