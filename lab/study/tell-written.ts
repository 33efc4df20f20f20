/**
 * Tells what a task asks to be answered in sentences: `node lab/study/tell-written.ts <task folder>` prints its questions as JSON.
 * The workbook reads content this way, in a process of its own.
 */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repositoryRoot } from '../kit/subject-under-test.ts'
import { writtenTaskSchema } from './written.ts'

const [folder = '.'] = process.argv.slice(2)
const path = join(resolve(repositoryRoot, folder), 'rubric.ts')
const { written } = (await import(pathToFileURL(path).href)) as { readonly written?: unknown }
process.stdout.write(`${JSON.stringify(writtenTaskSchema.parse(written))}\n`)
