/**
 * Packages that are made of many small modules, each taken from one file: to find and load zod's hundred modules costs a process more than
 * everything of ours that it loads. `npm ci` writes the files (workbook/bundle-packages.js); without them, and in an installed package of
 * the brokers, all is loaded as ever. Plain JavaScript, so that it is in force before the first TypeScript file is loaded.
 */
import { existsSync, readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'

/** In the order of what a bundle saves. */
export const bundledPackages = ['zod', 'kafkajs', 'express', 'uuid']

const installed = new URL('../node_modules/', import.meta.url)
export const bundles = new URL('.bundles/', installed)

/**
 * Where the bundle of a package lies once it has been made. Its version is part of the name, so that none outlives an update.
 * @param {string} name
 */
export function bundleOf(name) {
  const { version } = JSON.parse(readFileSync(new URL(`${name}/package.json`, installed), 'utf8'))
  return new URL(`${name}@${version}.mjs`, bundles)
}

/** From now on imports of this thread take the bundles. Called before anything is loaded: a package must not be there twice. */
export function useBundles() {
  if (!existsSync(bundles)) return
  /** @type {Map<string, string | undefined>} */
  const found = new Map()
  const urlOf = (name) => {
    if (!found.has(name)) found.set(name, findBundle(name))
    return found.get(name)
  }
  nodeModule.registerHooks?.({
    resolve(specifier, context, nextResolve) {
      const isBundled = bundledPackages.includes(specifier) && isOurImport(context)
      const url = isBundled ? urlOf(specifier) : undefined
      if (url === undefined) return nextResolve(specifier, context)
      return { url, format: 'module', shortCircuit: true }
    },
  })
}

/** What a package of others imports may be a version of its own, and `require` wants a CommonJS module. */
function isOurImport({ parentURL, conditions }) {
  return conditions.includes('import') && !parentURL?.includes('/node_modules/')
}

function findBundle(name) {
  try {
    const url = bundleOf(name)
    return existsSync(url) ? url.href : undefined
  } catch {
    return undefined
  }
}
