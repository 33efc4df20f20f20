/** A task's scenario as a process that is watched: what it says line by line, what it obeys, and each of its ends. */
import { expect, test } from 'vitest'
import { until } from './test-labs.ts'
import { act, play, said } from './test-play.ts'
import { layOutTask } from './test-tasks.ts'

test('plays a reference to its end, in valid events, the last of which is the end', async () => {
  const played = play('exercises/3-mq/01-rabbitmq-setup', { MQ_SUBJECT: 'solutions', MQ_SEED: '7' })

  expect(await played.ended).toBe(0)

  expect(played.errors).toEqual([])
  expect(played.left()).toEqual([])
  expect(played.events.at(-1)).toMatchObject({ kind: 'end', outcome: 'played' })
  expect(played.events.filter(({ kind }) => kind === 'end')).toHaveLength(1)
  expect(new Set(played.events.map(({ kind }) => kind))).toEqual(
    new Set(['say', 'broker', 'run', 'connection', 'wire', 'end']),
  )
  expect(played.events.find(({ kind }) => kind === 'run')).toMatchObject({
    task: 'exercises/3-mq/01-rabbitmq-setup',
    subject: 'solutions/3-mq/01-rabbitmq-setup',
    circumstances: { seed: 7 },
  })
  const times = played.events.map(({ atMs }) => atMs)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

test('obeys a hand on the run', async () => {
  const scenario =
    "lab.say('ready', 'xong'); await lab.until({ en: 'x', vi: 'x' }, () => lab.inspect().then(() => false, () => true)); await lab.restartBroker()"
  const played = play(layOutTask({ 'run.ts': act(scenario) }))
  await until(() => said(played).includes('ready'))

  played.send({ command: 'fault', fault: 'kill-broker' })

  expect(await played.ended).toBe(0)
  expect(played.events.flatMap((event) => (event.kind === 'broker' ? [event.state] : []))).toEqual([
    'ready',
    'killed',
    'ready',
  ])
  expect(played.events.at(-1)).toMatchObject({ outcome: 'played' })
})

test('without a task it says how it is used', async () => {
  const played = play(undefined)

  expect(await played.ended).toBe(2)

  expect(played.errors.join('')).toContain('Usage: node lab/kit/play.ts')
  expect(played.events).toEqual([])
})

test('tells what its brokers look like where pictures are asked for, under the names that the learner wrote', async () => {
  const played = play('exercises/3-mq/01-rabbitmq-setup', { MQ_SUBJECT: 'solutions', MQ_PICTURES: '50' })

  expect(await played.ended).toBe(0)

  const pictures = played.events.flatMap((event) => (event.kind === 'snapshot' ? [event.snapshot] : []))
  expect(pictures.length).toBeGreaterThan(0)
  const names = pictures.flatMap((picture) =>
    picture.product === 'rabbitmq' ? picture.queues.map(({ name }) => name) : [],
  )
  expect(names).toContain('payments.work')
  // A broker at rest is told of once; each act has one of its own, empty at first.
  const told = played.events.flatMap((event) =>
    event.kind === 'run' ? ['act'] : event.kind === 'snapshot' ? [JSON.stringify(event.snapshot)] : [],
  )
  expect(told.filter((each, index) => each !== 'act' && each === told[index - 1])).toEqual([])
})

test('stops before it has begun, while the broker starts, and by a signal', async () => {
  const run = act("lab.say('playing', 'đang chơi'); await new Promise(() => {})")
  const early = play(layOutTask({ 'run.ts': run }))
  early.send({ command: 'stop' })
  expect(await early.ended).toBe(0)
  expect(early.left()).toEqual([])
  expect(early.events.at(-1)).toMatchObject({ kind: 'end', outcome: 'stopped' })

  const signalled = play(layOutTask({ 'run.ts': run }))
  await until(() => said(signalled).includes('playing'))
  signalled.child.kill('SIGTERM')
  expect(await signalled.ended).toBe(0)
  expect(signalled.left()).toEqual([])
  expect(signalled.events.at(-1)).toMatchObject({ kind: 'end', outcome: 'stopped' })
})

test('neither a closed input nor a closed output leaves it hanging', async () => {
  const deaf = play(layOutTask({ 'run.ts': act("lab.say('heard', 'đã nghe')") }))
  deaf.child.stdin.end()
  expect(await deaf.ended).toBe(0)
  expect(said(deaf)).toEqual(['Act one', 'heard'])

  const unread = play(
    layOutTask({
      'run.ts': act(
        "for (;;) { lab.say('x'.repeat(1000), 'x'); await new Promise((done) => setTimeout(done, 1)) }",
      ),
    }),
  )
  await until(() => said(unread).length > 1)
  unread.child.stdout.destroy()
  expect(await unread.ended).toBe(0)
  expect(unread.left()).toEqual([])
})

test.each([
  ['that nobody knows', 'nowhere', "the run's settings are not valid: MQ_ENGINE: "],
  ['that has no address', 'url', 'AMQP_URL'],
])('an engine %s is a matter of the set-up', async (_, engine, cause) => {
  const played = play(layOutTask({ 'run.ts': act('') }), { MQ_ENGINE: engine })

  expect(await played.ended).toBe(3)

  expect(said(played).at(-1)).toContain(cause)
  expect(played.events.at(-1)).toMatchObject({ kind: 'end', outcome: 'inconclusive' })
  expect(played.errors).toEqual([])
})

test('an error that nothing awaited is said, and ends no process', async () => {
  // The scenario goes on past the timer that throws: nothing else would tell it that this has happened.
  const run = act(
    "const { go } = await lab.subject.load('a.ts', ['go']); go(); await new Promise((done) => setTimeout(done, 20))",
  )
  const played = play(
    layOutTask({
      'run.ts': run,
      'a.ts': "export const go = () => {\n  setTimeout(() => { throw new Error('late') })\n}\n",
    }),
  )

  expect(await played.ended).toBe(0)

  expect(said(played).at(-1)).toMatch(/^an error got away .*: late \(.*07-task\/a\.ts:2\)$/)
  expect(played.events.at(-1)).toMatchObject({ kind: 'end', outcome: 'failed' })
})

test('a scenario with a defect is inconclusive', async () => {
  const played = play(layOutTask({ 'run.ts': act('undefined.x') }))

  expect(await played.ended).toBe(3)

  expect(said(played).at(-1)).toMatch(/^the check itself failed: /)
  expect(played.events.at(-1)).toMatchObject({ outcome: 'inconclusive' })
})

test('says where an endless loop of the subject is, and ends', async () => {
  const folder = layOutTask({
    'spin.ts': 'export async function spin(): Promise<void> {\n  for (;;) {}\n}\n',
    'run.ts': act("await (await lab.subject.load('spin.ts', ['spin'])).spin()"),
  })
  const played = play(folder)

  await played.ended

  expect(said(played).at(-1)).toMatch(/^your code kept the event loop busy for 2 s .*spin\.ts:2\)$/)
  expect(played.events.at(-1)).toMatchObject({ kind: 'end', outcome: 'failed' })
})

test('stops when it is told to, in the middle of an act that waits', async () => {
  const played = play(
    layOutTask({ 'run.ts': act("lab.say('waiting', 'đang chờ'); await new Promise(() => {})") }),
  )
  await until(() => said(played).includes('waiting'))

  played.send({ command: 'stop' })

  expect(await played.ended).toBe(0)
  expect(played.events.at(-1)).toMatchObject({ kind: 'end', outcome: 'stopped' })
})

test('a starter says what is left to do, and where', async () => {
  const run = act("const { go } = await lab.subject.load('a.ts', ['go']); await go()")
  const played = play(
    layOutTask({
      'run.ts': run,
      'a.ts': "export const go = async () => {\n  throw new Error('TODO: open it')\n}\n",
    }),
  )

  expect(await played.ended).toBe(0)

  expect(said(played).at(-1)).toMatch(/^go\(\) in a\.ts is still a TODO: open it \(.*07-task\/a\.ts:2\)$/)
  expect(played.events.at(-1)).toMatchObject({ kind: 'end', outcome: 'failed' })
})
