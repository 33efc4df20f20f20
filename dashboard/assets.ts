/**
 * What a page loads: our client modules, of which Node takes the types away as it does for itself, the style sheet, and what
 * packages bring along. Each file has its row; no path of a request is ever joined to a folder.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import type { Request, Response } from 'express'

interface Asset {
  readonly type: string
  readonly body: Buffer
  readonly tag: string
}

const folder = join(import.meta.dirname, 'client')
const javaScript = 'text/javascript; charset=utf-8'
/** The sign of the workbook, drawn in its header and beside the page's name. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d6f63"/><path d="M6 11h20v3H6zm0 7h13v3H6z" fill="#fff"/><circle cx="24" cy="19.500" r="3" fill="#ffd166"/></svg>'

/** Read when it is first asked for: the drawing of diagrams alone is megabytes. */
const rows: Readonly<Record<string, () => { type: string; body: Buffer | string }>> = {
  ...Object.fromEntries(
    ['style.css', 'content.css'].map((name) => [
      name,
      () => ({ type: 'text/css; charset=utf-8', body: readFileSync(join(folder, name)) }),
    ]),
  ),
  'icon.svg': () => ({ type: 'image/svg+xml', body: icon }),
  'mermaid.js': () => ({ type: javaScript, body: readFileSync(mermaidFile()) }),
  ...Object.fromEntries(
    clientModules().map((name) => [
      name.replace(/\.ts$/, '.js'),
      () => ({ type: javaScript, body: readModule(name) }),
    ]),
  ),
}

/** Stands within every page: nothing is painted before it is there, and one that is asked for is waited for. */
export const styleSheet = readInline('style.css')

/** Behind it in every page but the first one, which has nothing of what it is about and would wait for it. */
export const contentSheet = readInline('content.css')

/** Stands within every page, too, since it decides when the others are loaded. */
export const bootScript = readInline('boot.js')

/** By these a page's policy lets in the three, and nothing else that is inline. */
export const styleHashes = [hashOf(styleSheet), hashOf(contentSheet)]
export const bootHash = hashOf(bootScript)

const loaded = new Map<string, Asset>()

/** Changes with any of the files; the way to each of them names it, so that a browser need never ask again. */
const version = versionOf(
  [...clientModules(), 'style.css', 'content.css', 'boot.js'].map((name) => join(folder, name)),
  mermaidFile(),
)

/** Where a page loads it from. Modules import each other from beside themselves, so under the same version. */
export function assetPath(name: string): string {
  return `/assets/${version}/${name}`
}

/** Answers `/assets/<version>/<name>` and `/assets/<name>`; anything without a row is not there. */
export function serveAsset(request: Request, response: Response): void {
  const name = String(request.params['name'])
  const asset = find(name)
  if (asset === undefined) {
    response.status(404).type('text/plain').send('no such asset')
    return
  }
  response.setHeader('Content-Type', asset.type)
  response.setHeader('ETag', asset.tag)
  // By another version's way it is asked for again each time, and answered in a few bytes where nothing has changed.
  const isCurrent = request.params['version'] === version
  response.setHeader('Cache-Control', isCurrent ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (request.headers['if-none-match'] === asset.tag) response.status(304).end()
  else response.end(asset.body)
}

/** What pages load of ours. */
export const assetNames: readonly string[] = Object.keys(rows).filter((name) => name !== 'mermaid.js')

/** Reads one ahead: taking types away for the first time costs more than all else of a page. */
export function loadAsset(name: string): void {
  find(name)
}

function find(name: string): Asset | undefined {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const read = Object.hasOwn(rows, name) ? rows[name] : undefined
  if (read === undefined) return undefined
  const { type, body } = read()
  const bytes = Buffer.from(body)
  const asset = {
    type,
    body: bytes,
    tag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 20)}"`,
  }
  loaded.set(name, asset)
  return asset
}

function clientModules(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
}

/** Browsers load what is named `.js`. */
function readModule(name: string): string {
  const source = stripTypeScriptTypes(readFileSync(join(folder, name), 'utf8'))
  return source.replaceAll(/(from\s+|import\s+)'(\.\/[a-z-]+)\.ts'/g, `$1'$2.js'`)
}

/** Of files that are ours by what they say; of a large one by its size and time. */
function versionOf(small: readonly string[], large: string): string {
  const hash = createHash('sha256').update(process.versions.node).update(icon)
  for (const file of small) hash.update(file.slice(folder.length)).update(readFileSync(file))
  const { size, mtimeMs } = statSync(large)
  return hash.update(`${size} ${mtimeMs}`).digest('hex').slice(0, 12)
}

/** With line ends as a browser counts them, whatever git made of them: the hash must be the browser's. */
function readInline(name: string): string {
  return readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
}

function hashOf(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`
}

function mermaidFile(): string {
  const require = createRequire(import.meta.url)
  return require.resolve('@mermaid-js/tiny')
}
