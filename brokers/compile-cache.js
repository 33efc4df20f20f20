/**
 * Switches Node's compile cache on, for a script that imports this first. Plain JavaScript, so that it is on before the first
 * TypeScript file is loaded: with a warm cache a start takes a third of the time.
 */
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

// Installed as a package there is no checkout to keep a cache in: Node's own place for it is taken.
const isInstalled = import.meta.url.includes('/node_modules/')
const cache = isInstalled ? undefined : fileURLToPath(new URL('../.workbook/cache', import.meta.url))
nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE ?? cache)

/** Writes the cache now (Node 22.10 and later): a process that is killed writes none when it ends. */
export function flushCompileCache() {
  nodeModule.flushCompileCache?.()
}
