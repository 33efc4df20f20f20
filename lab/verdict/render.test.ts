/** The words of a verdict and of a live run, exactly as a person reads them. */
import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'fast-string-width'
import { describe, expect, test } from 'vitest'
import type { RunEvent } from './events.ts'
import { text } from './language.ts'
import { renderEvent, renderVerdict, saidFigures, showPlace } from './render.ts'
import type { Failed, Inconclusive, Language, Passed } from './verdict.ts'

const promise = text(
  'a payment is never acknowledged before it is booked',
  'thanh toán không bao giờ được ack trước khi ghi sổ',
)
const judged = { item: 'mq-03.4', promise, ms: 12 }
const repeat = 'npm run check mq-03.4 seed=7'
const inLanguage = (lang: Language) => ({ lang, colour: false, repeat })

const passed: Passed = {
  outcome: 'passed',
  ...judged,
  figures: [
    {
      name: 'kills',
      value: 1,
      unit: 'count',
      said: text('survived 1 SIGKILL of the broker', 'sống sót qua 1 lần SIGKILL broker'),
    },
    { name: 'messages', value: 1234, unit: 'count' },
  ],
}

const failed: Failed = {
  outcome: 'failed',
  ...judged,
  breach: {
    said: text(
      'killed just after your ack of …a3f left, before the ledger had it: 42,000 VND acknowledged, never booked',
      'bị kill ngay sau khi ack của …a3f đi ra, trước khi sổ cái có nó: 42.000 ₫ đã ack mà chưa ghi sổ',
    ),
    trace: [
      { atMs: 1, from: 'broker', to: 'consumer', what: 'basic.deliver', message: '…a3f' },
      { atMs: 2, from: 'consumer', what: 'killed', note: text('before the commit', 'trước khi commit') },
    ],
    places: [{ file: 'exercises/x/consumer.ts', line: 22 }, { file: 'exercises/x/ledger.ts' }],
    messages: ['0193f0a2-7c1e-7a3f'],
  },
}

const inconclusive: Inconclusive = {
  outcome: 'inconclusive',
  ...judged,
  cause: text('this check needs an engine that can: kill', 'bài kiểm tra này cần một engine làm được: kill'),
  enginesThatCan: [],
}

describe('passed', () => {
  test('in English: the promise, and what it rests on', () => {
    expect(renderVerdict(passed, inLanguage('en'))).toBe(
      [
        '✓ mq-03.4  a payment is never acknowledged before it is booked',
        '    survived 1 SIGKILL of the broker · messages 1,234',
      ].join('\n'),
    )
  })

  test('in Vietnamese', () => {
    expect(renderVerdict(passed, inLanguage('vi'))).toBe(
      [
        '✓ mq-03.4  thanh toán không bao giờ được ack trước khi ghi sổ',
        '    sống sót qua 1 lần SIGKILL broker · messages 1.234',
      ].join('\n'),
    )
  })

  test('one line when there are no figures', () => {
    expect(renderVerdict({ ...passed, figures: [] }, inLanguage('en'))).toBe(`✓ mq-03.4  ${promise.en}`)
  })
})

describe('failed', () => {
  test('in English: the promise, what was seen, how, where, what next', () => {
    expect(renderVerdict(failed, { ...inLanguage('en'), hint: 'npm run hint mq-03' })).toBe(
      [
        '✗ mq-03.4  a payment is never acknowledged before it is booked',
        '    Killed just after your ack of …a3f left, before the ledger had it: 42,000 VND acknowledged, never',
        '    booked.',
        '',
        '    broker              consumer',
        '    │ deliver …a3f ───► │',
        '    │                   ✕ killed   before the commit',
        '    messages: …a3f',
        '',
        '    Look at  exercises/x/consumer.ts:22 and exercises/x/ledger.ts',
        '    Repeat: npm run check mq-03.4 seed=7     Question to think about: npm run hint mq-03',
      ].join('\n'),
    )
  })

  test('in Vietnamese', () => {
    expect(renderVerdict(failed, { ...inLanguage('vi'), hint: 'npm run hint mq-03' })).toBe(
      [
        '✗ mq-03.4  thanh toán không bao giờ được ack trước khi ghi sổ',
        '    Bị kill ngay sau khi ack của …a3f đi ra, trước khi sổ cái có nó: 42.000 ₫ đã ack mà chưa ghi sổ.',
        '',
        '    broker              consumer',
        '    │ deliver …a3f ───► │',
        '    │                   ✕ killed   trước khi commit',
        '    message: …a3f',
        '',
        '    Xem  exercises/x/consumer.ts:22 và exercises/x/ledger.ts',
        '    Chạy lại: npm run check mq-03.4 seed=7     Câu hỏi gợi mở: npm run hint mq-03',
      ].join('\n'),
    )
  })

  test('nothing but the sentence when there is nothing to draw or to look at', () => {
    const bare: Failed = {
      ...failed,
      breach: { said: text('nothing was sent', 'chưa gửi gì'), trace: [], places: [], messages: [] },
    }

    expect(renderVerdict(bare, inLanguage('en'))).toBe(
      [`✗ mq-03.4  ${promise.en}`, '    Nothing was sent.', '', `    Repeat: ${repeat}`].join('\n'),
    )
  })

  test('of many messages ten are listed', () => {
    const messages = Array.from({ length: 1300 }, (_, index) => `message-${String(index).padStart(4, '0')}`)
    const many: Failed = { ...failed, breach: { ...failed.breach, messages } }

    const line = (lang: Language) =>
      renderVerdict(many, inLanguage(lang))
        .split('\n')
        .find((each) => each.includes('message'))

    expect(line('en')).toBe('    messages: …000 …001 …002 …003 …004 …005 …006 …007 …008 …009 and 1,290 more')
    expect(line('vi')).toBe(
      '    message: …000 …001 …002 …003 …004 …005 …006 …007 …008 …009 và 1.290 message nữa',
    )
  })
})

describe('inconclusive', () => {
  test('in English: the cause, that nothing was judged, and how to try again', () => {
    expect(renderVerdict(inconclusive, inLanguage('en'))).toBe(
      [
        '? mq-03.4  inconclusive, nothing ticked',
        '    This check needs an engine that can: kill. Your code was not judged.',
        '    Repeat: npm run check mq-03.4 seed=7',
      ].join('\n'),
    )
  })

  test('in Vietnamese, with an engine that can', () => {
    expect(renderVerdict({ ...inconclusive, enginesThatCan: ['embedded', 'docker'] }, inLanguage('vi'))).toBe(
      [
        '? mq-03.4  CHƯA KẾT LUẬN ĐƯỢC, không tick mục nào',
        '    Bài kiểm tra này cần một engine làm được: kill. Code của bạn chưa được đánh giá.',
        '    Với engine làm được: npm run check mq-03.4 seed=7 engine=embedded',
      ].join('\n'),
    )
  })

  test('the engine that can takes the place of the one that was asked for', () => {
    const asked = { lang: 'en', colour: false, repeat: 'npm run check mq-03 engine=url seed=7' } as const

    expect(renderVerdict({ ...inconclusive, enginesThatCan: ['embedded'] }, asked)).toContain(
      'With an engine that can: npm run check mq-03 seed=7 engine=embedded',
    )
  })
})

describe('sentences', () => {
  const said = (en: string) =>
    renderVerdict({ ...failed, breach: { ...failed.breach, said: text(en, en) } }, inLanguage('en'))
      .split('\n')[1]
      ?.trim()

  test.each([
    ['the queue is gone', 'The queue is gone.'],
    ['đã mất một message', 'Đã mất một message.'],
    ['đã mất một message'.normalize('NFD'), 'Đã mất một message.'],
    ['it’s gone', 'It’s gone.'],
    ['sendMessage resolved before the confirm', 'sendMessage resolved before the confirm.'],
    ['connect() in connection.ts threw: boom!', 'connect() in connection.ts threw: boom!'],
    ['payments.work is gone', 'payments.work is gone.'],
    ['exercises/x/NOTES.md is missing', 'exercises/x/NOTES.md is missing.'],
    ['"payments" is a topic exchange', '"payments" is a topic exchange.'],
    ['start_all ran twice', 'start_all ran twice.'],
    ['is it there?', 'Is it there?'],
    ['and so on …', 'And so on …'],
  ])('"%s"', (given, expected) => {
    expect(said(given)).toBe(expected)
  })

  test('are wrapped by their width on a screen, and a long word stays whole', () => {
    const decomposed = 'trước khi sổ cái kịp ghi nhận giao dịch này '.repeat(6).trim().normalize('NFD')
    const word = 'x'.repeat(130)
    const breach = {
      said: text(`${decomposed} ${word} end`, decomposed),
      trace: [],
      places: [],
      messages: [],
    }

    const lines = renderVerdict({ ...failed, breach }, inLanguage('en'))
      .split('\n')
      .slice(1, -2)

    expect(lines.map((line) => line.trim()).join(' ')).toBe(
      `T${decomposed.normalize('NFC').slice(1)} ${word} end.`,
    )
    expect(lines.filter((line) => line.includes(word)).map((line) => line.trim())).toEqual([word])
    expect(stringWidth(lines[0] ?? '')).toBeGreaterThan(90)
    for (const line of lines.filter((each) => !each.includes(word)))
      expect(stringWidth(line)).toBeLessThanOrEqual(104)
  })
})

test('colours stand around the words and change none', () => {
  const coloured = renderVerdict(failed, { ...inLanguage('en'), colour: true })

  expect(coloured).toContain('\u001b[31m✗')
  expect(stripVTControlCharacters(coloured)).toBe(renderVerdict(failed, inLanguage('en')))
})

test('places and figures as other screens show them', () => {
  expect(showPlace({ file: 'a/b.ts', line: 3 })).toBe('a/b.ts:3')
  expect(showPlace({ file: 'a/b.ts' })).toBe('a/b.ts')
  expect(saidFigures(passed.figures, 'vi')).toBe('sống sót qua 1 lần SIGKILL broker · messages 1.234')
  expect(saidFigures([], 'en')).toBe('')
})

describe('a moment of a live run', () => {
  const shown = (event: RunEvent, lang: Language = 'en') => renderEvent(event, { lang, colour: false })
  type Wire = Extract<RunEvent, { kind: 'wire' }>
  const wire = (method: string, fields: Wire['fields'], more: Partial<Wire> = {}): Wire => ({
    kind: 'wire',
    atMs: 12.4,
    protocol: 'amqp',
    from: 'producer',
    to: 'broker',
    connection: 1,
    channel: 1,
    method,
    fields,
    ...more,
  })

  test.each<[string, Wire, string]>([
    [
      'a publish',
      wire(
        'basic.publish',
        {
          exchange: 'payments',
          routingKey: 'payment.requested',
          mandatory: true,
          properties: { deliveryMode: 2 },
        },
        { message: '0193-7a3f' },
      ),
      '    12 ms  producer ► broker    basic.publish       payments / payment.requested  mandatory  persistent  …a3f',
    ],
    [
      'a publish past the exchange',
      wire('basic.publish', { exchange: '', routingKey: 'payments.work' }),
      '    12 ms  producer ► broker    basic.publish       (default) / payments.work',
    ],
    [
      'a return, with a remark',
      wire(
        'basic.return',
        { replyText: 'NO_ROUTE', exchange: 'payments', routingKey: 'x' },
        { from: 'broker', to: 'producer', note: text('nothing is bound', 'không có gì được bind') },
      ),
      '    12 ms  broker   ► producer  basic.return        NO_ROUTE  payments / x  nothing is bound',
    ],
    [
      'an ack of many',
      wire('basic.ack', { deliveryTag: '2', multiple: true }, { from: 'broker', to: 'consumer' }),
      '    12 ms  broker   ► consumer  basic.ack           tag 2  multiple',
    ],
    [
      'a frame that never arrived',
      wire('basic.reject', { deliveryTag: '7', requeue: true, dropped: true }),
      '    12 ms  producer ► broker    basic.reject        tag 7  requeue  ✕',
    ],
    [
      'a close',
      wire('channel.close', { replyCode: 404, replyText: 'NOT_FOUND' }),
      '    12 ms  producer ► broker    channel.close       404 NOT_FOUND',
    ],
    [
      'a queue',
      wire('queue.declare', { queue: 'q', durable: true, exclusive: true, autoDelete: true }),
      '    12 ms  producer ► broker    queue.declare       q  durable exclusive auto-delete',
    ],
    [
      'an exchange',
      wire('exchange.declare', { exchange: 'e', type: 'direct', durable: true }),
      '    12 ms  producer ► broker    exchange.declare    e  direct durable',
    ],
    [
      'a binding',
      wire('queue.bind', { exchange: 'e', routingKey: 'k', queue: 'q' }),
      '    12 ms  producer ► broker    queue.bind          e ─k─► q',
    ],
    [
      'a heartbeat that is agreed on',
      wire('connection.tune-ok', { heartbeat: 15 }),
      '    12 ms  producer ► broker    connection.tune-ok  heartbeat 15 s',
    ],
    [
      'a vhost',
      wire('connection.open', { virtualHost: '/' }),
      '    12 ms  producer ► broker    connection.open     vhost /',
    ],
    [
      'a consumer',
      wire('basic.consume', { queue: 'q', noAck: true }),
      '    12 ms  producer ► broker    basic.consume       q  no-ack',
    ],
    [
      'a prefetch',
      wire('basic.qos', { prefetchCount: 10 }),
      '    12 ms  producer ► broker    basic.qos           prefetch 10',
    ],
    ['a method without facts', wire('confirm.select', {}), '    12 ms  producer ► broker    confirm.select'],
  ])('%s', (_, event, expected) => {
    expect(shown(event)).toBe(expected)
  })

  test('the handshake’s housekeeping is left out', () => {
    for (const method of [
      'protocol-header',
      'heartbeat',
      'connection.tune',
      'connection.open-ok',
      'channel.open-ok',
    ]) {
      expect(shown(wire(method, {}))).toBeUndefined()
    }
  })

  test('remarks are in the reader’s language', () => {
    expect(
      shown(wire('basic.ack', { deliveryTag: '1' }, { note: text('confirmed', 'đã confirm') }), 'vi'),
    ).toMatch(/tag 1 {2}đã confirm$/)
  })

  test('faults, brokers and subjects stand between lines', () => {
    const fault: RunEvent = {
      kind: 'fault',
      atMs: 3,
      state: 'fired',
      fault: 'kill',
      text: text('the broker is killed here', 'broker bị kill tại đây'),
    }
    const ready: RunEvent = { kind: 'broker', atMs: 3, server: 'RabbitMQ 4.2.0', state: 'ready', tookMs: 84 }
    const subject: RunEvent = {
      kind: 'subject',
      atMs: 3,
      name: 'consumer-2',
      lane: 'consumer',
      state: 'killed',
      pid: 1,
    }

    expect(shown(fault)).toBe('           ── the broker is killed here ──')
    expect(shown(fault, 'vi')).toBe('           ── broker bị kill tại đây ──')
    expect(shown({ ...fault, state: 'placed' })).toBeUndefined()
    expect(shown(ready)).toBe('           ── RabbitMQ 4.2.0: ready in 84 ms ──')
    expect(shown({ ...ready, tookMs: 1200 }, 'vi')).toBe(
      '           ── RabbitMQ 4.2.0: sẵn sàng sau 1,2 giây ──',
    )
    expect(shown({ kind: 'broker', atMs: 3, server: 'RabbitMQ 4.2.0', state: 'killed' })).toBe(
      '           ── RabbitMQ 4.2.0: killed (SIGKILL) ──',
    )
    expect(shown(subject)).toBe('           ── consumer-2 (consumer): killed (SIGKILL) ──')
    expect(shown({ ...subject, state: 'frozen' }, 'vi')).toBe(
      '           ── consumer-2 (consumer): bị treo ──',
    )
  })

  test('promises are told when they held or broke, narration above what it tells of', () => {
    const held: RunEvent = { kind: 'promise', atMs: 1234, item: 'mq-03.4', text: promise, state: 'held' }

    expect(shown(held)).toBe(`  1234 ms  ✓ mq-03.4  ${promise.en}`)
    expect(shown({ ...held, state: 'broken' }, 'vi')).toBe(`  1234 ms  ✗ mq-03.4  ${promise.vi}`)
    expect(shown({ ...held, state: 'waiting' })).toBeUndefined()
    expect(shown({ kind: 'say', atMs: 0, text: text('Now.', 'Bây giờ.') }, 'vi')).toBe(
      '\n           Bây giờ.',
    )
    expect(shown({ kind: 'end', atMs: 9, outcome: 'played' })).toBeUndefined()
  })
})
