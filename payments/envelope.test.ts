/** Tests of the envelope: strict on the way out, tolerant on the way in. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Draft } from './envelope.ts'
import { EnvelopeError, open, seal, sealedSchema } from './envelope.ts'
import { seededSource } from './fixtures.ts'

const draft = {
  source: '/payments',
  type: 'workbook.payments.payment-requested.v1',
  subject: 'p-1',
  dataschema: 'https://workbook.example/schemas/payment-requested.v1.json',
  data: { greeting: 'xin chào' },
} satisfies Draft

const sealed = (more: object = {}) => seal({ ...draft, ...more }, seededSource(7))

function problemsOf(deed: () => unknown) {
  try {
    deed()
  } catch (error) {
    if (error instanceof EnvelopeError) return error.problems
    throw error
  }
  throw new Error('nothing was refused')
}

describe('sealing', () => {
  test('fills in what every envelope has, from the clock and the random source given', () => {
    const source = { clock: { now: () => Date.UTC(2026, 6, 19, 8) }, random: { next: () => 0 } }
    expect(seal(draft, source)).toEqual({
      ...draft,
      specversion: '1.0',
      id: '019f7963-a000-7000-8000-000000000000',
      time: '2026-07-19T08:00:00.000Z',
      datacontenttype: 'application/json',
    })
  })

  test('keeps id and time of an event that is sent again', () => {
    const { id, time } = sealed()
    const again = seal({ ...draft, id, time }, seededSource(8))
    expect(again).toEqual(sealed())
  })

  test('every attribute it knows has a name of lower-case letters and digits, 20 at most', () => {
    for (const name of Object.keys(sealedSchema.shape)) expect(name).toMatch(/^[a-z0-9]{1,20}$/)
  })

  test('takes the extension attributes', () => {
    const extensions = {
      partitionkey: 'p-1',
      sequence: '00000000000000000042',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      correlationid: 'case-1',
      causationid: 'command-1',
      aggregateversion: 1,
    }
    expect(sealed(extensions)).toMatchObject(extensions)
  })

  test.each([
    ['source', { source: '' }, '/source'],
    ['source', { source: 'pay ments' }, '/source'],
    ['type', { type: 'payment.requested' }, '/type'],
    ['type', { type: 'workbook.PaymentRequested.v1' }, '/type'],
    ['subject', { subject: '' }, '/subject'],
    ['time with an offset', { time: '2026-07-19T08:00:00.000+07:00' }, '/time'],
    ['time without a zone', { time: '2026-07-19T08:00:00.000' }, '/time'],
    ['dataschema', { dataschema: 'payment-requested' }, '/dataschema'],
    ['id', { id: 'first' }, '/id'],
    ['specversion', { specversion: '0.3' }, '/specversion'],
    ['sequence', { sequence: '42' }, '/sequence'],
    ['traceparent', { traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` }, '/traceparent'],
    ['aggregateversion', { aggregateversion: 0 }, '/aggregateversion'],
    ['aggregateversion', { aggregateversion: 2 ** 31 }, '/aggregateversion'],
    ['data', { data: { minor: 1n } }, '/data'],
    ['data', { data: undefined }, '/data'],
  ])('refuses a wrong %s: %o', (_, wrong, path) => {
    expect(problemsOf(() => sealed(wrong)).map((problem) => problem.path)).toEqual([path])
  })

  test('refuses an attribute that this version does not have, and says what to do', () => {
    expect(() => sealed({ correlationId: 'case-1' })).toThrow(
      'this event must not be sent: /correlationId is not part of this version; add it to the schema',
    )
  })

  test('reports everything that is wrong at once', () => {
    expect(problemsOf(() => sealed({ source: '', subject: '', note: 1 })).map(({ path }) => path)).toEqual([
      '/source',
      '/subject',
      '/note',
    ])
  })
})

describe('opening', () => {
  test('reads back what was sealed, as object, text or bytes', () => {
    const envelope = sealed()
    const text = JSON.stringify(envelope)
    expect(open(envelope)).toEqual(envelope)
    expect(open(text)).toEqual(envelope)
    expect(open(Buffer.from(text))).toEqual(envelope)
  })

  test("needs no more than the four required attributes, in any producer's style", () => {
    const least = { specversion: '1.0', id: 'A/7', source: 'urn:elsewhere', type: 'com.example.thing' }
    expect(open(least)).toEqual(least)
    expect(
      open({
        ...least,
        time: '2026-07-19T15:00:00+07:00',
        datacontenttype: 'application/vnd.thing+json; charset=utf-8',
      }),
    ).toBeTruthy()
  })

  test('an attribute of a later version is kept by the consumer and refused for the strict producer', () => {
    const known = new Set([...Object.keys(sealedSchema.shape), 'data_base64', '__proto__'])
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,19}$/).filter((each) => !known.has(each))
    // null is left out: in CloudEvents' JSON it means absent.
    const value = fc.oneof(fc.string(), fc.boolean(), fc.integer())
    fc.assert(
      fc.property(name, value, (added, content) => {
        const later = { ...sealed(), [added]: content }
        expect(open(JSON.stringify(later))).toEqual(later)
        expect(problemsOf(() => sealed({ [added]: content })).map(({ path }) => path)).toEqual([`/${added}`])
      }),
    )
  })

  test('takes null for absent, except as data', () => {
    const opened = open({ ...sealed(), traceparent: null, subject: null, data: null })
    expect(opened).not.toHaveProperty('traceparent')
    expect(opened).not.toHaveProperty('subject')
    expect(opened.data).toBeNull()
  })

  test('passes over a broken traceparent: tracing never stops a payment', () => {
    expect(open({ ...sealed(), traceparent: 42 }).traceparent).toBeUndefined()
  })

  test.each(['specversion', 'id', 'source', 'type'])('refuses an envelope without %s', (name) => {
    expect(problemsOf(() => open({ ...sealed(), [name]: undefined })).map(({ path }) => path)).toEqual([
      `/${name}`,
    ])
  })

  test.each([
    ['specversion', '0.3'],
    ['time', 'yesterday'],
    ['datacontenttype', 'application/xml'],
    ['aggregateversion', '7'],
    ['data_base64', 'AAEC'],
  ])('refuses %s %j', (name, wrong) => {
    expect(problemsOf(() => open({ ...sealed(), [name]: wrong })).map(({ path }) => path)).toEqual([
      `/${name}`,
    ])
  })

  test.each([
    ['{"specversion":', /is not JSON in UTF-8/],
    ['', /is not JSON in UTF-8/],
    [Uint8Array.of(0x22, 0xff, 0x22), /is not JSON in UTF-8/],
    ['[]', /cannot be read/],
    ['null', /cannot be read/],
    ['42', /cannot be read/],
  ])('refuses the content %j with an EnvelopeError', (content, message) => {
    expect(() => open(content)).toThrow(EnvelopeError)
    expect(() => open(content)).toThrow(message)
  })

  test('whatever the bytes, it answers with an envelope or an EnvelopeError', () => {
    const content = fc.oneof(fc.uint8Array(), fc.json(), fc.string())
    fc.assert(
      fc.property(content, (bytes) => {
        try {
          open(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(EnvelopeError)
        }
      }),
    )
  })
})
