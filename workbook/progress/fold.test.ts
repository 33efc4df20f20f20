/** Every way from one state of an item to another. */
import { describe, expect, test } from 'vitest'
import { type FoldInput, foldProgress } from './fold.ts'
import { course, evidenceOf, failed, filesOf, hash, july, passed, run, topology } from './test-course.ts'

const notes = 'exercises/mq/mq-01/NOTES.md'
const before = { [topology]: hash(1), [notes]: hash(1) }
const unchanged = filesOf({ [topology]: [1, 10], [notes]: [1, 10] })
const edited = filesOf({ [topology]: [2, 21], [notes]: [1, 10] })
const editedAgain = filesOf({ [topology]: [3, 22], [notes]: [1, 10] })

function fold(input: Partial<FoldInput>) {
  return foldProgress({ tasks: course, evidence: evidenceOf(), files: new Map(), ticks: new Set(), ...input })
}

function itemOf(id: string, input: Partial<FoldInput>) {
  return fold(input).items.get(id)
}

const proven = run('mq-01', [passed('mq-01.1', 'check')], { day: 19, subjects: before })
const provenAnew = run('mq-01', [passed('mq-01.1', 'check')], {
  day: 22,
  subjects: { ...before, [topology]: hash(2) },
})
const brokenOnSame = run('mq-01', [failed('mq-01.1', 'check')], { day: 20, subjects: before })
const brokenOnEdit = run('mq-01', [failed('mq-01.1', 'check')], {
  day: 21,
  subjects: { ...before, [topology]: hash(2) },
})
const unclear = run('mq-01', [{ item: 'mq-01.1', outcome: 'inconclusive', kinds: ['check'] }], {
  day: 23,
  subjects: before,
})
const ticks = new Set(['mq-01.1'])

describe('an item that is proven by itself', () => {
  test.each([
    ['is open at first', [], unchanged, 'open'],
    ['is verified by a pass', [proven], unchanged, 'verified'],
    ['is open after a failure', [brokenOnSame], unchanged, 'open'],
    ['stays open after an inconclusive run', [unclear], unchanged, 'open'],
    ['stays verified after an inconclusive run', [proven, unclear], unchanged, 'verified'],
    ['turns stale when a file changes', [proven], edited, 'stale'],
    ['turns stale when a file is gone', [proven], filesOf({ [notes]: [1, 10] }), 'stale'],
    ['is verified again when the edit is undone', [proven], unchanged, 'verified'],
    ['is verified again by a pass on the edit', [proven, provenAnew], edited, 'verified'],
    ['is open when it fails later on the same files', [proven, brokenOnSame], unchanged, 'open'],
    ['is open when the edit fails', [proven, brokenOnEdit], edited, 'open'],
    ['stays open while a failed edit is being edited', [proven, brokenOnEdit], editedAgain, 'open'],
    ['is verified again when a failed edit is undone', [proven, brokenOnEdit], unchanged, 'verified'],
    ['is verified when a failed edit passes later', [proven, brokenOnEdit, provenAnew], edited, 'verified'],
    ['is stale when what passed later is edited', [proven, brokenOnEdit, provenAnew], editedAgain, 'stale'],
  ] as const)('%s', (_claim, runs, files, state) => {
    expect(itemOf('mq-01.1', { evidence: evidenceOf(...runs), files })?.state).toBe(state)
  })

  test('says which file made it stale, and when it changed', () => {
    const both = filesOf({ [topology]: [2, 21], [notes]: [2, 23] })
    expect(itemOf('mq-01.1', { evidence: evidenceOf(proven), files: both })?.changed).toEqual({
      file: notes,
      when: july(23).toISOString(),
    })
    expect(itemOf('mq-01.1', { evidence: evidenceOf(proven), files: edited })?.changed).toEqual({
      file: topology,
      when: july(21).toISOString(),
    })
    expect(itemOf('mq-01.1', { evidence: evidenceOf(proven), files: new Map() })?.changed).toEqual({
      file: topology,
    })
  })

  test('carries its proof, or the failure that refutes it', () => {
    expect(itemOf('mq-01.1', { evidence: evidenceOf(proven), files: unchanged })?.proof).toMatchObject({
      kind: 'check',
      subjects: before,
    })
    const refuted = itemOf('mq-01.1', { evidence: evidenceOf(proven, brokenOnSame), files: unchanged })
    expect(refuted?.failure?.said?.en).toBe('It was lost.')
    expect(refuted?.proof).toBeUndefined()
  })

  test('rests on the files that were judged, not on others', () => {
    const quiz = run('mq-01', [{ ...passed('mq-01.3', 'document'), subjects: { [notes]: hash(1) } }], {
      subjects: before,
    })
    expect(itemOf('mq-01.3', { evidence: evidenceOf(quiz), files: edited })?.state).toBe('verified')
  })

  test('is not proven by a kind of evidence that it does not have', () => {
    const answered = run('mq-01', [passed('mq-01.1', 'question')], { subjects: before })
    expect(itemOf('mq-01.1', { evidence: evidenceOf(answered), files: unchanged })?.state).toBe('open')
  })

  test('of two kinds needs both', () => {
    const checked = run('review-07', [passed('review-07.3', 'check')])
    const written = run('review-07', [passed('review-07.3', 'document')], {
      day: 20,
      subjects: { 'a.md': hash(1) },
    })
    const files = filesOf({ 'a.md': [1, 10] })
    const stateOf = (...runs: readonly ReturnType<typeof run>[]) =>
      itemOf('review-07.3', { evidence: evidenceOf(...runs), files })?.state
    expect(stateOf(checked)).toBe('open')
    expect(stateOf(written)).toBe('open')
    expect(stateOf(checked, written)).toBe('verified')
    expect(itemOf('review-07.3', { evidence: evidenceOf(checked, written) })?.state).toBe('stale')
    expect(stateOf(run('review-07', [passed('review-07.3', 'check', 'document')]))).toBe('verified')
  })
})

describe('a tick by hand', () => {
  test.each([
    ['makes an open item claimed', [], unchanged, 'claimed'],
    ['makes a failed item claimed, not verified', [brokenOnSame], unchanged, 'claimed'],
    ['adds nothing to a verified item', [proven], unchanged, 'verified'],
    ['does not hide that a proof is stale', [proven], edited, 'stale'],
  ] as const)('%s', (_claim, runs, files, state) => {
    expect(itemOf('mq-01.1', { evidence: evidenceOf(...runs), files, ticks })).toMatchObject({
      state,
      isTicked: true,
    })
  })

  test('claims an item of a section that is not written yet', () => {
    expect(itemOf('mq-02.1', { ticks: new Set(['mq-02.1']) })?.state).toBe('claimed')
  })

  test('is all that a rating needs', () => {
    expect(itemOf('review-07.2', {})?.state).toBe('open')
    expect(itemOf('review-07.2', { ticks: new Set(['review-07.2']) })?.state).toBe('claimed')
    const rated = evidenceOf(
      run('review-07', [passed('review-07.2', 'claim')], { subjects: { 'a.md': hash(1) } }),
    )
    expect(itemOf('review-07.2', { evidence: rated })).toMatchObject({ state: 'claimed', isTicked: false })
  })

  test('of an id that nobody has is ignored', () => {
    expect(fold({ ticks: new Set(['mq-99.1']) }).sums.claimed).toBe(0)
  })
})

describe('a computed item', () => {
  const reflection = run('review-07', [
    passed('review-07.1', 'document'),
    passed('review-07.3', 'check', 'document'),
  ])
  const allOfMq = [
    run('mq-01', [passed('mq-01.1', 'check'), passed('mq-01.2', 'check'), passed('mq-01.3', 'document')]),
    run('mq-02', [passed('mq-02.1', 'check'), passed('mq-02.2', 'measure')], { day: 20 }),
  ]

  test('is verified when all of its inputs are', () => {
    expect(itemOf('final.3', { evidence: evidenceOf(...allOfMq) })).toMatchObject({
      state: 'verified',
      inputs: { done: 5, of: 5, when: july(20).toISOString() },
    })
    expect(itemOf('review-01.3', { evidence: evidenceOf(...allOfMq) })?.state).toBe('verified')
  })

  test('is open while one is missing, stale or only claimed', () => {
    const [first] = allOfMq
    const some = evidenceOf(...(first === undefined ? [] : [first]))
    expect(itemOf('final.3', { evidence: some })).toMatchObject({ state: 'open', inputs: { done: 3, of: 5 } })
    expect(itemOf('final.3', { evidence: some, ticks: new Set(['mq-02.1', 'mq-02.2']) })).toMatchObject({
      state: 'open',
      inputs: { done: 3 },
    })
    const onFiles = evidenceOf(...allOfMq, proven)
    expect(itemOf('final.3', { evidence: onFiles, files: unchanged })?.state).toBe('verified')
    expect(itemOf('final.3', { evidence: onFiles, files: edited })).toMatchObject({
      state: 'open',
      inputs: { done: 4 },
    })
  })

  test('takes the word for what only the learner can know', () => {
    expect(itemOf('final.7', { evidence: evidenceOf(reflection) })?.state).toBe('open')
    expect(
      itemOf('final.7', { evidence: evidenceOf(reflection), ticks: new Set(['review-07.2']) }),
    ).toMatchObject({ state: 'verified', inputs: { done: 3, of: 3 } })
  })

  test('is folded from computed items too', () => {
    const whole = course.filter(({ id }) => id !== 'review-01')
    const evidence = evidenceOf(...allOfMq, reflection)
    const review = { ...course.find(({ id }) => id === 'review-01') } as (typeof course)[number]
    const onlyMq = [...whole, { ...review, items: review.items.filter(({ id }) => id === 'review-01.3') }]
    const both = new Set(['review-07.2'])
    expect(itemOf('final.6', { tasks: onlyMq, evidence, ticks: both })?.state).toBe('verified')
    expect(itemOf('final.6', { tasks: onlyMq, evidence: evidenceOf(reflection), ticks: both })?.state).toBe(
      'open',
    )
  })

  test('without inputs is open, and claimed by a tick', () => {
    expect(itemOf('final.1', {})).toMatchObject({ state: 'open', inputs: { done: 0, of: 0 } })
    expect(itemOf('final.8', { evidence: evidenceOf(...allOfMq, reflection) })?.state).toBe('open')
    expect(itemOf('final.8', { ticks: new Set(['final.8']) })?.state).toBe('claimed')
  })

  test('is not proven by evidence recorded for itself', () => {
    expect(
      itemOf('final.3', { evidence: evidenceOf(run('final', [passed('final.3', 'computed', 'check')])) })
        ?.state,
    ).toBe('open')
  })
})

describe('sums', () => {
  test('add up per task, per part and for the week', () => {
    const { tasks, parts, sums, items } = fold({
      evidence: evidenceOf(
        run('mq-01', [passed('mq-01.1', 'check'), passed('mq-01.2', 'check')], { subjects: before }),
      ),
      files: unchanged,
      ticks: new Set(['mq-01.3', 'final.8']),
    })
    expect(tasks.find(({ task }) => task.id === 'mq-01')?.sums).toEqual({
      verified: 2,
      claimed: 1,
      stale: 0,
      open: 0,
      total: 3,
    })
    expect(parts.find(({ part }) => part === 'mq')?.sums).toEqual({
      verified: 2,
      claimed: 1,
      stale: 0,
      open: 2,
      total: 5,
    })
    expect(parts.map(({ part }) => part)).toEqual(['mq', 'review', 'final'])
    expect(sums).toEqual({ verified: 2, claimed: 2, stale: 0, open: 17, total: 21 })
    expect([...items.keys()]).toEqual(course.flatMap((task) => task.items.map(({ id }) => id)))
  })

  test('count runs by engine', () => {
    const onLocal = { ...proven, circumstances: { ...proven.circumstances, engine: 'local' as const } }
    expect(fold({ evidence: evidenceOf(proven, proven, onLocal) }).runs).toEqual({
      embedded: 2,
      local: 1,
      docker: 0,
      url: 0,
    })
  })
})
