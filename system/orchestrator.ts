/** The orchestrator: it runs the saga of each payment, one command at a time, and keeps on disk how far it has come. */
import type { World } from '#lab/subject'
import { type SagaState, type SagaStep, sagaSteps } from '#payments/saga'
import type { SagaMessage } from '#payments/saga-message'
import { startSagaService, type Tell } from '#payments/saga-service'
import { openFactWriter } from './facts.ts'
import { type Move, type Saga, SagaBook } from './saga-book.ts'

/** What the rest of the system uses. */
export interface Orchestrator {
  /** How the saga of a payment stands; nothing for a payment that was never asked for. */
  state(paymentId: string): Promise<SagaState | undefined>
  stop(): Promise<void>
}

/** How often overdue answers are looked for. */
const tickMs = 50
/** The longest wait for an answer before it is asked for again. */
const waitMsMax = 60_000

export async function start(world: World): Promise<Orchestrator> {
  const database = world.openDatabase('orchestrator')
  const book = new SagaBook(database)

  /** Asks for a step, or to undo it, and notes until when an answer is due: in one transaction, so that a crash leaves both or none. */
  function ask(tell: Tell, saga: Saga, at: number, status: 'running' | 'compensating', attempts = 1): void {
    const step = stepAt(at)
    const { action } = status === 'running' ? step : (step.compensation ?? step)
    tell(action, saga.payment)
    wait(saga, { status, step: at, attempts })
  }

  /** Notes until when the answer is due. Twice as long each time: whoever is late because of too much work gets no more of it. */
  function wait(saga: Saga, { status, step, attempts }: Omit<Move, 'deadline'>): void {
    const waitMs = Math.min(waitMsMax, (saga.patienceMs ?? stepAt(step).timeoutMs) * 2 ** (attempts - 1))
    book.move(saga.payment.payment_id, { status, step, attempts, deadline: world.clock.now() + waitMs })
  }

  /** The end is a fact, told to whoever reads the topic. */
  function end(tell: Tell, saga: Saga, status: 'settled' | 'cancelled'): void {
    tell(`saga-${status}`, saga.payment)
    book.move(saga.payment.payment_id, { status, step: saga.step, attempts: 0, deadline: 0 })
  }

  /** Undoes step `at` and, answer by answer, those before it: in reverse, so that nothing is given back on which a later step rests. */
  function undo(tell: Tell, saga: Saga, at: number): void {
    const { payment_id } = saga.payment
    for (let index = at; index >= 0; index -= 1) {
      const { name, compensation } = stepAt(index)
      const isUnknown = index === saga.step && saga.status === 'running' && at === saga.step
      if (compensation === undefined || !(isUnknown || book.isDone(payment_id, name))) continue
      return ask(tell, saga, index, 'compensating')
    }
    // Not before the last participant has answered: "cancelled" is a promise that the money is back.
    end(tell, saga, 'cancelled')
  }

  function goOn(tell: Tell, saga: Saga): void {
    if (saga.step + 1 < sagaSteps.length) ask(tell, saga, saga.step + 1, 'running')
    else end(tell, saga, 'settled')
  }

  /** Only the answer that is due moves a saga. Late ones and repeated ones find it elsewhere, and change nothing. */
  function hear(tell: Tell, saga: Saga, { name, reason }: SagaMessage): void {
    const { payment_id } = saga.payment
    const step = stepAt(saga.step)
    if (saga.status === 'running' && name === step.done) {
      book.note(payment_id, step.name, 'completed')
      goOn(tell, saga)
    } else if (saga.status === 'running' && name === step.refused) {
      book.because(payment_id, reason)
      // After the pivot nothing turns back: that a customer can't be told is no reason to take the payment back.
      if (step.class === 'retriable') goOn(tell, saga)
      else undo(tell, saga, saga.step - 1)
    } else if (saga.status === 'compensating' && name === step.compensation?.done) {
      book.note(payment_id, step.name, 'compensated')
      undo(tell, saga, saga.step - 1)
    }
  }

  /** No answer in time says nothing about what happened: ask again; where that is given up, undo the step as if it were done. */
  function remind(tell: Tell, saga: Saga): void {
    const { payment, status, step, attempts } = saga
    // The question waits behind others to be sent. Another one behind it would make that worse, and nobody has had time to answer.
    if (!service.isTold(payment.payment_id)) wait(saga, saga)
    else if (status === 'running' && attempts >= stepAt(step).attemptsMax) {
      book.because(payment.payment_id, `no answer from ${stepAt(step).service}`)
      undo(tell, saga, step)
    } else if (status === 'running' || status === 'compensating') ask(tell, saga, step, status, attempts + 1)
  }

  function remindAll(tell: Tell, paymentIds: readonly string[]): void {
    for (const paymentId of paymentIds) {
      const saga = book.find(paymentId)
      if (saga !== undefined) remind(tell, saga)
    }
  }

  const facts = openFactWriter(world, 'orchestrator')
  const service = await startSagaService(world, {
    name: 'orchestrator',
    database,
    elsewhere: {
      takes: (type) => /^workbook\.saga\.saga-/.test(type),
      send: (message) => facts.write('sagas', message),
    },
    hears: ['payment-requested', ...sagaSteps.flatMap(answersTo)],
    handle(message, { commit }) {
      const { name, payment, patienceMs } = message
      commit((tell) => {
        if (name === 'payment-requested' && !book.begin(payment, patienceMs)) return
        const saga = book.find(payment.payment_id)
        if (saga === undefined) return
        if (name === 'payment-requested') ask(tell, saga, 0, 'running')
        else hear(tell, saga, message)
      })
    },
  })

  const stopping = new AbortController()
  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      const overdue = book.overdue(world.clock.now())
      // In one commit: a disk that is asked a thousand times has no time left for the answers.
      if (overdue.length > 0) service.commit((tell) => remindAll(tell, overdue))
      await world.clock.sleep(tickMs, stopping.signal).catch(() => {})
    }
  }
  const watching = watch()

  return {
    async state(paymentId) {
      return book.state(paymentId)
    },
    async stop() {
      stopping.abort()
      await watching
      await service.stop()
      await facts.close()
      database.close()
    },
  }
}

function stepAt(index: number): SagaStep {
  const step = sagaSteps[index]
  if (step === undefined) throw new Error(`the saga has no step ${index}`)
  return step
}

function answersTo({ done, refused, compensation }: SagaStep): string[] {
  return compensation === undefined ? [done, refused] : [done, refused, compensation.done]
}
