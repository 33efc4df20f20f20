/**
 * Makes a process find its modules sooner, which is most of what a start costs: packages of many small modules come from their bundles, and our
 * files are found by their paths alone, without asking the disk for each link and each package.json on the way. In an installed package of the
 * brokers, where there are no bundles, all is loaded as ever. Plain JavaScript, so that it is in force before the first TypeScript file is loaded.
 */
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { bundledPackages, bundleOf, bundles } from './bundles.js'

const root = new URL('../', import.meta.url)
/** Whoever imports a file that is missing, a learner for one, is told so by Node: these import none. */
const ourFolders = ['brokers/', 'lab/', 'payments/', 'workbook/'].map((folder) => new URL(folder, root).href)
const formats = new Map([
  ['.ts', 'module-typescript'],
  ['.js', 'module'],
])

/** For all that this thread imports from now on. Called before any of the bundled packages is loaded, which must not be there twice. */
export function quickenImports() {
  if (!existsSync(bundles)) return
  const doors = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).imports
  const bundled = new Map(bundledPackages.map((name) => [name, findBundle(name)]))
  nodeModule.registerHooks?.({
    resolve(specifier, context, nextResolve) {
      const url = isImportOfOurs(context) ? urlOf(specifier, context.parentURL) : undefined
      if (url === undefined) return nextResolve(specifier, context)
      return { url, format: url.endsWith('.mjs') ? 'module' : formats.get(url.slice(-3)), shortCircuit: true }
    },
  })

  /** Undefined: Node has to find it. */
  function urlOf(specifier, parentURL) {
    if (bundled.has(specifier)) return bundled.get(specifier)
    const [first] = specifier
    if ((first !== '.' && first !== '#') || !ourFolders.some((folder) => parentURL.startsWith(folder)))
      return undefined
    const path = first === '#' ? doors[specifier] : specifier
    if (!formats.has(path?.slice(-3))) return undefined
    return new URL(path, first === '#' ? root : parentURL).href
  }
}

/** What a package of others imports may be a version of its own, and `require` wants a CommonJS module. */
function isImportOfOurs({ parentURL, conditions }) {
  return conditions.includes('import') && parentURL !== undefined && !parentURL.includes('/node_modules/')
}

function findBundle(name) {
  try {
    const url = bundleOf(name)
    return existsSync(url) ? url.href : undefined
  } catch {
    // Not installed: Node says so, should anybody want it.
    return undefined
  }
}
