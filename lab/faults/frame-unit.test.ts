/** Methods joined with their content. */
import { describe, expect, it } from 'vitest'
import { encodeMethodFrame } from '#brokers/amqp/wire'
import { bodyOf, UnitAssembler } from './frame-unit.ts'
import { ack, decode, deliver, heartbeat, publish } from './test-frames.ts'

const bodyBytesMax = 4_096

function assemble(bytes: Buffer) {
  const assembler = new UnitAssembler(bodyBytesMax)
  return decode(bytes).map((frame) => assembler.take(frame))
}

describe('a unit', () => {
  it('is a method without content as it stands', () => {
    const [only] = assemble(ack(3, 7, true))

    expect(only?.isLast).toBe(true)
    expect(only?.unit).toMatchObject({
      channel: 3,
      method: 'basic.ack',
      fields: { deliveryTag: 7, multiple: true },
    })
  })

  it('joins a method with its header and all its body frames, and is complete with the last', () => {
    const body = Buffer.alloc(9_000, 'x')
    const frames = assemble(publish(1, 'm1', body))

    expect(frames.map(({ isLast }) => isLast)).toEqual([false, false, false, false, true])
    expect(new Set(frames.map(({ unit }) => unit)).size).toBe(1)
    expect(frames[0]?.unit).toMatchObject({
      properties: { messageId: 'm1' },
      bodySize: 9_000,
      isComplete: true,
    })
  })

  it('is complete with the header when the body is empty', () => {
    expect(assemble(publish(1, 'm1')).map(({ isLast }) => isLast)).toEqual([false, true])
  })

  it('keeps a small body whole and a large one not at all', () => {
    const small = assemble(publish(1, undefined, Buffer.alloc(bodyBytesMax, 'a'))).at(-1)
    const large = assemble(publish(1, undefined, Buffer.alloc(bodyBytesMax + 1, 'b'))).at(-1)

    expect(small && bodyOf(small.unit, bodyBytesMax)).toEqual(Buffer.alloc(bodyBytesMax, 'a'))
    expect(large && bodyOf(large.unit, bodyBytesMax)).toBeUndefined()
  })

  it('is found again when contents of two channels and a heartbeat are interleaved', () => {
    const [method1, header1, body1] = decode(publish(1, 'a', Buffer.from('one')))
    const [method2, header2, body2] = decode(deliver(2, 1, 'b')).concat(decode(heartbeat))
    const assembler = new UnitAssembler(bodyBytesMax)
    const order = [method1, method2, body2, header1, header2, body1].flatMap((frame) =>
      frame ? [frame] : [],
    )

    const taken = order.map((frame) => assembler.take(frame))

    expect(taken.map(({ unit }) => unit.method)).toEqual([
      'basic.publish',
      'basic.deliver',
      'heartbeat',
      'basic.publish',
      'basic.deliver',
      'basic.publish',
    ])
    expect(taken.map(({ isLast }) => isLast)).toEqual([false, false, true, false, true, true])
  })

  it('stands for frames that no method announced, and for methods whose content never came', () => {
    const [, header, body] = decode(publish(1, 'a', Buffer.from('one')))
    const [method] = decode(publish(2, 'b'))
    const assembler = new UnitAssembler(bodyBytesMax)
    const take = (frame: typeof method) => assembler.take(frame as NonNullable<typeof frame>)

    expect(take(header)).toMatchObject({ isLast: true, unit: { method: 'header' } })
    expect(take(body)).toMatchObject({ isLast: true, unit: { method: 'body' } })
    const cutShort = take(method)
    expect(cutShort.unit.isComplete).toBe(false)
    decode(ack(2, 1)).map(take)
    expect(cutShort.unit.isComplete).toBe(true)
  })

  it('shows no credentials', () => {
    const startOk = encodeMethodFrame(0, 'connection.start-ok', {
      clientProperties: {},
      mechanism: 'PLAIN',
      response: Buffer.from('\0guest\0secret'),
      locale: 'en_US',
    })

    expect(JSON.stringify(assemble(startOk)[0]?.unit)).not.toContain('secret')
    expect(assemble(startOk)[0]?.unit.fields).toMatchObject({ mechanism: 'PLAIN', response: '(hidden)' })
  })
})
