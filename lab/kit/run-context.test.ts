/** What a run takes from its environment, and what it tells whoever watches. */
import { afterEach, expect, test, vi } from 'vitest'
import type { RunCommand, RunEvent } from '../verdict/events.ts'
import { CannotTell } from './failure.ts'
import { RunContext } from './run-context.ts'

afterEach(() => void vi.unstubAllEnvs())

function environment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const name of ['MQ_ENGINE', 'MQ_SEED', 'MQ_RUN', 'MQ_LANG', 'LC_ALL', 'LC_MESSAGES', 'LANG'])
    vi.stubEnv(name, variables[name])
}

test('has its defaults where nothing, or nothing but an empty variable, is set', () => {
  for (const value of [undefined, '']) {
    environment({ MQ_ENGINE: value, MQ_SEED: value, MQ_RUN: value, MQ_LANG: value })
    const run = new RunContext()
    expect(run.engine).toBe('embedded')
    expect(String(run.seed)).toMatch(/^20\d{6}$/)
    expect(run.language).toBe('en')
    expect(run.isWatched).toBe(false)
  }
})

test('takes what is set', () => {
  environment({ MQ_ENGINE: 'docker', MQ_SEED: '7', MQ_LANG: 'vi' })
  expect(new RunContext()).toMatchObject({ engine: 'docker', seed: 7, language: 'vi' })
})

test.each([
  ['MQ_ENGINE', 'nowhere'],
  ['MQ_SEED', 'seven'],
  ['MQ_SEED', '-1'],
  ['MQ_SEED', '4294967296'],
  ['MQ_RUN', 'not an address'],
])('%s=%s makes no run, and is named', (name, value) => {
  environment({ [name]: value })
  expect(() => new RunContext()).toThrow(CannotTell)
  expect(() => new RunContext()).toThrow(`the run's settings are not valid: ${name}: `)
})

test('stamps events with its time, says nothing after the end, and lets listeners go', async () => {
  environment({})
  const events: RunEvent[] = []
  let command = (_: RunCommand): void => {}
  const run = new RunContext({
    send: (event) => void events.push(event),
    onCommand: (listener) => {
      command = listener
    },
    close: async () => {},
  })
  const heard: string[] = []
  const stop = run.onCommand((each) => heard.push(`one ${each.command}`))
  run.onCommand((each) => heard.push(`two ${each.command}`))

  command({ command: 'pause' })
  stop()
  command({ command: 'step' })
  run.emit({ kind: 'say', text: { en: 'x', vi: 'x' } })
  run.emit({ kind: 'end', outcome: 'played' })
  run.emit({ kind: 'say', text: { en: 'late', vi: 'muộn' } })
  await run.close()

  expect(heard).toEqual(['one pause', 'two pause', 'two step'])
  expect(events.map(({ kind }) => kind)).toEqual(['say', 'end'])
  expect(events[0]?.atMs).toBeLessThanOrEqual(events[1]?.atMs ?? 0)
  expect(run.isWatched).toBe(false)
})
