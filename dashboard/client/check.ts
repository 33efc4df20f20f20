/** A check that goes on, told on the page where it was started: its lines, its end, and the way to stop it. */
import { byId, refresh, say, send } from './dom.ts'
import { type Entry, Following, type Status } from './run.ts'
import { onNews } from './stream.ts'

/** What of a check is told line by line. */
const toldKinds = ['verdict', 'fault', 'broker', 'subject', 'promise', 'say']
const marks: Readonly<Record<string, string>> = { passed: '✓', failed: '✗', inconclusive: '?' }
const linesMax = 200

const place = byId('run')
/** Whose checks are told here; anybody's where it is empty. */
const task = place?.dataset['of'] ?? ''

if (place !== undefined) {
  const lines = place.querySelector('ol')
  const state = place.querySelector('.run-state')
  const following = new Following({
    onEntries(entries) {
      place.hidden = false
      for (const entry of entries) {
        const row = rowOf(entry)
        if (row !== undefined) lines?.append(row)
      }
      while ((lines?.childElementCount ?? 0) > linesMax) lines?.firstElementChild?.remove()
      lines?.scrollTo({ top: lines.scrollHeight })
    },
    onStatus(status) {
      place.hidden = false
      const isOver = status.state === 'ended'
      const stop = byId<HTMLButtonElement>('run-stop')
      if (stop !== undefined) stop.disabled = isOver
      if (state !== null) state.textContent = `${status.command} ${isOver ? (status.trouble ?? '') : '…'}`
      if (isOver) void showVerdict()
    },
  })
  const own = place.dataset['run'] ?? ''
  if (own !== '') following.follow(own)
  onNews((news) => {
    const status = news['status'] as Status | undefined
    if (news.kind !== 'run' || status?.kind !== 'check' || status.id === following.run) return
    if (task !== '' && status.task !== task) return
    lines?.replaceChildren()
    following.follow(status.id)
  })
  byId('run-stop')?.addEventListener('click', () => {
    if (following.run !== '') void send(`/runs/${following.run}/stop`, {})
  })
}

async function showVerdict(): Promise<void> {
  const verdict = byId('verdict')
  if (verdict === undefined) return
  await refresh(verdict)
  verdict.querySelector('.first')?.scrollIntoView({ block: 'nearest' })
}

function rowOf({ event, line }: Entry): HTMLElement | undefined {
  if (!toldKinds.includes(event.kind)) return undefined
  const row = document.createElement('li')
  if (event.kind === 'verdict') {
    const verdict = event['verdict'] as { outcome: string; item: string; promise: { en: string; vi: string } }
    row.className = verdict.outcome
    row.textContent = `${marks[verdict.outcome] ?? ''} ${verdict.item}  ${say(verdict.promise)}`
    return row
  }
  if (line === undefined) return undefined
  row.className = line.tone
  row.textContent = say(line.text).trim()
  return row
}
