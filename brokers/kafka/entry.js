/** Where a worker thread or child process with a cluster begins. */
import { useBundles } from '../bundles.js'
import { flushCompileCache } from '../compile-cache.js'

useBundles()
await import('./host.ts')
setImmediate(flushCompileCache)
