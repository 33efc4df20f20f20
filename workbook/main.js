/**
 * The entry of every npm script. Plain JavaScript, so that an old Node gets a sentence instead of a syntax error.
 */
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const nodeMajorMin = 24
const exitUsage = 2
const exitSetUp = 3

const isVietnamese = /^vi/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')
const command = process.argv.slice(2).join(' ') || 'exercise'

if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  refuse(
    isVietnamese
      ? `mq-workbook chạy trên Node ${nodeMajorMin} do "npm ci" mang về, còn đây là Node ${process.versions.node}. Chạy "npm ci" (nếu chưa), rồi "npm run ${command}".`
      : `mq-workbook runs on the Node ${nodeMajorMin} that "npm ci" brings along, and this is Node ${process.versions.node}. Run "npm ci" (once), then "npm run ${command}".`,
    exitUsage,
  )
} else {
  shareCompileCache(join(dirname(dirname(fileURLToPath(import.meta.url))), '.workbook', 'cache'))
  try {
    const { quickenImports } = await import('#brokers/quick-imports')
    quickenImports()
    const { main } = await import('./cli.ts')
    await main(process.argv.slice(2))
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !/Cannot find package/.test(error.message)) throw error
    const missing = /Cannot find package '([^']+)'/.exec(error.message)?.[1] ?? ''
    refuse(
      isVietnamese
        ? `Thiếu package ${missing}: chạy "npm ci", rồi "npm run ${command}".`
        : `The package ${missing} is missing: run "npm ci", then "npm run ${command}".`,
      exitSetUp,
    )
  }
}

/** Compiled modules are kept between runs, for this process and every child. A folder that can't be written costs only time. */
function shareCompileCache(folder) {
  if (process.env.NODE_COMPILE_CACHE) return
  const { status } = nodeModule.enableCompileCache(folder)
  const { FAILED, DISABLED } = nodeModule.constants.compileCacheStatus
  if (status !== FAILED && status !== DISABLED) process.env.NODE_COMPILE_CACHE = folder
}

function refuse(sentence, exitCode) {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = exitCode
}
