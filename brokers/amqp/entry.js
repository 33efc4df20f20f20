/** Where a worker thread or child process with a broker begins. */
import { flushCompileCache } from '../compile-cache.js'
import { quickenImports } from '../quick-imports.js'

quickenImports()
await import('./host.ts')
setImmediate(flushCompileCache)
