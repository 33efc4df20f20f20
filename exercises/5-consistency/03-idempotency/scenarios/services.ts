/** Starts what the learner wrote, and asks it. */
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import type { Running, World } from '#lab/subject'
import { text } from '#lab/verdict/language'
import { queue } from './events.ts'

interface Api extends Running {
  port(): number
}

interface ApiModule {
  start(world: World): Promise<Api>
}

export const chargerFile = 'charger.ts'
export const apiFile = 'api.ts'
export const unprotectedFile = 'unprotected.ts'
export const msMax = 12_000
export const inspectEveryMs = 15

/** Waits until payments.charge is empty and nothing of it is out. */
export async function drained(lab: Lab, file: string): Promise<void> {
  await lab.until(
    text(
      'payments.charge was never done: a message stayed in it, or unacknowledged',
      'payments.charge mãi không xong: còn message nằm lại, hoặc chưa được ack',
    ),
    async () => (await countIn(lab, queue)) === 0,
    { withinMs: msMax, everyMs: inspectEveryMs, at: { file, near: ['.ack(', '.consume('] } },
  )
}

export async function apiOf(lab: Lab): Promise<Api> {
  const { start } = await lab.subject.load<ApiModule>(apiFile, ['start'])
  const started = await lab.finished(
    start(await lab.world('producer')),
    text('start()', 'start()'),
    { file: apiFile },
    msMax,
  )
  const api = lab.subject.guard<Api>(started, ['stop', 'port'], apiFile)
  lab.defer(() => api.stop())
  return api
}

export async function post(
  lab: Lab,
  port: number,
  body: object,
  idempotencyKey: string | undefined,
): Promise<{ status: number; payment_id: unknown }> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/payments`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(msMax / 2),
    })
    const answer = (await response.json().catch(() => ({}))) as { payment_id?: unknown }
    return { status: response.status, payment_id: answer.payment_id }
  } catch (error) {
    throw lab.breaks(
      text(
        `POST /payments on port ${port} had no answer: ${String(error)}`,
        `POST /payments ở cổng ${port} không có câu trả lời: ${String(error)}`,
      ),
      { file: apiFile, near: ['.post(', '.listen('] },
    )
  }
}
