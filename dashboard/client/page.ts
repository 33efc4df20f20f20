/** What every page does: keys, copying, filters, forms without a new page, and noticing that the server is gone or new. */
import { announce, byId, fieldsOf, metaOf, refresh, send } from './dom.ts'
import { onNews } from './stream.ts'

const keysOffName = 'mq-keys-off'
/** Parts of a page are not fetched more often than this, milliseconds. */
const refreshEveryMs = 250

setUpKeys()
setUpCopying()
setUpFilters()
setUpForms()
setUpNews()
showWay()

/** On a narrow screen the way that was gone may be beyond the edge. Only the bar moves: the page may be at an anchor. */
function showWay(): void {
  const bar = document.querySelector<HTMLElement>('header nav')
  const here = bar?.querySelector<HTMLElement>('[aria-current]')
  if (bar === null || here === null || here === undefined) return
  const { left, width } = here.getBoundingClientRect()
  bar.scrollLeft += left + width / 2 - bar.getBoundingClientRect().left - bar.clientWidth / 2
}

function setUpKeys(): void {
  const dialog = byId<HTMLDialogElement>('keys')
  const isOn = byId<HTMLInputElement>('keys-on')
  if (dialog === undefined || isOn === undefined) return
  isOn.checked = localStorage.getItem(keysOffName) === null
  isOn.addEventListener('change', () => {
    if (isOn.checked) localStorage.removeItem(keysOffName)
    else localStorage.setItem(keysOffName, '1')
  })
  byId('keys-open')?.addEventListener('click', () => {
    const list = dialog.querySelector('dl')
    list?.replaceChildren(...[...keyed()].flatMap(([key, element]) => keyRow(key, element)))
    dialog.showModal()
  })
  byId('keys-close')?.addEventListener('click', () => dialog.close())
  document.addEventListener('keydown', (event) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      dialog.open ||
      !isOn.checked ||
      isTyping(event.target)
    )
      return
    // A button that has the focus takes these itself.
    if ((event.key === 'Enter' || event.key === ' ') && event.target !== document.body) return
    const element = keyed().get(event.key)
    if (element === undefined) return
    event.preventDefault()
    const { keyFocus } = element.dataset
    if (keyFocus !== undefined) element.querySelector<HTMLElement>(keyFocus)?.focus()
    else if (element instanceof HTMLInputElement) element.focus()
    else element.click()
  })
}

/** What has a key and can be used now, by its key. */
function keyed(): Map<string, HTMLElement> {
  const usable = [...document.querySelectorAll<HTMLElement>('[data-key]')].filter(
    (element) => element.checkVisibility() && !(element as HTMLButtonElement).disabled,
  )
  return new Map(usable.toReversed().map((element) => [element.dataset['key'] ?? '', element]))
}

function keyRow(key: string, element: HTMLElement): HTMLElement[] {
  const term = document.createElement('dt')
  const kbd = document.createElement('kbd')
  kbd.textContent = key
  term.append(kbd)
  const meaning = document.createElement('dd')
  // A group is told by its name, a field by its label, a button by what stands on it.
  const name = element.dataset['keyFocus'] === undefined ? null : element.getAttribute('aria-label')
  if (name !== null) {
    meaning.textContent = name
    return [term, meaning]
  }
  const told = element instanceof HTMLInputElement ? element.labels?.[0] : element
  const words = [...(told?.childNodes ?? [])].filter(({ nodeName }) => nodeName !== 'KBD')
  meaning.textContent = words
    .map(({ textContent }) => textContent?.trim() ?? '')
    .join(' ')
    .trim()
  return [term, meaning]
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  )
}

/** Ids, paths and commands are copied by a click, or by Enter where they have the focus. */
function setUpCopying(): void {
  const prepare = (root: ParentNode): void => {
    for (const element of root.querySelectorAll<HTMLElement>('.copy:not([role])')) {
      element.tabIndex = 0
      element.setAttribute('role', 'button')
      element.title = document.body.dataset['copy'] ?? ''
    }
  }
  prepare(document)
  new MutationObserver((changes) => {
    for (const { target } of changes) if (target instanceof HTMLElement) prepare(target)
  }).observe(document.body, { childList: true, subtree: true })
  const copy = (target: EventTarget | null): boolean => {
    const element = target instanceof Element ? target.closest<HTMLElement>('.copy') : null
    if (element === null) return false
    const words = element.dataset['copiedText'] ?? ''
    void navigator.clipboard
      .writeText(words)
      .then(() => announce(`${document.body.dataset['copied'] ?? ''}: ${words}`))
    return true
  }
  document.addEventListener('click', ({ target }) => void copy(target))
  document.addEventListener('keydown', (event) => {
    if ((event.key === 'Enter' || event.key === ' ') && copy(event.target)) event.preventDefault()
  })
}

/** A field that leaves of a list what has its words. */
function setUpFilters(): void {
  document.addEventListener('input', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return
    const { filters } = target.dataset
    if (filters === undefined) return
    const words = target.value.normalize('NFC').toLowerCase().split(/\s+/)
    for (const element of document.querySelectorAll<HTMLElement>(filters)) {
      const own = wordsOf(element)
      element.hidden = !words.every((word) => own.includes(word))
    }
  })
}

/** By which an element is found: those that it names, or all that it says, closed parts too. Looked at once, when somebody types. */
function wordsOf(element: HTMLElement): string {
  const known = element.dataset['words']
  if (known !== undefined) return known
  const words = (element.textContent ?? '').normalize('NFC').toLowerCase()
  element.dataset['words'] = words
  return words
}

/** Choosing what is shown is enough; without scripts the form has a button. */
document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLSelectElement) || target.form?.dataset['atOnce'] === undefined) return
  // Another task has other experiments.
  if (target.name === 'task') target.form.querySelector('[name="experiment"]')?.remove()
  target.form.requestSubmit()
})

/** Forms that change something in place say so by `data-enhance`; without scripts they load the page they lead to. */
function setUpForms(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || form.dataset['enhance'] === undefined) return
    event.preventDefault()
    const submitter = event.submitter
    const action = submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? ''
    void send(action, fieldsOf(form, submitter)).then((answer) => {
      if (answer === undefined) return
      // What a run says is seen on its own page.
      const here = `${location.pathname}${location.search}`
      const there = answer.path ?? here
      if (
        answer.run !== undefined &&
        there.split('#')[0] !== here &&
        answer.run.kind !== 'measure' &&
        byId('run') === undefined
      )
        location.assign(there)
      else refreshAll()
    })
  })
}

function setUpNews(): void {
  const gone = byId('gone')
  const instance = metaOf('instance')
  onNews((news) => {
    if (news.kind === 'connection' && gone !== undefined) {
      gone.hidden = news['isOpen'] === true
      gone.textContent = gone.hidden ? '' : (gone.dataset['said'] ?? '')
    }
    // The server was started again: its runs and this page's token are gone. Asked for by GET, so that no form is sent twice.
    if (news.kind === 'hello' && news['instance'] !== instance)
      location.replace(`${location.pathname}${location.search}`)
    if (['progress', 'run', 'missed'].includes(news.kind)) refreshAll()
    const brokers = document.querySelector<HTMLElement>('.brokers')
    if (news.kind === 'brokers' && brokers !== null) void refresh(brokers)
  })
}

let isDue = false
/** Fetches anew what changes: once, however much has happened. */
function refreshAll(): void {
  if (isDue) return
  isDue = true
  // Nobody looks: once somebody does, it is fetched.
  if (document.hidden) {
    document.addEventListener('visibilitychange', fetchAll, { once: true })
    return
  }
  setTimeout(fetchAll, refreshEveryMs)
}

function fetchAll(): void {
  isDue = false
  for (const element of document.querySelectorAll<HTMLElement>('[data-refresh]')) void refresh(element)
}
