/** Where a worker thread or child process with a cluster begins. */
import { flushCompileCache } from '../compile-cache.js'

await import('./host.ts')
setImmediate(flushCompileCache)
