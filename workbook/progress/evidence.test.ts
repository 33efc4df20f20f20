/** Evidence survives what happens to files: crashes, corruption, two runs at once, a checkout that can't be written. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EvidenceNotKept, readEvidence, recordRun, resultOf } from './evidence.ts'
import { hashFiles, readFiles } from './files.ts'
import { course, failed, hash, inFolder, july, passed, run, topology } from './test-course.ts'

const evidenceModule = new URL('evidence.ts', import.meta.url).href

function folderOf(root: string): string {
  return join(root, '.workbook', 'evidence')
}

describe('a run', () => {
  test('comes back as it was recorded', () => {
    inFolder((root) => {
      const figures = [
        {
          name: 'kills',
          value: 1,
          unit: 'SIGKILL',
          said: { en: 'survived 1 SIGKILL', vi: 'sống sót qua 1 SIGKILL' },
        },
      ]
      const notices = recordRun(
        root,
        run('mq-01', [{ ...passed('mq-01.1', 'check'), figures }], { subjects: { [topology]: hash(1) } }),
      )

      expect(notices).toEqual([])
      expect(readEvidence(root).tasks.get('mq-01')?.items['mq-01.1']).toEqual({
        proofs: {
          check: {
            outcome: 'passed',
            kind: 'check',
            when: july(19).toISOString(),
            circumstances: { engine: 'embedded', servers: ['RabbitMQ 4.2.0'], seed: 7, node: 'v24.21.0' },
            subjects: { [topology]: hash(1) },
            figures,
          },
        },
        failures: {},
        history: [
          { when: july(19).toISOString(), kind: 'check', outcome: 'passed', engine: 'embedded', seed: 7 },
        ],
      })
      expect(readdirSync(folderOf(root))).toEqual(['mq-01.json'])
    })
  })

  test('leaves other items and older proofs where they were', () => {
    inFolder((root) => {
      recordRun(root, run('mq-01', [passed('mq-01.1', 'check'), passed('mq-01.2', 'check')]))
      recordRun(root, run('mq-01', [failed('mq-01.1', 'check')], { day: 20 }))

      const { items, runs } = readEvidence(root).tasks.get('mq-01') ?? {}
      expect(items?.['mq-01.1']).toMatchObject({
        proofs: { check: { when: july(19).toISOString() } },
        failures: { check: { when: july(20).toISOString() } },
      })
      expect(items?.['mq-01.2']?.proofs.check).toBeDefined()
      expect(runs).toEqual({ embedded: 2 })
    })
  })

  test('is remembered among the last 20, and counted for ever', () => {
    inFolder((root) => {
      for (let day = 1; day <= 25; day++) recordRun(root, run('mq-01', [passed('mq-01.1', 'check')], { day }))

      const { items, runs } = readEvidence(root).tasks.get('mq-01') ?? {}
      expect(items?.['mq-01.1']?.history.map(({ when }) => when)).toEqual(
        Array.from({ length: 20 }, (_, index) => july(index + 6).toISOString()),
      )
      expect(runs).toEqual({ embedded: 25 })
    })
  })

  test('with something that is no evidence is refused before anything is written', () => {
    inFolder((root) => {
      expect(() => recordRun(root, run('../mq-01', []))).toThrow()
      expect(() => recordRun(root, run('mq-01', [passed('mq-1.1', 'check')]))).toThrow()
      expect(readEvidence(root)).toEqual({ tasks: new Map(), notices: [] })
    })
  })

  test('takes from a verdict what it says', () => {
    const text = { en: 'a', vi: 'b' }
    const judged = { item: 'mq-01.1', promise: text, ms: 1 }
    expect(resultOf({ outcome: 'passed', ...judged, figures: [] }, ['check'])).toEqual({
      item: 'mq-01.1',
      outcome: 'passed',
      kinds: ['check'],
      figures: [],
    })
    expect(
      resultOf(
        { outcome: 'failed', ...judged, breach: { said: text, trace: [], places: [], messages: [] } },
        ['check'],
      ),
    ).toMatchObject({ said: text })
    expect(
      resultOf({ outcome: 'inconclusive', ...judged, cause: text, enginesThatCan: [] }, ['check']),
    ).toMatchObject({ outcome: 'inconclusive', said: text })
  })
})

describe('a file that can not be read', () => {
  test.each([
    ['half of one', '{"version":1,"task":"mq-01","it'],
    ['an empty one', ''],
    ['another version', '{"version":2,"task":"mq-01","items":{}}'],
    ['another task', '{"version":1,"task":"mq-02","items":{}}'],
    ['an unknown field', '{"version":1,"task":"mq-01","items":{},"score":100}'],
    ['bytes', '\u0000\uFFFD\u0001'],
  ])('is set aside and named: %s', (_what, content) => {
    inFolder((root) => {
      recordRun(root, run('mq-02', [passed('mq-02.1', 'check')]))
      writeFileSync(join(folderOf(root), 'mq-01.json'), content)

      const { tasks, notices } = readEvidence(root)
      expect([...tasks.keys()]).toEqual(['mq-02'])
      expect(notices).toHaveLength(1)
      const aside = readdirSync(folderOf(root)).find((name) => name.startsWith('mq-01.json.broken-')) ?? ''
      expect(readFileSync(join(folderOf(root), aside), 'utf8')).toBe(content)
      expect(notices[0]?.en).toContain(aside)
      expect(notices[0]?.vi).toContain(aside)
      expect(readEvidence(root).notices).toEqual([])
    })
  })

  test('does not stop a run from being recorded', () => {
    inFolder((root) => {
      mkdirSync(folderOf(root), { recursive: true })
      writeFileSync(join(folderOf(root), 'mq-01.json'), 'not JSON')
      expect(recordRun(root, run('mq-01', [passed('mq-01.1', 'check')]))).toHaveLength(1)
      expect(readEvidence(root).tasks.get('mq-01')?.items['mq-01.1']?.proofs.check).toBeDefined()
    })
  })

  test('may be a folder, and two of them at the same second', () => {
    inFolder((root) => {
      for (let round = 0; round < 2; round++) {
        mkdirSync(join(folderOf(root), 'mq-01.json'), { recursive: true })
        expect(readEvidence(root).notices).toHaveLength(1)
      }
      expect(readdirSync(folderOf(root)).filter((name) => name.includes('.broken-'))).toHaveLength(2)
    })
  })
})

describe('a checkout that can not be written', () => {
  const isRoot = process.getuid?.() === 0

  test.skipIf(process.platform === 'win32')(
    'ends in one sentence with the next step, and changes nothing',
    ({ skip }) => {
      inFolder((root) => {
        recordRun(root, run('mq-01', [passed('mq-01.1', 'check')]))
        const written = readFileSync(join(folderOf(root), 'mq-01.json'), 'utf8')
        for (const folder of [root, join(root, '.workbook'), folderOf(root)]) chmodSync(folder, 0o555)

        const child = spawnSync(
          process.execPath,
          ['--input-type=module', '-e', recordingProgram(root, 'mq-01', 1)],
          {
            encoding: 'utf8',
            // Root may write anywhere, so nobody has to try.
            ...(isRoot ? { uid: 65534, gid: 65534 } : {}),
          },
        )
        for (const folder of [root, join(root, '.workbook'), folderOf(root)]) chmodSync(folder, 0o755)

        skip(!child.stdout?.startsWith('loaded'), 'an unprivileged user can not read this checkout')
        expect(child.stdout).toContain('EvidenceNotKept EACCES')
        expect(child.stdout).toContain('make the checkout writable, then repeat the command.')
        expect(readdirSync(folderOf(root))).toEqual(['mq-01.json'])
        expect(readFileSync(join(folderOf(root), 'mq-01.json'), 'utf8')).toBe(written)
      })
    },
  )

  test('is known by its type when a file stands where the folder belongs', () => {
    inFolder((root) => {
      writeFileSync(join(root, '.workbook'), '')
      expect(() => recordRun(root, run('mq-01', []))).toThrow(EvidenceNotKept)
      expect(readEvidence(root)).toEqual({ tasks: new Map(), notices: [] })
    })
  })
})

describe('two processes at once', () => {
  test('lose nothing, neither of two tasks nor of one', async () => {
    await inFolder(async (root) => {
      const writers = ['mq-01', 'mq-02', 'mq-02', 'mq-02'].map((task, index) => {
        return spawn(
          process.execPath,
          ['--input-type=module', '-e', recordingProgram(root, task, index + 1)],
          { stdio: 'ignore' },
        )
      })
      const ends = await Promise.all(writers.map((writer) => once(writer, 'exit')))

      expect(ends.map(([code]) => code)).toEqual([0, 0, 0, 0])
      const { tasks, notices } = readEvidence(root)
      expect(notices).toEqual([])
      expect(Object.keys(tasks.get('mq-01')?.items ?? {})).toEqual(['mq-01.1'])
      expect(Object.keys(tasks.get('mq-02')?.items ?? {}).sort()).toEqual(['mq-02.2', 'mq-02.3', 'mq-02.4'])
      expect([tasks.get('mq-01')?.runs, tasks.get('mq-02')?.runs]).toEqual([
        { embedded: 10 },
        { embedded: 30 },
      ])
      expect(readdirSync(folderOf(root)).sort()).toEqual(['mq-01.json', 'mq-02.json'])
    })
  }, 20_000)

  test('do not wait for one that was killed', () => {
    inFolder((root) => {
      mkdirSync(folderOf(root), { recursive: true })
      const left = join(folderOf(root), '.mq-01.json.lock')
      writeFileSync(left, '1')
      utimesSync(left, new Date(0), new Date(0))
      recordRun(root, run('mq-01', [passed('mq-01.1', 'check')]))
      expect(readdirSync(folderOf(root))).toEqual(['mq-01.json'])
    })
  })
})

describe("the learner's files", () => {
  test('are known by their bytes and the time they changed', () => {
    inFolder((root) => {
      const [task] = course
      if (task === undefined) throw new Error('the course is empty')
      mkdirSync(join(root, task.folder), { recursive: true })
      writeFileSync(join(root, topology), 'abc')
      utimesSync(join(root, topology), july(21), july(21))

      const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
      expect(hashFiles(root, task)).toEqual({ [topology]: sha256 })
      expect(readFiles(root, course).get(topology)).toEqual({ sha256, changedAt: july(21).toISOString() })
      rmSync(join(root, topology))
      mkdirSync(join(root, topology))
      expect(hashFiles(root, task)).toEqual({})
    })
  })
})

/** A program that records ten runs of one item, or says why it can't. */
function recordingProgram(root: string, task: string, item: number): string {
  return `
    import { recordRun } from ${JSON.stringify(evidenceModule)}
    console.log('loaded')
    const circumstances = { engine: 'embedded', servers: ['RabbitMQ 4.2.0'], seed: 7, node: process.version }
    const results = [{ item: '${task}.${item}', outcome: 'passed', kinds: ['check'] }]
    try {
      for (let count = 0; count < 10; count++) {
        recordRun(${JSON.stringify(root)}, { task: '${task}', when: new Date(), circumstances, subjects: {}, results })
      }
    } catch (error) {
      console.log(error.constructor.name, error.cause?.code, error.text?.en)
    }`
}
