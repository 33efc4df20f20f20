/** What faults do to a subject in a process of its own: at frames, at commits, and to the broker beside it. */
import { describe, expect, test } from 'vitest'
import type { Actor } from '../actors/actor.ts'
import type { Lab } from './lab.ts'
import type { LabFault } from './lab-faults.ts'
import { openTestLab, until, watcher } from './test-labs.ts'

/** Books each message in a table of its own, then acks it. */
const consumer = `
import { connect } from 'amqplib'

export async function start(world) {
  const database = world.openDatabase('book')
  database.exec('CREATE TABLE IF NOT EXISTS booked (body TEXT)')
  const book = database.prepare('INSERT INTO booked VALUES (?)')
  const connection = await connect(world.amqpUrl, { noDelay: true })
  const channel = await connection.createChannel()
  await channel.prefetch(1)
  await channel.consume(world.name('work'), (message) => {
    if (message === null) return
    book.run(message.content.toString())
    channel.ack(message)
  })
  return {
    stop: () => connection.close(),
    booked: () => database.prepare('SELECT body FROM booked ORDER BY rowid').pluck().all(),
  }
}
`
// Beside the repository's modules: a temporary folder has no node_modules of its own.
const source = consumer.replace("'amqplib'", JSON.stringify(import.meta.resolve('amqplib')))

async function openWithWork(...bodies: string[]): Promise<{ lab: Lab; work: string }> {
  const lab = await openTestLab({ 'consumer.ts': source })
  const work = lab.name('work')
  const channel = await lab.observer.channel()
  await channel.assertQueue(work, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  for (const body of bodies)
    await lab.observer.publish({ exchange: '', routingKey: work, body, messageId: body })
  return { lab, work }
}

const fault = (when: LabFault['when'], what: LabFault['what']): LabFault => ({
  name: 'test',
  text: { en: 'a fault', vi: 'một lỗi' },
  lane: 'consumer',
  when,
  what,
})
const acked = (nth: number) => ({ direction: 'to-broker', method: 'basic.ack', nth }) as const
const booked = (actor: Actor) => actor.call('booked') as Promise<string[]>

/** What is booked once all messages are settled, by a consumer that has started again. */
async function afterRestart(lab: Lab): Promise<string[]> {
  const again = await lab.start('consumer.ts', 'consumer')
  await until(async () => (await lab.inspect()).queues.every(({ ready, unacked }) => ready + unacked === 0))
  return booked(again)
}

describe('a subject that is killed', () => {
  // The queue is filled when the fault is in place, so that it is the consumer's very first message that counts.
  test.each<[string, (actor: Actor) => LabFault, string[]]>([
    [
      'before its ack has arrived is given the message again',
      (subject) => fault(acked(1), { kind: 'kill-subject', subject }),
      ['a', 'a', 'b'],
    ],
    [
      'after its ack is handled is not',
      (subject) => fault(acked(1), { kind: 'kill-subject', subject, side: 'after' }),
      ['a', 'b'],
    ],
    [
      'before its commit has booked nothing, and is given the message again',
      (subject) =>
        fault(
          { point: 'commit', side: 'before', fields: { database: 'book' } },
          { kind: 'kill-subject', subject },
        ),
      ['a', 'b'],
    ],
    [
      'after its commit has booked it, and is given the message again',
      (subject) => fault({ point: 'commit', side: 'after' }, { kind: 'kill-subject', subject }),
      ['a', 'a', 'b'],
    ],
  ])('%s', async (_name, faultFor, expected) => {
    const { lab, work } = await openWithWork()
    const actor = await lab.start('consumer.ts', 'consumer')
    const placed = await lab.place(faultFor(actor))
    for (const body of ['a', 'b']) await lab.observer.publish({ exchange: '', routingKey: work, body })

    await lab.fired(placed, { en: 'it never acked', vi: 'chưa hề ack' })
    expect(actor.state).toBe('killed')

    expect(await afterRestart(lab)).toEqual(expected)
  })
})

describe('a subject that is frozen', () => {
  test.skipIf(process.platform === 'win32')(
    'does nothing until it is released, and loses nothing',
    async () => {
      const { lab, work } = await openWithWork()
      const actor = await lab.start('consumer.ts', 'consumer')
      const placed = await lab.place(
        fault(
          { direction: 'to-client', method: 'basic.deliver' },
          { kind: 'freeze-subject', subject: actor },
        ),
      )
      await lab.observer.publish({ exchange: '', routingKey: work, body: 'a' })
      await lab.fired(placed, { en: 'nothing was delivered', vi: 'không có gì được giao' })
      await until(async () => (await lab.inspect()).queues.some(({ unacked }) => unacked === 1))
      const frames = await lab.frames('consumer')
      expect(frames.filter(({ method }) => method === 'basic.ack')).toEqual([])

      placed.release()

      await until(() => frames.some(({ method }) => method === 'basic.ack'))
      expect(await booked(actor)).toEqual(['a'])
    },
  )
})

test('a broker that is killed after a frame has kept what it had handled', async () => {
  const { lab } = await openWithWork('a', 'b')
  const placed = await lab.place(fault(acked(1), { kind: 'kill-broker', side: 'after' }))
  const actor = await lab.start('consumer.ts', 'consumer')
  await lab.fired(placed, { en: 'it never acked', vi: 'chưa hề ack' })
  await actor.kill()
  await lab.restartBroker()

  const again = await lab.start('consumer.ts', 'consumer')
  await until(async () => (await lab.inspect()).queues.every(({ ready, unacked }) => ready + unacked === 0))

  expect(await booked(again)).toEqual(['a', 'b'])
})

describe('points', () => {
  test('are told to whoever watches, and remembered', async () => {
    const { run, events } = watcher()
    const lab = await openTestLab({}, run)
    const database = (await lab.world('consumer')).openDatabase('ledger')
    database.exec('CREATE TABLE entries (id INTEGER)')
    await lab.reach({ name: 'card-gateway', side: 'before', fields: { call: 'capture' } })
    database.close()

    const expected = [
      ['consumer', 'commit', 'before'],
      ['consumer', 'commit', 'after'],
      ['lab', 'card-gateway', 'before'],
    ]
    expect(lab.points.map(({ lane, name, side }) => [lane, name, side])).toEqual(expected)
    const told = events.flatMap((event) =>
      event.kind === 'point' ? [[event.lane, event.point, event.side]] : [],
    )
    expect(told).toEqual(expected)
  })

  test('are told apart by their lane, where a fault names it', async () => {
    const lab = await openTestLab()
    const what = { kind: 'do', action: () => Promise.resolve() } as const
    const placed = await lab.place(
      fault({ point: 'card-gateway', side: 'before', fields: { lane: 'consumer' } }, what),
    )

    await lab.reach({ name: 'card-gateway', side: 'before', fields: {} }, 'producer')
    expect(placed.state).toBe('placed')
    await lab.reach({ name: 'card-gateway', side: 'before', fields: {} }, 'consumer')
    expect(placed.state).not.toBe('placed')
  })

  test('of a subject inside the check can carry no fault, which judges nobody', async () => {
    const lab = await openTestLab()
    const placed = await lab.place(fault({ point: 'commit', side: 'after' }, { kind: 'hold' }))
    const database = (await lab.world('consumer')).openDatabase('ledger')
    database.exec('CREATE TABLE entries (id INTEGER)')
    database.close()

    await expect(lab.fired(placed, { en: 'never', vi: 'chưa' })).rejects.toMatchObject({
      name: 'CannotTell',
      message: 'a fault at commit needs a subject with a process of its own',
    })
  })
})
