/** What the tasks say of their wrong solutions under crashes: each is convicted by one, or has a reason why none convicts it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { type Convictions, crashKinds, type Exploration, type NotByCrash } from '#lab/explore'
import { tasks } from '../registry/registry.ts'
import { programRoot } from '../root.ts'
import { overlayNames } from '../runner/subject.ts'

interface Declared {
  readonly exploration: Exploration
  readonly convictions: Convictions
  readonly notByCrash: NotByCrash
}

const explorable = tasks.filter(({ folder }) => existsSync(join(programRoot, folder, 'explore.ts')))
const declared = async (folder: string): Promise<Declared> =>
  (await import(pathToFileURL(join(programRoot, folder, 'explore.ts')).href)) as Declared

test.each(explorable.map((task) => [task.id, task] as const))(
  '%s says of each wrong solution which crash convicts it, or why none does',
  async (_, task) => {
    const { exploration, convictions, notByCrash } = await declared(task.folder)
    const convicted = new Set(crashKinds.flatMap((crash) => convictions[crash] ?? []))
    const free = notByCrash.flatMap(({ wrong }) => wrong)

    expect([...convicted, ...free].sort()).toEqual(overlayNames(task, 'wrong').toSorted())
    expect(exploration.crashes ?? crashKinds).toEqual(
      expect.arrayContaining(crashKinds.filter((crash) => convictions[crash] !== undefined)),
    )
  },
)

test('a task that is explored convicts somebody', async () => {
  const all = await Promise.all(explorable.map(({ folder }) => declared(folder)))
  const idle = explorable.filter((_, at) =>
    crashKinds.every((crash) => (all[at]?.convictions[crash] ?? []).length === 0),
  )
  expect(explorable.length).toBeGreaterThan(10)
  expect(idle.map(({ id }) => id)).toEqual([])
})
