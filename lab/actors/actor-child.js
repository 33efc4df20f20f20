/**
 * The first file of an actor's process: switches the compile cache and quick imports on before anything is loaded, then
 * loads the rest. It is JavaScript so that loading it needs no stripping of types.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { quickenImports } from '#brokers/quick-imports'

enableCompileCache(
  process.env.NODE_COMPILE_CACHE || fileURLToPath(new URL('../../.workbook/cache', import.meta.url)),
)
quickenImports()

const { receive, warmUp } = await import('./child.ts')
if (process.argv.includes('spare')) await warmUp()
receive()
// A process that is killed never writes its cache, and killing is what actors are for.
flushCompileCache()
