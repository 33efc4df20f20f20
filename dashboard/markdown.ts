/**
 * A README as HTML. Raw HTML in it is shown as text, links lead to pages of ours or to https, drawings go into frames; so
 * nothing that a file says becomes markup that we did not make.
 */
import { posix } from 'node:path'
import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import json from 'highlight.js/lib/languages/json'
import sql from 'highlight.js/lib/languages/sql'
import typescript from 'highlight.js/lib/languages/typescript'
import yaml from 'highlight.js/lib/languages/yaml'
import MarkdownIt from 'markdown-it'
import { escapeHtml, type Html, html, trusted } from './html.ts'

for (const [name, language] of Object.entries({ bash, json, sql, typescript, yaml }))
  hljs.registerLanguage(name, language)

export interface Heading {
  readonly id: string
  readonly title: string
}

export interface Page {
  readonly title: string
  readonly body: Html
  /** Of the second level, for a list of contents. */
  readonly headings: readonly Heading[]
  /** The sources of its Mermaid drawings, in order. */
  readonly drawings: readonly string[]
  /** Its pictures, relative to the repository, in order. */
  readonly pictures: readonly string[]
}

export interface Place {
  /** The folder of the file, relative to the repository. */
  readonly folder: string
  /** Where a file or folder of the repository is shown; nothing where it is not. */
  readonly pageOf: (path: string) => string | undefined
  /** Where the nth drawing and the nth picture are served. */
  readonly drawing: (nth: number) => string
  readonly picture: (nth: number) => string
  readonly drawingTitle: string
}

interface Found {
  readonly headings: Heading[]
  readonly drawings: string[]
  readonly pictures: string[]
  readonly place: Place
}

const markdown = new MarkdownIt({ html: false, linkify: false, highlight: colour })

/** Without its first heading, which is the page's title. */
export function renderMarkdown(source: string, place: Place): Page {
  const found: Found = { headings: [], drawings: [], pictures: [], place }
  const plain = source.replace(/<!--[\s\S]*?-->/g, '')
  const title = /^#\s+(.+)$/m.exec(plain)?.[1] ?? ''
  const body = markdown.render(plain.replace(/^#\s+.+$/m, ''), { found })
  return { title: title.replaceAll('`', ''), body: trusted(body), ...found }
}

/** A few sentences, such as a hint. */
export function renderProse(source: string): Html {
  const place: Place = {
    folder: '',
    pageOf: () => undefined,
    drawing: () => '',
    picture: () => '',
    drawingTitle: '',
  }
  return renderMarkdown(source, place).body
}

/** A piece of code in colours, told by classes. */
export function colour(code: string, language: string): string {
  const known = { ts: 'typescript', sh: 'bash', js: 'typescript', jsonl: 'json' }[language] ?? language
  if (hljs.getLanguage(known) === undefined) return escapeHtml(code)
  return hljs.highlight(code, { language: known, ignoreIllegals: true }).value
}

const { rules } = markdown.renderer

/** What belongs to the page that is being rendered, as the rules are handed it. */
function foundIn(env: Readonly<Record<string, unknown>> | undefined): Found {
  return env?.['found'] as Found
}

rules.heading_open = (tokens, index, _options, env) => {
  const token = tokens[index]
  const title = (tokens[index + 1]?.content ?? '').replaceAll('`', '')
  const id = slugOf(title, foundIn(env).headings)
  if (token?.tag === 'h2') foundIn(env).headings.push({ id, title })
  return `<${token?.tag ?? 'h2'} id="${escapeHtml(id)}">`
}

/** Ids of tasks and items stay in one piece, in a table's narrow column too. */
rules.text = (tokens, index) =>
  escapeHtml(tokens[index]?.content ?? '').replace(
    /\b(?:study|design|mq|failure|consistency|review)-\d\d(?:\.\d{1,2})?(?![\w-])/g,
    '<span class="id">$&</span>',
  )

const plainFence = rules.fence
rules.fence = (tokens, index, options, env, self) => {
  const token = tokens[index]
  if (token?.info.trim() !== 'mermaid')
    return scrollable(plainFence?.(tokens, index, options, env, self) ?? '')
  const { drawings, place } = foundIn(env)
  drawings.push(token.content)
  const nth = drawings.length - 1
  const { drawing, drawingTitle } = place
  return html`<figure class="drawing"><iframe src="${drawing(nth)}" title="${drawingTitle}" height="280" loading="lazy" tabindex="-1"></iframe><details><summary>Mermaid</summary><pre tabindex="0"><code>${token.content}</code></pre></details></figure>`
    .source
}

rules.link_open = (tokens, index, options, env, self) => {
  const token = tokens[index]
  const target = targetOf(String(token?.attrGet('href') ?? ''), foundIn(env).place)
  if (target === undefined) {
    token?.attrs?.splice(0)
    token?.attrSet('class', 'file')
  } else token?.attrSet('href', target)
  return self.renderToken(tokens, index, options)
}

rules.image = (tokens, index, _options, env) => {
  const token = tokens[index]
  const source = String(token?.attrGet('src') ?? '')
  if (/^[a-z]+:/i.test(source) || !/\.(?:svg|png)$/.test(source)) return escapeHtml(token?.content ?? '')
  const { pictures, place } = foundIn(env)
  pictures.push(posix.join(place.folder, source))
  const nth = pictures.length - 1
  return html`<img src="${place.picture(nth)}" alt="${token?.content ?? ''}" loading="lazy">`.source
}

/** A table or a listing that is wider than the page scrolls by itself, also by keyboard. */
rules.table_open = () => '<div class="scroll" tabindex="0" role="group"><table>'
rules.table_close = () => '</table></div>'

function scrollable(pre: string): string {
  return pre.replace('<pre>', '<pre tabindex="0">')
}

function targetOf(href: string, { folder, pageOf }: Place): string | undefined {
  if (/^https?:\/\//.test(href) || href.startsWith('#')) return href
  if (/^[a-z]+:/i.test(href)) return undefined
  const [path = ''] = href.split('#')
  return pageOf(posix.join(folder, path))
}

function slugOf(title: string, taken: readonly Heading[]): string {
  const words = title
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
  const same = taken.filter(({ id }) => id === words || id.startsWith(`${words}-`)).length
  return same === 0 ? words : `${words}-${same + 1}`
}
