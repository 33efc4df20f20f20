/** Histories of a service that dies: payments and a transfer go through RabbitMQ to a process that is killed at each of them, and so is the broker. */
import type { WalletHistory, WalletOperation } from '#lab/checkers/wallet-anomalies'
import type { Lab } from '#lab/kit'
import { countIn } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { type Order, sagaSteps } from './actors/service.ts'

/** The service that is played: files of `experiments/actors`. */
export const services = ['sound', 'acknowledges-first', 'remembers-nothing', 'remembers-too-early'] as const
export type Service = (typeof services)[number]

export interface Crashed {
  readonly history: WalletHistory
  readonly kills: number
}

const msMax = 12_000
const inspectEveryMs = 15
/** Only what never comes is waited for so long. */
const effectMsMax = 600
/** Ids of operations of one service begin there. */
const idsEach = 100

type Fault =
  | 'none'
  | 'before the commit'
  | 'before the ack'
  | 'within the transfer'
  | 'broker'
  | 'lost confirm'

/** Plays one service through its crashes; `round` tells several rounds in one lab apart. */
export async function crashedHistory(lab: Lab, service: Service, round = 0): Promise<Crashed> {
  const channel = await lab.observer.channel()
  await channel.assertQueue(lab.name('orders'), { durable: true })
  await channel.close()
  const file = `experiments/actors/${service}.ts`
  const first = (round * services.length + services.indexOf(service)) * idsEach
  const wallet = `wallet-${service}-${round}`
  const operations: WalletOperation[] = []
  let actor = await lab.start(file, 'consumer')
  const books = lab.openDatabase('books')
  const entriesOf = (operation: number) =>
    books
      .prepare(
        'SELECT operation, wallet, amount_minor, version FROM entry WHERE operation = ? ORDER BY position',
      )
      .all(operation) as { operation: number; wallet: string; amount_minor: number; version: number }[]
  const stepsOf = (operation: number) =>
    books.prepare('SELECT name FROM step WHERE operation = ?').pluck().all(operation) as string[]

  const drained = (): Promise<unknown> =>
    lab.until(
      text('an order stayed in its queue', 'có lệnh nằm lại trong queue'),
      async () => (await countIn(lab, 'orders')) === 0,
      { whose: 'lab', withinMs: msMax, everyMs: inspectEveryMs },
    )

  let kills = 0
  async function order(does: Order['does'], fault: Fault): Promise<void> {
    const id = first + operations.length + 1
    const sent = { operation: id, does, wallet, amount_minor: 1000 + id }
    const invokedMs = Math.round(lab.run.now())
    let ending: WalletOperation['ending'] = 'ok'
    const kill = await killAt(fault)
    if (fault === 'broker') {
      await lab.killSubject(actor)
      kills += 1
    }
    if (fault === 'lost confirm') ending = await sendUnanswered(lab, sent)
    else
      await lab.observer.publish({ exchange: '', routingKey: lab.name('orders'), body: JSON.stringify(sent) })
    const endedMs = Math.round(lab.run.now())
    if (fault === 'broker') {
      await lab.killBroker()
      await lab.restartBroker()
      kills += 1
    }
    if (kill !== undefined) {
      await lab.until(
        text('the service was not killed', 'service không bị kill'),
        () => kill.state === 'fired',
        {
          whose: 'lab',
          withinMs: msMax,
        },
      )
      await kill.fired
      kills += 1
    }
    if (kill !== undefined || fault === 'broker') actor = await lab.start(file, 'consumer')
    await drained()
    const hasEffect = () =>
      does === 'pay' ? entriesOf(id).length > 0 : stepsOf(id).length === sagaSteps.length
    const deadline = performance.now() + effectMsMax
    while (!hasEffect() && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5))
    const version = does === 'pay' ? entriesOf(id)[0]?.version : undefined
    const operation = { id, client: 'shop', does, wallet, invokedMs, endedMs, ending }
    operations.push(ending === 'ok' && version !== undefined ? { ...operation, version } : operation)
  }

  async function killAt(fault: Fault) {
    const what = { kind: 'kill-subject', subject: actor } as const
    const said = text('the service is killed here (SIGKILL)', 'service bị kill tại đây (SIGKILL)')
    const commit = { point: 'commit', fields: { database: 'books' } } as const
    switch (fault) {
      case 'before the commit':
        return await lab.place({ name: fault, text: said, when: { ...commit, side: 'before' }, what })
      case 'within the transfer':
        return await lab.place({ name: fault, text: said, when: { ...commit, side: 'after', nth: 2 }, what })
      case 'before the ack':
        return await lab.place({
          name: fault,
          text: said,
          lane: 'consumer',
          when: { direction: 'to-broker', method: 'basic.ack' },
          what,
        })
      default:
        return undefined
    }
  }

  await order('pay', 'none')
  await order('pay', 'before the commit')
  await order('pay', 'before the ack')
  await order('saga', 'within the transfer')
  // Once is enough: a broker takes its time to come back.
  if (service === 'sound') await order('pay', 'broker')
  await order('pay', 'lost confirm')
  await lab.killSubject(actor)
  const history: WalletHistory = {
    operations,
    entries: operations.flatMap(({ id }) => entriesOf(id)),
    sagas: operations
      .filter(({ does }) => does === 'saga')
      .map(({ id }) => ({ operation: id, steps: sagaSteps, done: stepsOf(id), undone: [] })),
  }
  return { history, kills }
}

/** The broker has it, and its confirm is lost with the connection: who sent it can't know. */
async function sendUnanswered(lab: Lab, order: Order): Promise<'ok' | 'unknown'> {
  const client = await lab.client('producer')
  const channel = await client.createConfirmChannel()
  channel.on('error', () => {})
  const lost = await lab.place({
    name: 'lost confirm',
    text: text('the confirm is lost with the connection', 'confirm bị mất cùng kết nối'),
    lane: 'producer',
    when: { direction: 'to-broker', method: 'basic.publish' },
    what: { kind: 'drop-reply' },
  })
  const ending = await new Promise<'ok' | 'unknown'>((resolve) => {
    const body = Buffer.from(JSON.stringify(order))
    channel.sendToQueue(lab.name('orders'), body, { persistent: true }, (error: unknown) =>
      resolve(error === null ? 'ok' : 'unknown'),
    )
  })
  await lost.fired
  return ending
}
