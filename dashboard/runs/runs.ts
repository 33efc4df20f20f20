/** The runs that the dashboard started: one of each kind at a time, the last of each kind remembered. */
import type { Circumstances } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import { Refused } from '../safety.ts'
import type { Hub } from '../stream/hub.ts'
import { Run, type RunKind, type RunRequest } from './run.ts'

/** So many runs can still be looked at. */
const rememberedMax = 6

export class Runs {
  readonly #hub: Hub
  #all: Run[] = []

  constructor(hub: Hub) {
    this.#hub = hub
  }

  /** @throws Refused while another one of this kind goes on: two would fight for the same cores and the same files */
  start(request: RunRequest): Run {
    const other = this.running(request.kind)
    if (other !== undefined) throw new Refused(409, busy(other))
    const run = new Run(request, this.#hub)
    this.#all = [...this.#all, run].slice(-rememberedMax)
    this.#hub.tell({ kind: 'run', run: run.id, status: run.status } as { kind: string })
    return run
  }

  running(kind: RunKind): Run | undefined {
    return this.#all.find((run) => run.isRunning && run.request.kind === kind)
  }

  /** What the brokers of the latest run said they are; nothing while no run has met any. */
  get circumstances(): Circumstances | undefined {
    return this.#all.findLast(({ circumstances }) => (circumstances?.servers.length ?? 0) > 0)?.circumstances
  }

  /** The latest of a kind, and of a task where one is named. */
  latest(kind: RunKind, task?: string): Run | undefined {
    return this.#all.findLast(
      ({ request }) => request.kind === kind && (task === undefined || request.task === task),
    )
  }

  find(id: string): Run | undefined {
    return this.#all.find((run) => run.id === id)
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((run) => run.stop()))
  }
}

function busy({ request }: Run) {
  return text(
    `${request.task} is still going on. Wait for its end, or stop it.`,
    `${request.task} vẫn đang chạy. Chờ nó xong, hoặc dừng nó lại.`,
  )
}
