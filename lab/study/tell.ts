/**
 * Tells what lessons ask: `node lab/study/tell.ts <task folder> …` prints their questions and experiments as JSON.
 * The workbook reads content this way, in a process of its own, as it runs it.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { enginesThatCan } from '#brokers/engines/start'
import { messageOf } from '../kit/failure.ts'
import { repositoryRoot } from '../kit/subject-under-test.ts'
import type { Experiment } from './experiment.ts'
import type { Lesson } from './lesson.ts'
import { hashOf, questionSchema } from './question.ts'

const lessons = await Promise.all(
  process.argv.slice(2).map((folder) => lessonIn(resolve(repositoryRoot, folder))),
)
process.stdout.write(`${JSON.stringify(lessons)}\n`)

async function lessonIn(folder: string): Promise<Lesson> {
  const flaws: string[] = []
  const load = async (file: string, name: string): Promise<unknown> => {
    try {
      const loaded = (await import(pathToFileURL(join(folder, file)).href)) as Record<string, unknown>
      if (loaded[name] === undefined) flaws.push(`${file} exports no "${name}"`)
      return loaded[name]
    } catch (error) {
      flaws.push(`${file} can't be loaded: ${messageOf(error)}`)
      return undefined
    }
  }
  const asked = existsSync(join(folder, 'questions.ts')) ? await load('questions.ts', 'questions') : []
  const questions = (Array.isArray(asked) ? asked : []).flatMap((each: unknown) => {
    const question = read(each, 'questions.ts', flaws)
    return question === undefined ? [] : [{ question, hash: hashOf(question) }]
  })
  const experiments = []
  for (const file of experimentFiles(folder)) {
    const loaded = (await load(file, 'experiment')) as Experiment | undefined
    const question = loaded === undefined ? undefined : read(loaded.question, file, flaws)
    if (loaded === undefined || question === undefined) continue
    if (file !== `experiments/${loaded.name}.ts`) flaws.push(`${file} holds the experiment "${loaded.name}"`)
    const { name, place, shows, needs = [] } = loaded
    experiments.push({ name, place, shows, question, needs: [...needs], engines: enginesThatCan(needs) })
  }
  experiments.sort((a, b) => a.place - b.place)
  return { folder: relative(repositoryRoot, folder).split(sep).join('/'), questions, experiments, flaws }
}

function read(
  value: unknown,
  file: string,
  flaws: string[],
): Lesson['questions'][number]['question'] | undefined {
  const { success, data, error } = questionSchema.safeParse(value)
  if (success) return data
  const id = String((value as { id?: unknown } | undefined)?.id ?? 'a question')
  for (const { path, message } of error.issues)
    flaws.push(`${file}, ${id}: ${path.join('.')} ${message}`.trim())
  return undefined
}

function experimentFiles(folder: string): string[] {
  const path = join(folder, 'experiments')
  if (!existsSync(path)) return []
  return readdirSync(path)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => `experiments/${name}`)
}
