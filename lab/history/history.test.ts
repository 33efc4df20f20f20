/** What a history remembers, and in which order. */
import { describe, expect, it } from 'vitest'
import { History, messagesThat } from './history.ts'

const send = (message: string) => ({ by: 'caller', what: 'send', message })

describe('a history', () => {
  it('orders invocations and endings in one line', () => {
    let clock = 10
    const history = new History(() => clock++)
    const [a, b] = [history.invoke(send('a')), history.invoke(send('b'))]
    b.ok()
    a.unknown('the process died')

    expect(history.operations).toEqual([
      {
        ...send('a'),
        id: 1,
        ending: 'unknown',
        invokedAt: 1,
        endedAt: 4,
        endedMs: 11,
        reason: 'the process died',
      },
      { ...send('b'), id: 2, ending: 'ok', invokedAt: 2, endedAt: 3, endedMs: 10, reason: undefined },
    ])
  })

  it('lets an operation end once', () => {
    const history = new History()
    const operation = history.invoke(send('a'))
    operation.fail('refused')
    operation.ok()

    expect(history.operations[0]).toMatchObject({ ending: 'fail', reason: 'refused', endedAt: 2 })
  })

  it('finds the messages whose operations ended in one way, each once', () => {
    const history = new History()
    history.invoke(send('a')).unknown()
    history.invoke(send('a')).ok()
    history.invoke(send('a')).ok()
    history.invoke({ ...send('b'), what: 'book' }).ok()
    history.invoke(send('c'))

    expect(messagesThat(history.operations, { what: 'send', ended: 'ok' })).toEqual(['a'])
    expect(messagesThat(history.operations, { what: 'send', ended: 'pending' })).toEqual(['c'])
  })
})
