/** The explorer's page: fetches what was found while it is being found, and opens the run behind a cell. */
import { byId, fieldsOf, refresh, send } from './dom.ts'
import { onNews } from './stream.ts'

/** Dozens of runs a second end; the strip is fetched a few times. */
const everyMs = 300

const found = byId('found')
if (found !== undefined) open(found)

function canStop(can: boolean): void {
  const button = byId<HTMLButtonElement>('explore-stop')
  if (button !== undefined) button.disabled = !can
}

function open(found: HTMLElement): void {
  canStop(found.dataset['isRunning'] === 'true')
  let isDue = false
  const show = (): void => {
    if (isDue) return
    isDue = true
    setTimeout(() => {
      isDue = false
      const { run = '', cell = '' } = found.dataset
      if (run !== '') void refresh(found, `/explorer/${run}${cell === '' ? '' : `?cell=${cell}`}`)
    }, everyMs)
  }
  onNews((news) => {
    if (
      news.kind === 'missed' ||
      ((news.kind === 'entry' || news.kind === 'run') && news['run'] === found.dataset['run'])
    )
      show()
    if (news.kind === 'run' && news['run'] === found.dataset['run'])
      canStop((news['status'] as { state: string }).state === 'running')
  })
  document.addEventListener(
    'submit',
    (event) => {
      const form = event.target as HTMLFormElement
      if (form.getAttribute('action') !== '/explorations') return
      event.preventDefault()
      event.stopImmediatePropagation()
      void send('/explorations', fieldsOf(form, event.submitter)).then((answer) => {
        if (answer?.run === undefined) return
        found.dataset['run'] = answer.run.id
        found.dataset['cell'] = ''
        canStop(true)
        show()
      })
    },
    { capture: true },
  )
  byId('explore-stop')?.addEventListener('click', () => {
    if (found.dataset['run'] !== '') void send(`/runs/${found.dataset['run']}/stop`, {})
  })
  found.addEventListener('click', (event) => {
    const cell = (event.target as Element).closest<HTMLElement>('a.cell')
    if (cell === null || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    found.dataset['cell'] = found.dataset['cell'] === cell.dataset['cell'] ? '' : (cell.dataset['cell'] ?? '')
    show()
  })
}
