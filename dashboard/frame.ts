/** The frame around every page: landmarks, the way to the other pages, language and colours, keys. */
import { knownServers } from '#lab/kit/servers'
import { takeNotices } from '#workbook/state/notices'
import { assetPath, bootScript, contentSheet, icon, styleSheet } from './assets.ts'
import type { Dashboard } from './dashboard.ts'
import { type Html, html, trusted } from './html.ts'
import { type Reader, themes } from './reader.ts'
import { frameTexts } from './texts/frame.ts'

export type PageName = 'progress' | 'live' | 'explorer' | 'results' | 'quiz' | 'dlq' | 'reflection'

const sign = trusted(icon.replace('<svg ', '<svg width="22" height="22" aria-hidden="true" '))

const ways: Readonly<Record<PageName, string>> = {
  progress: '/',
  live: '/live',
  explorer: '/explorer',
  results: '/results',
  quiz: '/quiz',
  dlq: '/dead-letters',
  reflection: '/reflection',
}

export interface Shown {
  readonly title: string
  /** Which way is marked as the one that was gone. */
  readonly page?: PageName
  readonly body: Html
  /** Client modules besides the one that all pages have. */
  readonly modules?: readonly string[]
}

/** A whole page. */
export function framed(
  dashboard: Dashboard,
  reader: Reader,
  { title, page, body, modules = [] }: Shown,
): string {
  const { safety, hub } = dashboard
  const { lang, theme, say } = reader
  const notices = takeNotices()
  return html`<!doctype html>
<html lang="${lang}" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="token" content="${safety.token}">
<meta name="instance" content="${safety.instance}">
<meta name="told" content="${hub.told}">
<title>${title} · mq-workbook</title>
<link rel="icon" href="${assetPath('icon.svg')}" type="image/svg+xml">
<style>${trusted(styleSheet)}</style>${page === 'progress' ? '' : html`<style>${trusted(contentSheet)}</style>`}
<meta name="modules" content="${['page.js', ...modules].map(assetPath).join(' ')}">
</head>
<body data-copy="${say(frameTexts.copy)}" data-copied="${say(frameTexts.copied)}">
<a class="skip" href="#main">${say(frameTexts.skip)}</a>
<header>
  <a class="brand" href="/">${sign} <span class="wide">mq-workbook</span></a>
  <p class="brokers" data-refresh="/brokers">${brokersPart(dashboard, reader)}</p>
  <form class="reader" method="post" action="/reader">
    ${tokenField(safety.token)}
    <span role="group" aria-label="${say(frameTexts.language)}">
      ${(['en', 'vi'] as const).map((each) => html`<button name="lang" value="${each}" aria-pressed="${String(each === lang)}" lang="${each}" title="${each === 'vi' ? 'Tiếng Việt' : 'English'}">${each.toUpperCase()}</button>`)}
    </span>
    <span role="group" aria-label="${say(frameTexts.theme)}">
      ${themes.map((each) => html`<button name="theme" value="${each}" aria-pressed="${String(each === theme)}" title="${say(frameTexts.themes[each])}"><span aria-hidden="true">${themeSigns[each]}</span><span class="hidden">${say(frameTexts.themes[each])}</span></button>`)}
    </span>
    <button type="button" id="keys-open" data-key="?" aria-haspopup="dialog"><span class="wide">${say(frameTexts.keys)}</span> <kbd>?</kbd></button>
  </form>
  <nav aria-label="${say(frameTexts.pages)}"><ul>
  ${Object.entries(ways).map(([name, href], index) => wayTo(name as PageName, href, { isHere: name === page, key: String(index + 1), reader }))}
  </ul></nav>
</header>
<p id="gone" role="alert" hidden data-said="${say(frameTexts.gone)}"></p>
<p id="said" role="status"></p>
${notices.map((notice) => html`<p class="notice">${say(notice)}</p>`)}
<main id="main" tabindex="-1">
${body}
</main>
<dialog id="keys" aria-labelledby="keys-title">
  <h2 id="keys-title">${say(frameTexts.keys)}</h2>
  <p>${say(frameTexts.keysHelp)}</p>
  <dl></dl>
  <label><input type="checkbox" id="keys-on" checked> ${say(frameTexts.keysOn)}</label>
  <button type="button" id="keys-close">${say(frameTexts.close)}</button>
</dialog>
<script type="module">${trusted(bootScript)}</script>
</body>
</html>
`.source
}

/** Engine and versions: those that the latest run met, or those that a run would bring. Asked for again when a run has met some. */
export function brokersPart({ runs }: Dashboard, { say }: Reader): Html {
  const met = runs.circumstances
  const { engine, servers } = met ?? { engine: 'embedded' as const, servers: knownServers('embedded') }
  const said = say(met === undefined ? frameTexts.brokersToCome : frameTexts.brokersMet(met.seed))
  return html`<span class="hidden">${said}: </span><span class="engine" title="${said}">${engine}</span> ${servers.map((server) => html`<span title="${said}">${server}</span> `)}`
}

const themeSigns = { auto: '◐', light: '☀', dark: '☾' } as const

function wayTo(
  name: PageName,
  href: string,
  { isHere, key, reader }: { isHere: boolean; key: string; reader: Reader },
): Html {
  const current = isHere ? html` aria-current="page"` : ''
  return html`<li><a href="${href}" data-key="${key}"${current}>${reader.say(frameTexts[name])}</a></li>`
}

/** The field by which a form shows that it stood on a page of this start. */
export function tokenField(token: string): Html {
  return html`<input type="hidden" name="_token" value="${token}">`
}

/** A button that shows its key. */
export function keyButton(
  label: string,
  options: {
    readonly key?: string
    readonly name?: string
    readonly value?: string
    readonly action?: string
    readonly type?: 'submit' | 'button'
    readonly id?: string
    readonly primary?: boolean
    readonly command?: string
    readonly label?: string
  } = {},
): Html {
  const { key, name, value, action, type = 'submit', id, primary = false, command } = options
  return html`<button type="${type}"${id === undefined ? '' : html` id="${id}"`}${name === undefined ? '' : html` name="${name}" value="${value ?? ''}"`}${action === undefined ? '' : html` formaction="${action}"`}${key === undefined ? '' : html` data-key="${key}" aria-keyshortcuts="${key}"`}${command === undefined ? '' : html` data-command="${command}"`}${options.label === undefined ? '' : html` aria-label="${options.label}"`}${primary ? html` class="primary"` : ''}>${label}${key === undefined ? '' : html` <kbd>${key}</kbd>`}</button>`
}

/** Something that can be copied by a click; of an id its end is shown, and all of it copied. */
export function copyable(words: string, shown = words): Html {
  return html`<code class="copy" data-copied-text="${words}">${shown}</code>`
}
