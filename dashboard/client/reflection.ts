/** The reflection page: saves without leaving it, and never puts anything in the place of what is not saved yet. */
import { announce, byId, fieldsOf, send } from './dom.ts'
import { onNews } from './stream.ts'

interface Shown {
  readonly text: string
  readonly was: string
}

const form = byId<HTMLFormElement>('reflection')
const area = form?.querySelector('textarea') ?? undefined
const stamp = form?.querySelector<HTMLInputElement>('input[name="was"]') ?? undefined
if (form !== undefined && area !== undefined && stamp !== undefined) open(form, area, stamp)

function open(form: HTMLFormElement, area: HTMLTextAreaElement, stamp: HTMLInputElement): void {
  let saved = area.value
  const isClean = (): boolean => area.value === saved

  const show = (): void => {
    const unsaved = byId('unsaved')
    if (unsaved !== undefined) unsaved.hidden = isClean()
    const words = byId('words')
    if (words !== undefined)
      words.textContent = (words.dataset['said'] ?? '').replace('0', String(wordsOf(area.value)))
  }

  /** @param sent what stood there when it was sent: whatever was typed since stays */
  const take = ({ text, was }: Shown, sent: string): void => {
    saved = text
    stamp.value = was
    if (area.value === sent && area.value !== text) {
      const { selectionStart, selectionEnd, scrollTop } = area
      area.value = text
      area.setSelectionRange(selectionStart, selectionEnd)
      area.scrollTop = scrollTop
    }
    show()
  }

  const submit = (path: string, submitter: HTMLElement | null): void => {
    const sent = area.value
    void send(path, fieldsOf(form, submitter)).then((answer) => {
      const shown = answer as Partial<Shown> | undefined
      if (shown?.text !== undefined && shown.was !== undefined)
        take({ text: shown.text, was: shown.was }, sent)
    })
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit(event.submitter?.getAttribute('formaction') ?? form.action, event.submitter)
  })
  area.addEventListener('input', show)
  // The key that saves in every editor.
  area.addEventListener('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    submit(form.action, null)
  })
  addEventListener('beforeunload', (event) => {
    if (!isClean()) event.preventDefault()
  })
  // An editor beside the page may save, too.
  onNews(({ kind }) => {
    if (kind !== 'progress' && kind !== 'missed') return
    void fetch('/reflection/text')
      .then(async (response) => {
        if (!response.ok) return
        const shown = (await response.json()) as Shown
        if (shown.was === stamp.value) return
        if (isClean()) take(shown, area.value)
        else announce(area.dataset['changed'] ?? '')
      })
      .catch(() => {})
  })
  show()
}

/** Headings, questions, filled lines and comments are none of the learner's words. */
function wordsOf(text: string): number {
  const own = text
    .replace(/<!--[\s\S]*?-->/g, '')
    .split('\n')
    .filter((line) => !/^\s*(?:>|#)/.test(line))
    .join(' ')
  return own.match(/\S*[\p{L}\p{N}]\S*/gu)?.length ?? 0
}
