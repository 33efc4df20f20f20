/** The live lab: follows a run, keeps its stage and its log up to date, and hands clicks on to it. */
import { byId, fieldsOf, isVietnamese, putHtml, refresh, say, send } from './dom.ts'
import { flow } from './flow.ts'
import { Log } from './log.ts'
import { Following, type Status } from './run.ts'
import { onNews } from './stream.ts'

interface Shown {
  readonly shape: string
  readonly numbers: Readonly<Record<string, string>>
}

const place = byId('live')
const box = byId('log')
const drawing = byId('drawing')
if (place !== undefined && box !== undefined && drawing !== undefined) open(place, box, drawing)

function open(place: HTMLElement, box: HTMLElement, drawing: HTMLElement): void {
  const filter = byId<HTMLInputElement>('log-filter')
  const state = byId('live-state')
  const life = byId('life')
  const log = new Log(box, follow)
  let shape: string | undefined
  let isAsking = false
  let isStale = false
  /** Requests side by side overtake each other, and a broker that is restarted before it is killed stays dead. */
  let sent: Promise<unknown> = Promise.resolve()
  const sendInOrder = (url: string, fields: Record<string, string>): void => {
    sent = sent.then(() => send(url, fields))
  }

  const following = new Following({
    onEntries(entries) {
      log.append(
        entries.flatMap(({ line }) => {
          if (line === undefined) return []
          const { message } = line
          const short = message === undefined || message.length <= 4 ? message : `…${message.slice(-3)}`
          const named = message === undefined || short === undefined ? {} : { message, short }
          return [{ text: say(line.text), tone: line.tone, ...named }]
        }),
      )
    },
    onStatus(status) {
      const isOver = status.state === 'ended'
      for (const button of document.querySelectorAll<HTMLButtonElement>('#hands button'))
        button.disabled = isOver
      const start = byId<HTMLButtonElement>('start')
      if (start !== undefined) start.disabled = !isOver
      if (state !== undefined) state.replaceChildren(...stateWords(status))
      void drawStage()
      if (isOver) void showOutcome()
    },
  })

  for (const button of document.querySelectorAll<HTMLButtonElement>('#hands button')) button.disabled = true
  const own = place.dataset['run'] ?? ''
  if (own !== '') following.follow(own)

  byId<HTMLFormElement>('start-form')?.addEventListener('submit', (event) => {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    void send(form.action, fieldsOf(form, event.submitter)).then((answer) => {
      if (answer?.run === undefined) return
      log.clear()
      follow(undefined)
      shape = undefined
      byId('outcome')?.replaceChildren()
      following.follow(answer.run.id)
    })
  })
  byId('hands')?.addEventListener('click', ({ target }) => {
    const button = (target as Element).closest<HTMLButtonElement>('button')
    if (button === null || following.run === '') return
    const { command } = button.dataset
    if (command === undefined) sendInOrder(`/runs/${following.run}/stop`, {})
    else {
      const fields = Object.entries(JSON.parse(command) as Record<string, string | number>)
      sendInOrder(
        `/runs/${following.run}/commands`,
        Object.fromEntries(fields.map(([name, value]) => [name, String(value)])),
      )
    }
  })
  filter?.addEventListener('input', () => {
    if (life?.hidden === false) follow(undefined)
    log.filter(filter.value)
  })
  byId('life-end')?.addEventListener('click', () => follow(undefined))
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && life?.hidden === false) follow(undefined)
  })
  byId('log-end')?.addEventListener('click', () => log.toEnd())

  onNews((news) => {
    if (news.kind !== 'stage' || news['run'] !== following.run) return
    const shown = news[isVietnamese ? 'vi' : 'en'] as Shown
    if (shown.shape === shape) showNumbers(shown.numbers)
    else void drawStage()
    flow(drawing, news['ways'] as string[])
    const rate = byId('rate')
    const many = news['rate'] as number
    if (rate !== undefined)
      rate.textContent = (news['ways'] as string[]).length === 0 && many > 0 ? `${many}/s` : ''
  })

  /** Shows one message alone, or all of them again. */
  function follow(message: string | undefined): void {
    log.follow(message)
    if (life === undefined) return
    life.hidden = message === undefined
    const id = life.querySelector<HTMLElement>('code')
    if (id === null || message === undefined) return
    id.textContent = message
    id.dataset['copiedText'] = message
    byId('life-end')?.focus()
  }

  /**
   * Drawn anew only when something came or went: numbers change where they stand. One request at a time: what has changed while it is
   * under way is asked for once, however often it was.
   */
  async function drawStage(): Promise<void> {
    isStale = true
    if (isAsking) return
    isAsking = true
    while (isStale) {
      isStale = false
      await fetchStage(following.run).catch(() => {})
    }
    isAsking = false
  }

  async function fetchStage(run: string): Promise<void> {
    const response = await fetch(`/runs/${run}/stage`)
    if (!response.ok) return
    const stage = (await response.json()) as Shown & { drawing: string; clients: string }
    // Another run was begun meanwhile.
    if (run !== following.run) return
    if (stage.shape !== shape) {
      putHtml(drawing, stage.drawing)
      const clients = byId('clients')
      if (clients !== undefined) putHtml(clients, stage.clients)
    }
    shape = stage.shape
    showNumbers(stage.numbers)
  }

  function showNumbers(numbers: Shown['numbers']): void {
    for (const element of drawing.querySelectorAll<SVGTextElement>('[data-number]')) {
      const number = numbers[element.dataset['number'] ?? ''] ?? ''
      if (element.textContent !== number) element.textContent = number
    }
  }

  function stateWords({ command, state: now, trouble, forgotten }: Status): (Node | string)[] {
    const code = document.createElement('code')
    code.textContent = command
    const words = [now === 'running' ? '…' : (trouble ?? place.dataset['ended'] ?? '')]
    if (forgotten > 0) words.push((place.dataset['forgotten'] ?? '').replace('0', String(forgotten)))
    return [code, `  ${words.join('  ')}`]
  }

  async function showOutcome(): Promise<void> {
    const outcome = byId('outcome')
    const { task = '', experiment = '' } = place.dataset
    if (outcome === undefined || experiment === '') return
    await refresh(outcome, `/live/outcome?${new URLSearchParams({ task, experiment })}`)
  }
}
