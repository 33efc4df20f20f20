/** The progress page: leaves out what is done, opens the row that the address names. */
import { byId } from './dom.ts'

const onlyOpenName = 'mq-only-open'

function leaveOut(): void {
  const isWanted = byId<HTMLInputElement>('only-open')?.checked === true
  for (const row of document.querySelectorAll<HTMLElement>('.task'))
    row.classList.toggle('done', isWanted && row.dataset['left'] === 'false')
}

document.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.id !== 'only-open') return
  localStorage.setItem(onlyOpenName, String(target.checked))
  leaveOut()
})

function openNamed(): void {
  const named = byId(decodeURIComponent(location.hash.slice(1)))
  const row = named?.closest<HTMLDetailsElement>('details.task')
  if (row === undefined || row === null) return
  row.open = true
  named?.scrollIntoView({ block: 'center' })
}

const box = byId<HTMLInputElement>('only-open')
if (box !== undefined) box.checked = localStorage.getItem(onlyOpenName) === 'true'
leaveOut()
openNamed()
addEventListener('hashchange', openNamed)
