/**
 * Packages that are made of many small modules, each taken from one file: to find and load zod's hundred modules costs a process more than
 * everything of ours that it loads. `npm ci` writes the files (workbook/bundle-packages.js), quick-imports.js takes them.
 */
import { readFileSync } from 'node:fs'

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
