/**
 * What stands between a request and its handler: injected answers and the request log. As long as there is neither, a
 * request goes straight to its handler.
 */
import type { Clock } from '../../clock.ts'
import type { Answer, Call, Handler } from '../handlers/handler.ts'
import { handlers } from '../handlers/handlers.ts'
import type { Message, RequestOf, ResponseOf } from '../wire/schema.ts'
import { errorAnswer } from './error-answer.ts'
import { errorCodeOf, Injections } from './injection.ts'
import type { InjectedAnswer } from './injection-schema.ts'
import { RequestLog } from './request-log.ts'

type AnyAnswer = Answer<ResponseOf<Message>>

const METADATA = 3

export class Interception {
  readonly injections = new Injections(handlers.map(({ message }) => message.name))
  readonly log = new RequestLog()
  readonly #clock: Clock

  constructor(realClock: Clock) {
    this.#clock = realClock
  }

  /** What the client gets. */
  handle(handler: Handler, call: Call, request: RequestOf<Message>): AnyAnswer | Promise<AnyAnswer> {
    if (this.injections.isEmpty && !this.log.isOn) return handler.handle(call, request)
    const answer = this.#answer(handler, call, request)
    if (!this.log.isOn) return answer
    const atMs = this.#clock.now()
    const began = performance.now()
    const add = (settled: AnyAnswer) => {
      const tookMs = performance.now() - began
      this.log.add(call, handler.message, { request, answer: settled, atMs, tookMs })
      return settled
    }
    return answer instanceof Promise ? answer.then(add) : add(answer)
  }

  #answer(handler: Handler, call: Call, request: RequestOf<Message>): AnyAnswer | Promise<AnyAnswer> {
    const { message } = handler
    const injected = this.injections.take({
      message,
      nodeId: call.node.id,
      clientId: call.clientId,
      request,
    })
    if (injected === undefined) return handler.handle(call, request)
    if ('request' in injected) return 'close'
    if ('delayMs' in injected) return this.#later(injected.delayMs, () => handler.handle(call, request))
    if ('error' in injected && message.key !== METADATA)
      return errorAnswer(message, call.version, request, errorCodeOf(injected.error))
    const answer = handler.handle(call, request)
    return answer instanceof Promise
      ? answer.then((settled) => changed(settled, injected))
      : changed(answer, injected)
  }

  #later(delayMs: number, act: () => AnyAnswer | Promise<AnyAnswer>): Promise<AnyAnswer> {
    return new Promise((resolve, reject) => {
      this.#clock.at(this.#clock.now() + delayMs, () => {
        try {
          resolve(act())
        } catch (error) {
          reject(error)
        }
      })
    })
  }
}

function changed(answer: AnyAnswer, injected: InjectedAnswer): AnyAnswer {
  if ('reply' in injected) return injected.reply === 'reset' ? 'close' : 'nothing'
  if (answer === 'nothing' || answer === 'close') return answer
  if ('throttleMs' in injected) return { ...answer, throttleTimeMs: injected.throttleMs }
  if ('error' in injected) return withTopicErrors(answer, errorCodeOf(injected.error))
  return answer
}

/** Without nodes an answer to Metadata is of no use to a client, so only the topics are refused. */
function withTopicErrors(answer: ResponseOf<Message>, errorCode: number): ResponseOf<Message> {
  const { topics } = answer as { topics: readonly object[] }
  return { ...answer, topics: topics.map((topic) => ({ ...topic, errorCode, partitions: [] })) }
}
