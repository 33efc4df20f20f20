/** The reflection page: reads and saves the learner's text, fills in their traces, keeps their ratings. */
import express, { type Express, type Request } from 'express'
import { z } from 'zod'
import { confidence, ratings } from '#workbook/progress/ratings'
import {
  fillsNow,
  readReflection,
  refillReflection,
  reflectionPath,
  reflectionTask,
} from '#workbook/progress/reflection-file'
import { codeOf, writeWhole } from '#workbook/progress/whole-file'
import { foldIntoChecklist, recordRating } from '#workbook/proof'
import type { Task } from '#workbook/registry'
import { shownPath } from '#workbook/root'
import type { Dashboard } from '../dashboard.ts'
import { answered, readForm } from '../forms.ts'
import { framed } from '../frame.ts'
import { html } from '../html.ts'
import { currentFold } from '../progress/changes.ts'
import { readerOf } from '../reader.ts'
import { Refused } from '../safety.ts'
import { frameTexts } from '../texts/frame.ts'
import { reflectionTexts } from '../texts/reflection.ts'
import { materialPart, reflectionBody } from './page.ts'
import { asInFile, stampOf } from './text-file.ts'

const path = '/reflection'

/** Of the text; a week's reflection has some thousand letters. */
const lettersMax = 200_000

const saveForm = z.object({ text: z.string().max(lettersMax), was: z.string().max(40) })
const fillForm = z.object({ text: z.string().max(lettersMax).optional(), was: z.string().max(40).optional() })
/** An empty field leaves a rating as it is. */
const rating = z.preprocess(
  (value) => (value === '' ? undefined : value),
  z.coerce.number().int().min(1).max(10).optional(),
)
const rated = [...ratings, confidence]
const ratingForm = z.object(Object.fromEntries(rated.map(({ name }) => [name, rating])))

/** Its text is longer than other forms are, and a letter of Vietnamese takes up to nine bytes in a form. */
export const reflectionParser = express.urlencoded({
  extended: false,
  limit: lettersMax * 9,
  parameterLimit: 20,
})

export function reflectionRoutes(app: Express, dashboard: Dashboard): void {
  const { course, hub } = dashboard

  app.get(path, (request, response) => {
    const reader = readerOf(request)
    const task = reflectionTask(course)
    const fold = currentFold(course)
    const body =
      task === undefined
        ? html`<h1>${reader.say(frameTexts.reflection)}</h1><p>${reader.say(reflectionTexts.none)}</p>`
        : reflectionBody(dashboard, reader, { task, fold, fills: fillsNow(course, fold) })
    response.send(
      framed(dashboard, reader, {
        title: reader.say(frameTexts.reflection),
        page: 'reflection',
        body,
        modules: ['check.js', 'reflection.js'],
      }),
    )
  })

  app.get(`${path}/material`, (request, response) => {
    const fold = currentFold(course)
    response.send(materialPart(dashboard, readerOf(request), { fold, fills: fillsNow(course, fold) }).source)
  })

  /** For a page that is open while an editor saves. */
  app.get(`${path}/text`, (_request, response) => {
    response.json(asShown(taskOrRefuse()))
  })

  app.post(path, (request, response) => {
    const task = taskOrRefuse()
    save(task, readForm(saveForm, request))
    answered(request, response, path, {
      ...asShown(task),
      said: readerOf(request).say(reflectionTexts.saved),
    })
  })

  app.post(`${path}/traces`, (request, response) => {
    const task = taskOrRefuse()
    const reader = readerOf(request)
    const { text, was } = readForm(fillForm, request)
    // What is in the form and not saved yet must not be lost by it.
    if (text !== undefined && was !== undefined && stampOf(text) !== was) save(task, { text, was })
    const fills = fillsNow(course, currentFold(course))
    const filled = writing(task, () => refillReflection(task, fills, reader.lang))
    const said = filled === 0 ? reflectionTexts.nothingToFill : reflectionTexts.filled(filled)
    answered(request, response, path, { ...asShown(task), said: reader.say(said) })
  })

  app.post('/ratings', (request: Request, response) => {
    const given = readForm(ratingForm, request)
    for (const each of rated) {
      const value = given[each.name]
      if (typeof value !== 'number') continue
      if (!recordRating(course, each, value, new Date())) throw new Refused(500, reflectionTexts.notKept)
    }
    foldIntoChecklist(course, undefined)
    hub.tell({ kind: 'progress' })
    answered(request, response, path, { said: readerOf(request).say(reflectionTexts.rated) })
  })

  function taskOrRefuse(): Task {
    const task = reflectionTask(course)
    if (task === undefined) throw new Refused(404, reflectionTexts.none)
    return task
  }

  function save(task: Task, { text, was }: { readonly text: string; readonly was: string }): void {
    const before = readReflection(task)
    if (stampOf(before) !== was) throw new Refused(409, reflectionTexts.changed)
    writing(task, () => writeWhole(reflectionPath(task), asInFile(text, before)))
    hub.tell({ kind: 'progress' })
  }
}

function asShown(task: Task): { readonly text: string; readonly was: string } {
  const text = readReflection(task)
  return { text, was: stampOf(text) }
}

/** @throws Refused where the file system does not let us */
function writing<Result>(task: Task, write: () => Result): Result {
  try {
    return write()
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    throw new Refused(500, reflectionTexts.notWritable(shownPath(reflectionPath(task)), code))
  }
}
