/** What the stage of a live run looks like now: it hears the run's events, and tells the pages when something looks otherwise. */
import type { RunEvent } from '#lab/verdict/events'
import type { KafkaPicture, RabbitMQPicture } from '#lab/verdict/picture'
import { type Html, html } from '../html.ts'
import type { Reader } from '../reader.ts'
import type { Run } from '../runs/run.ts'
import type { Hub } from '../stream/hub.ts'
import { liveTexts } from '../texts/live.ts'
import { Clients } from './clients.ts'
import { Connections } from './connections.ts'
import { drawTopology, type Layouts, type Numbers, numbersOf } from './drawing.ts'
import { graphOf, layOut, shapeOf } from './graph.ts'
import { clientsPart } from './hands.ts'
import { drawKafka } from './kafka-drawing.ts'
import { Processes } from './processes.ts'

/** Numbers change no faster than this, milliseconds: nobody reads faster. */
const tellEveryMs = 100
/** So many dots are worth drawing in that time; more are a rate. */
const waysMax = 12

/** What a page needs to draw the stage, and to see that only numbers changed. */
export interface ShownStage {
  readonly shape: string
  readonly numbers: Numbers
}

export class Stage {
  readonly #run: Run
  readonly #hub: Hub
  readonly #clients = new Clients()
  readonly #connections = new Connections()
  readonly #processes = new Processes()
  #rabbitmq: RabbitMQPicture | undefined
  #kafka: KafkaPicture | undefined
  #shape = ''
  #layouts: Layouts | undefined
  #ways: string[] = []
  #passed = 0
  #timer: NodeJS.Timeout | undefined

  constructor(run: Run, hub: Hub) {
    this.#run = run
    this.#hub = hub
    run.onEvent((event) => this.#hear(event))
  }

  /** The whole drawing. */
  draw({ lang, say }: Reader): Html {
    const { layouts } = this.#current()
    const rabbitmq =
      layouts === undefined
        ? ''
        : drawTopology(
            layouts,
            numbersOf(this.#rabbitmq, this.#clients.consumers, lang),
            say(liveTexts.topology),
          )
    const kafka =
      this.#kafka === undefined || this.#kafka.topics.length === 0 ? '' : drawKafka(this.#kafka, lang)
    if (rabbitmq === '' && kafka === '') return emptyStage({ say })
    return html`${rabbitmq}${kafka}`
  }

  /** Who can be killed, frozen or cut off alone. */
  clients(reader: Reader): Html {
    return clientsPart(this.#processes.running, this.#connections.used, reader)
  }

  shown({ lang }: Pick<Reader, 'lang'>): ShownStage {
    const { shape } = this.#current()
    // Bars are drawn anew with each offset.
    const whole = JSON.stringify([shape, this.#kafka, this.#processes.running, this.#connections.used])
    return { shape: whole, numbers: numbersOf(this.#rabbitmq, this.#clients.consumers, lang) }
  }

  #hear(event: RunEvent): void {
    this.#processes.hear(event)
    this.#connections.hear(event)
    const way = this.#clients.hear(event)
    if (way !== undefined) {
      this.#passed += 1
      if (this.#ways.length < waysMax) this.#ways.push(way)
    }
    if (event.kind === 'snapshot') {
      if (event.snapshot.product === 'rabbitmq') this.#rabbitmq = event.snapshot
      else this.#kafka = event.snapshot
    }
    if (event.kind === 'run') [this.#rabbitmq, this.#kafka] = [undefined, undefined]
    this.#timer ??= setTimeout(() => this.#tell(), tellEveryMs)
  }

  #tell(): void {
    this.#timer = undefined
    const [en, vi] = (['en', 'vi'] as const).map((lang) => this.shown({ lang }))
    const ways = this.#passed <= waysMax ? this.#ways : []
    const rate = Math.round((this.#passed * 1000) / tellEveryMs)
    this.#hub.tell({ kind: 'stage', run: this.#run.id, en, vi, ways, rate } as { kind: string })
    this.#ways = []
    this.#passed = 0
  }

  #current(): { readonly shape: string; readonly layouts: Layouts | undefined } {
    const graph = graphOf(this.#rabbitmq, {
      consumers: this.#clients.consumers,
      publishers: this.#clients.publishers,
    })
    const shape = shapeOf(graph)
    if (shape !== this.#shape) {
      this.#shape = shape
      this.#layouts =
        graph.nodes.length === 0
          ? undefined
          : { across: layOut(graph, 'across'), down: layOut(graph, 'down') }
    }
    return { shape, layouts: this.#layouts }
  }
}

/** Before anything is declared: what will stand here. */
export function emptyStage({ say }: Pick<Reader, 'say'>): Html {
  return html`<div class="empty"><p class="way" aria-hidden="true">producer ──► (exchange) ──► [queue] ──► consumer</p><p class="quiet">${say(liveTexts.noTopology)}</p></div>`
}
