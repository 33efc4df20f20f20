/** Small helpers over the page: finding, fetching parts of it anew, sending forms. */

/** What a page's head says of this start of the server. */
export function metaOf(name: string): string {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? ''
}

export const isVietnamese = document.documentElement.lang === 'vi'

/** One of two texts. */
export function say(text: { readonly en: string; readonly vi: string }): string {
  return isVietnamese ? text.vi : text.en
}

export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind | undefined {
  return (document.getElementById(id) as Kind | null) ?? undefined
}

/** Tells a sentence where screens and screen readers see it. */
export function announce(sentence: string): void {
  const place = byId('said')
  if (place !== undefined) place.textContent = sentence
}

/** Fetches what an element shows anew; what was open stays open, what had the focus keeps it. */
export async function refresh(element: HTMLElement, path = element.dataset['refresh']): Promise<void> {
  if (path === undefined) return
  const response = await fetch(path).catch(() => undefined)
  if (response?.ok !== true) return
  const source = await response.text()
  // Two pieces of news of one change are common; what is there already is not put there again.
  if (shown.get(element) === source) return
  shown.set(element, source)
  putHtml(element, source)
}

/** What was fetched last for an element. */
const shown = new WeakMap<HTMLElement, string>()

/** Our own server escaped it. */
export function putHtml(element: HTMLElement, source: string): void {
  const open = [...element.querySelectorAll<HTMLDetailsElement>('details[open][id]')].map(({ id }) => id)
  const focused = element.contains(document.activeElement)
    ? (pathTo(document.activeElement) ?? ':not(*)')
    : undefined
  const fields = [...element.querySelectorAll<HTMLInputElement>('input[id]')].map(
    ({ id, value, checked }) => ({ id, value, checked }),
  )
  const parsed = new DOMParser().parseFromString(source, 'text/html')
  element.replaceChildren(...parsed.body.childNodes)
  for (const id of open) {
    const details = byId<HTMLDetailsElement>(id)
    if (details !== undefined) details.open = true
  }
  for (const { id, value, checked } of fields) {
    const field = byId<HTMLInputElement>(id)
    if (field === undefined) continue
    field.value = value
    field.checked = checked
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  if (focused === undefined) return
  // What had the focus may be gone: then its part keeps it, so that Tab goes on from here.
  const again = element.querySelector<HTMLElement>(focused) ?? element
  if (again === element && element.tabIndex < 0) element.tabIndex = -1
  again.focus({ preventScroll: true })
}

/** Finds the same element in a part that was fetched anew. */
function pathTo(element: Element | null): string | undefined {
  if (element === null) return undefined
  if (element.id !== '') return `#${CSS.escape(element.id)}`
  const value = element.getAttribute('value')
  if (value !== null) {
    const name = element.getAttribute('name') ?? ''
    // A tick that was set is asked to be taken away next.
    const either = name === 'tick' ? [`+${value.slice(1)}`, `-${value.slice(1)}`] : [value]
    return either.map((each) => `[name="${CSS.escape(name)}"][value="${CSS.escape(each)}"]`).join(',')
  }
  const href = element.getAttribute('href')
  return href === null ? undefined : `a[href="${CSS.escape(href)}"]`
}

/** What the server answers to one of our scripts. */
export interface Answer {
  readonly said?: string
  readonly path?: string
  readonly run?: { readonly id: string; readonly task: string; readonly kind: string }
}

/** Sends a change with this page's token. Says why it was refused. */
export async function send(
  path: string,
  fields: Record<string, string> | URLSearchParams,
): Promise<Answer | undefined> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'X-Token': metaOf('token') },
      body: new URLSearchParams(fields),
    })
    const answer = (await response.json()) as Answer
    announce(answer.said ?? '')
    return response.ok ? answer : undefined
  } catch {
    announce(byId('gone')?.dataset['said'] ?? '')
    return undefined
  }
}

/** A form's fields, with those of the button that was pressed. */
export function fieldsOf(form: HTMLFormElement, submitter: HTMLElement | null): URLSearchParams {
  const fields = new URLSearchParams()
  for (const [name, value] of new FormData(form, submitter))
    if (typeof value === 'string') fields.append(name, value)
  return fields
}
