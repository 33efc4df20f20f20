/** A task's scenario as a process that is watched: what it says line by line, what it obeys. Its ends: play.whole.test.ts. */
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
