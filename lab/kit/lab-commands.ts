/** Does what whoever watches a run asks for: pause, step, a fault, time. */
import type { RunCommand } from '../verdict/events.ts'
import { text } from '../verdict/language.ts'
import { messageOf } from './failure.ts'
import type { LabLanes } from './lab-lanes.ts'
import type { LabServer } from './lab-server.ts'
import type { LabSubjects } from './lab-subjects.ts'
import type { RunContext } from './run-context.ts'

export class LabCommands {
  private readonly servers: readonly LabServer[]
  private readonly lanes: LabLanes
  private readonly subjects: LabSubjects
  private readonly run: RunContext
  private readonly unsubscribe: () => void
  /** What was asked for and is not done yet. */
  private asked: Promise<unknown> = Promise.resolve()

  constructor(options: {
    servers: readonly LabServer[]
    lanes: LabLanes
    subjects: LabSubjects
    run: RunContext
  }) {
    this.servers = options.servers
    this.lanes = options.lanes
    this.subjects = options.subjects
    this.run = options.run
    this.unsubscribe = this.run.onCommand((command) => this.obey(command))
  }

  /** Obeys no longer. */
  close(): void {
    this.unsubscribe()
  }

  private obey(command: RunCommand): void {
    switch (command.command) {
      case 'pause':
        this.lanes.pause()
        return
      case 'resume':
        this.lanes.resume()
        return
      case 'step':
        this.lanes.step()
        return
      case 'elapse':
        this.attempt(async () => {
          await Promise.all(this.servers.map((server) => server.elapse(command.ms)))
        })
        return
      case 'fault':
        this.attempt(() => this.fireNow(command.fault))
        return
      case 'subject':
        this.attempt(() => this.subjects.obey(command.pid, command.action))
        return
      case 'cut':
        this.attempt(async () => this.cutOne(command.connection))
        return
      case 'stop':
        return
      default:
        command satisfies never
    }
  }

  /** One after another; what can't be done is said, for it is no error of the subject's. */
  private attempt(work: () => Promise<void>): void {
    this.asked = this.asked.then(work).catch((error: unknown) => {
      const what = messageOf(error)
      const said = text(`That could not be done: ${what}`, `Không làm được: ${what}`)
      this.run.emit({ kind: 'say', text: said })
    })
  }

  private cutOne(connection: number): void {
    this.lanes.cutOne(connection)
    const said = text(
      `connection ${connection} cut, asked for by hand`,
      `cắt kết nối ${connection}, do người xem yêu cầu`,
    )
    this.run.emit({ kind: 'fault', state: 'fired', fault: `cut ${connection}`, text: said })
  }

  private async fireNow(fault: Extract<RunCommand, { command: 'fault' }>['fault']): Promise<void> {
    const said = text(`${fault}, asked for by hand`, `${fault}, do người xem yêu cầu`)
    switch (fault) {
      case 'cut':
        this.lanes.cut()
        break
      case 'hold':
        this.lanes.pause()
        break
      case 'release':
        this.lanes.resume()
        break
      case 'kill-broker':
        for (const server of this.servers) if (server.isUp) await server.kill()
        break
      case 'restart-broker':
        for (const server of this.servers) if (!server.isUp) await server.restart()
        break
      case 'kill-subject':
        await this.subjects.killRunning()
        break
      default:
        fault satisfies never
    }
    this.run.emit({ kind: 'fault', state: 'fired', fault, text: said })
  }
}
