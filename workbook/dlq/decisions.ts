/** What befalls dead letters that somebody decided about: sent back, refused, or removed with a copy kept. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { shownPath, workbookPath } from '../root.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { Held } from './dead-letter-queue.ts'
import { type Refusal, refusalOf } from './selection.ts'

/** A message that died again each time is a person's business. */
export const redrivesDefault = 3
/** Unless another one is named. */
export const queueDefault = 'payments.dlq'
/** A quorum queue drops at 20 returns unless it was told otherwise: here one is warned. */
export const returnsWarned = 10

/** How it ended for one message. */
export interface Ending {
  readonly dead: DeadLetter
  readonly is: 'sent' | 'refused' | 'failed'
  readonly refusal?: Refusal
  readonly why?: string
}

/** Sends them back one after another; without `isApplied` only tells what would happen. */
export async function redriveAll(
  chosen: readonly Held[],
  options: { readonly isApplied: boolean; readonly redrivesMax: number; readonly queue: string },
): Promise<Ending[]> {
  const endings: Ending[] = []
  for (const one of chosen) {
    const refusal = refusalOf(one.dead, options)
    if (refusal !== undefined) endings.push({ dead: one.dead, is: 'refused', refusal })
    else endings.push(options.isApplied ? await sent(one) : { dead: one.dead, is: 'sent' })
  }
  return endings
}

/** Removes them for good, a copy of each on the disk before. Answers the file, relative to the repository. */
export function dropAll(chosen: readonly Held[], queue: string): string {
  const file = keepCopies(chosen, queue)
  for (const one of chosen) one.drop()
  return file
}

/** Everything but the body. */
export function forMachines({ headers: _, body: __, ...dead }: DeadLetter): Record<string, unknown> {
  return {
    ...dead,
    id: dead.id ?? null,
    diedAt: dead.diedAt === undefined ? null : new Date(dead.diedAt).toISOString(),
  }
}

/** A body for reading; bytes that are no text as hexadecimal digits. */
export function bodyText(body: Buffer): string {
  const text = body.toString('utf8')
  return text.includes('\uFFFD') ? body.toString('hex') : text
}

async function sent(one: Held): Promise<Ending> {
  try {
    await one.redrive()
    return { dead: one.dead, is: 'sent' }
  } catch (error) {
    return { dead: one.dead, is: 'failed', why: error instanceof Error ? error.message : String(error) }
  }
}

/** One JSON object a line. */
function keepCopies(chosen: readonly Held[], queue: string): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-')
  const path = workbookPath('dlq', `${time}-${queue.replaceAll(/[^\w.-]/g, '_')}.jsonl`)
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'wx')
  try {
    for (const { dead } of chosen) {
      const { headers } = dead
      writeSync(
        file,
        `${JSON.stringify({ ...forMachines(dead), headers, body: dead.body.toString('base64') })}\n`,
      )
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return shownPath(path)
}
