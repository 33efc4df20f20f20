/** The execution of saga designs: a sound one survives everything that is played, and each planted mistake shows. */
import { describe, expect, it } from 'vitest'
import { crashPlaces, executeSaga, type SagaScenario, type SimulatedSaga } from './saga.ts'

/** Two steps, of which the second may refuse. */
const sound: SimulatedSaga = {
  key: '<payment_id>',
  steps: [
    {
      name: 'hold',
      service: 'wallet',
      class: 'compensatable',
      hears: ['hold-it'],
      done: 'held',
      key: '<payment_id>:hold',
      compensation: { hears: ['release-it'], done: 'released', key: '<payment_id>:release' },
      attemptsMax: 3,
    },
    {
      name: 'book',
      service: 'ledger',
      class: 'pivot',
      hears: ['book-it'],
      done: 'booked',
      refused: 'not-booked',
      key: '<payment_id>:book',
      attemptsMax: Number.POSITIVE_INFINITY,
    },
  ],
  states: {
    new: 'open',
    holding: 'open',
    booking: 'open',
    releasing: 'open',
    settled: 'settled',
    cancelled: 'cancelled',
  },
  transitions: [
    { from: 'new', on: 'payment-requested', to: 'holding', asks: 'hold-it' },
    { from: 'holding', on: 'held', to: 'booking', asks: 'book-it' },
    { from: 'holding', on: 'timeout', to: 'holding', asks: 'hold-it' },
    { from: 'holding', on: 'gave-up', to: 'releasing', asks: 'release-it' },
    { from: 'booking', on: 'booked', to: 'settled' },
    { from: 'booking', on: 'not-booked', to: 'releasing', asks: 'release-it' },
    { from: 'booking', on: 'timeout', to: 'booking', asks: 'book-it' },
    { from: 'releasing', on: 'released', to: 'cancelled' },
    { from: 'releasing', on: 'timeout', to: 'releasing', asks: 'release-it' },
  ],
  stored: ['payment', 'state', 'deadline', 'attempts'],
  commit: 'together',
}

describe('executing a saga', () => {
  it('settles when nothing is wrong, each step once', () => {
    const run = executeSaga(sound)
    expect([run.end, run.order, run.told]).toEqual([
      'settled',
      ['hold', 'book'],
      ['hold-it', 'held', 'book-it', 'booked'],
    ])
  })

  it('turns back when the pivot is refused', () => {
    const run = executeSaga(sound, { refuses: 'book' })
    expect([run.end, run.order]).toEqual(['cancelled', ['hold', '-hold']])
  })

  it('undoes a step of unknown outcome, also when it is done after all', () => {
    const run = executeSaga(sound, { silent: 'hold' })
    expect([run.end, run.order]).toEqual(['cancelled', ['hold', '-hold']])
  })

  it('waits for a pivot that is silent', () => {
    expect(executeSaga(sound, { silent: 'book' }).end).toBe('settled')
  })

  it.each(['hold-it', 'held', 'book-it', 'booked'])('asks again when %s is lost', (loses) => {
    expect(executeSaga(sound, { loses }).end).toBe('settled')
  })

  it('comes to its end wherever it crashes, in each order of its writes', () => {
    let runs = 0
    for (const commit of ['together', 'state-first', 'message-first']) {
      for (const scenario of [
        {},
        { refuses: 'book' },
        { loses: 'held' },
        { isTwice: true },
      ] as SagaScenario[]) {
        const { turns } = executeSaga({ ...sound, commit }, scenario)
        for (let turn = 1; turn <= turns; turn += 1) {
          for (const at of crashPlaces) {
            const run = executeSaga({ ...sound, commit }, { ...scenario, crash: { turn, at } })
            const shown = JSON.stringify({ commit, scenario, turn, at })
            expect(run.end, shown).toBe(scenario.refuses === undefined ? 'settled' : 'cancelled')
            expect(
              [...run.done.values()].every((times) => times === 1),
              shown,
            ).toBe(true)
            runs += 1
          }
        }
      }
    }
    expect(runs).toBeGreaterThan(80)
  })

  it.each<[string, Partial<SimulatedSaga>, SagaScenario]>([
    ['a deadline', { stored: ['payment', 'state'] }, { loses: 'hold-it', crash: { turn: 1, at: 'after' } }],
    ['its state', { stored: ['payment', 'deadline'] }, { crash: { turn: 1, at: 'after' } }],
    ['its payment', { stored: ['state', 'deadline'] }, { crash: { turn: 2, at: 'before' } }],
  ])('gets stuck when %s is not stored', (_, change, scenario) => {
    expect(executeSaga({ ...sound, ...change }, scenario).end).toBe('open')
  })

  it('books what is given up when the command was sent before the state was stored', () => {
    const ends = (commit: string) => {
      const scenario = { silent: 'hold' }
      const { turns } = executeSaga({ ...sound, commit }, scenario)
      return Array.from({ length: turns }, (_, at) =>
        executeSaga({ ...sound, commit }, { ...scenario, crash: { turn: at + 1, at: 'between' } }),
      ).filter(({ end, undone }) => end === 'settled' && undone.size > 0).length
    }
    expect(ends('message-first')).toBeGreaterThan(0)
    expect([ends('together'), ends('state-first')]).toEqual([0, 0])
  })

  it('does a step twice whose key changes between attempts', () => {
    const [hold, book] = sound.steps
    if (hold === undefined || book === undefined) throw new Error('no steps')
    const changing = { ...sound, steps: [{ ...hold, key: '<payment_id>:<attempt>' }, book] }
    expect(executeSaga(changing, { loses: 'held' }).done.get('hold')).toBe(2)
  })

  it('takes a compensation under the key of its action for that action', () => {
    const [hold, book] = sound.steps
    if (hold?.compensation === undefined || book === undefined) throw new Error('no steps')
    const shared = { ...hold, compensation: { ...hold.compensation, key: hold.key } }
    const run = executeSaga({ ...sound, steps: [shared, book] }, { refuses: 'book' })
    expect([run.end, run.undone.get('hold')]).toEqual(['cancelled', undefined])
  })

  it('has two sagas of one payment when its key is the message', () => {
    expect(executeSaga({ ...sound, key: '<message_id>' }, { isTwice: true }).sagas).toBe(2)
  })
})
