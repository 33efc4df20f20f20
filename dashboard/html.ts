/** HTML as a value: whatever is put into a template is escaped, unless it is HTML already. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Markup that may stand in a page as it is. */
export class Html {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }

  toString(): string {
    return this.source
  }
}

type Part = Html | string | number | bigint | false | null | undefined | readonly Part[]

/** Fills a template; nothing, `false` and empty lists leave no trace. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let source = strings[0] ?? ''
  for (const [index, part] of parts.entries()) source += sourceOf(part) + (strings[index + 1] ?? '')
  return new Html(source)
}

/** Markup that a library made out of text that it escapes itself, or that we wrote. */
export function trusted(source: string): Html {
  return new Html(source)
}

/** Text as it may stand between tags and in a quoted attribute. Control characters, which no HTML may hold, are shown. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => escapes[character] ?? '')
    .replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** All but tab and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a page
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

function sourceOf(part: Part): string {
  if (part === undefined || part === null || part === false) return ''
  if (part instanceof Html) return part.source
  if (Array.isArray(part)) return part.map(sourceOf).join('')
  return escapeHtml(String(part))
}
