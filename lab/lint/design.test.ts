/** A sound design has no findings; each way of tying services together is found, and nothing else beside it. */
import { describe, expect, test } from 'vitest'
import { type Carrier, type DesignData, isPastTense, lintDesign } from './design.ts'
import { compareFlow, drawFlow } from './flow.ts'
import { readFlowchart } from './flowchart.ts'

type Draft = {
  services: {
    name: string
    owns: string[]
    waitsFor: string[]
    handles: {
      on: string
      reads?: string[]
      writes: string[]
      needs: string[]
      publishes: { message: string; when: string }[]
      remembers: string[]
    }[]
  }[]
  events: { name: string; carrier: Carrier; key?: string; tells: string; carries: Record<string, string> }[]
  commands: { name: string; carrier: Carrier; carries: Record<string, string> }[]
}

function sound(): Draft {
  return {
    services: [
      {
        name: 'orders',
        owns: ['order'],
        waitsFor: [],
        handles: [
          {
            on: 'PlaceOrder',
            writes: ['order'],
            needs: ['order_id'],
            publishes: [{ message: 'OrderPlaced', when: 'always' }],
            remembers: ['order_id'],
          },
        ],
      },
      {
        name: 'mail',
        owns: ['sent'],
        waitsFor: [],
        handles: [
          {
            on: 'OrderPlaced',
            writes: ['sent'],
            needs: ['order_id'],
            publishes: [],
            remembers: ['order_id'],
          },
        ],
      },
    ],
    events: [
      {
        name: 'OrderPlaced',
        carrier: 'kafka',
        key: 'order_id',
        tells: 'order',
        carries: { order_id: 'text' },
      },
    ],
    commands: [{ name: 'PlaceOrder', carrier: 'rabbitmq', carries: { order_id: 'text' } }],
  }
}

const [orders, mail] = [0, 1] as const
const at = (draft: Draft, service: number) => draft.services[service] as Draft['services'][number]
const work = (draft: Draft, service: number) =>
  at(draft, service).handles[0] as Draft['services'][number]['handles'][number]

test('a sound design has no findings', () => {
  expect(lintDesign(sound())).toEqual([])
})

describe('a finding', () => {
  test.each<[string, string, (draft: Draft) => void]>([
    ['twice', 'order', (draft) => void at(draft, mail).owns.push('order')],
    ['unknown', 'refund', (draft) => void work(draft, mail).writes.push('refund')],
    ['shared-table', 'order', (draft) => Object.assign(work(draft, mail), { reads: ['order'] })],
    ['waits', 'mail', (draft) => void at(draft, mail).waitsFor.push('orders')],
    ['unheard', 'OrderPlaced', (draft) => Object.assign(at(draft, mail), { handles: [] })],
    ['missing-field', 'OrderPlaced', (draft) => void work(draft, mail).needs.push('amount')],
    ['unremembered', 'OrderPlaced', (draft) => Object.assign(work(draft, mail), { remembers: [] })],
    ['unremembered', 'PlaceOrder', (draft) => Object.assign(work(draft, orders), { remembers: ['attempt'] })],
    ['not-the-owner', 'OrderPlaced', (draft) => Object.assign(draft.events[0] ?? {}, { tells: 'sent' })],
    [
      'many-handlers',
      'PlaceOrder',
      (draft) => void at(draft, mail).handles.push({ ...work(draft, mail), on: 'PlaceOrder' }),
    ],
    [
      'no-handler',
      'CancelOrder',
      (draft) => void draft.commands.push({ name: 'CancelOrder', carrier: 'rabbitmq', carries: {} }),
    ],
    ['missing-field', 'OrderPlaced', (draft) => Object.assign(draft.events[0] ?? {}, { key: 'wallet_id' })],
    [
      'cycle',
      'OrderPlaced',
      (draft) => void work(draft, mail).publishes.push({ message: 'OrderPlaced', when: 'always' }),
    ],
  ])('%s about %s', (kind, about, spoil) => {
    const draft = sound()
    spoil(draft)

    expect(lintDesign(draft)).toContainEqual(expect.objectContaining({ kind, about }))
  })

  test('says nothing about the key of what lies in no partition', () => {
    const draft = sound()
    Object.assign(draft.events[0] ?? {}, { carrier: 'rabbitmq', key: 'wallet_id' })

    expect(lintDesign(draft)).toEqual([])
  })

  test('says that a table changes and nobody is told', () => {
    const draft = sound()
    at(draft, orders).handles.push({ ...work(draft, mail), writes: ['order'] })

    expect(lintDesign(draft).map(({ kind, about }) => [kind, about])).toEqual([['silent-write', 'order']])
  })

  test('says that two tell the same', () => {
    const draft = sound()
    at(draft, mail).handles.push({ ...work(draft, orders), on: 'OrderPlaced', writes: [] })

    expect(lintDesign(draft).map(({ kind }) => kind)).toEqual(['two-publishers', 'cycle'])
  })
})

describe('the tense of a name', () => {
  test.each([
    ['TransactionCreated', true],
    ['transaction.created', true],
    ['transaction-created.v2', true],
    ['MoneyWithdrawn', true],
    ['ReceiptSent', true],
    ['BalanceUpdated', true],
    ['NotificationRequested', true],
    ['UpdateBalance', false],
    ['SendReceipt', false],
    ['SendReceiptRequested', false],
    ['BalanceUpdate', false],
    ['PaymentProcessing', false],
    ['Created', true],
    ['TransferCompleted', true],
    ['RefundRequested', true],
    ['ChargeTimedOut', true],
    ['MoneySentBack', true],
    ['BalanceChangedEvent', true],
    ['TransactionBookedV2', true],
    ['transaction_booked', true],
    ['LogOut', false],
    ['', false],
  ])('%s has happened: %s', (name, expected) => {
    expect(isPastTense(name)).toBe(expected)
  })
})

describe('a drawing', () => {
  const read = (...lines: readonly string[]) => {
    const found = readFlowchart(['```mermaid', 'flowchart LR', ...lines, '```'].join('\n'))
    if (found === undefined) throw new Error('no flowchart was read')
    return found
  }
  const design: DesignData = sound()

  test('that is made from the design agrees with it', () => {
    const drawn = read(...drawFlow(design).split('\n').slice(1))

    expect(compareFlow(design, drawn)).toEqual({ missing: [], invented: [], unnamed: [], agreed: 2 })
  })

  test('may have the messages as nodes', () => {
    const drawn = read('app -- PlaceOrder --> orders', 'orders --> e[["OrderPlaced"]]', 'e --> mail')

    expect(compareFlow(design, drawn)).toMatchObject({ missing: [], invented: [], agreed: 2 })
  })

  test('lacks what it does not name, and invents what is not so', () => {
    const drawn = read('app -- PlaceOrder --> orders', 'orders --> mail', 'mail -- OrderPlaced --> orders')

    expect(compareFlow(design, drawn)).toEqual({
      missing: [{ from: 'orders', message: 'OrderPlaced', to: 'mail' }],
      invented: [{ from: 'mail', message: 'OrderPlaced', to: 'orders' }],
      unnamed: [{ from: 'orders', to: 'mail' }],
      agreed: 1,
    })
  })
})
