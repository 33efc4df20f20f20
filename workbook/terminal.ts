/** What the workbook knows about the terminal: whether there is one, how wide, and whether it shows colours. */
import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Whether someone sits in front: both ends are terminals. */
export const isInteractive = Boolean(process.stdout.isTTY && process.stdin.isTTY)

/** Whether colours reach the reader. `styleText` decides by the same rules (NO_COLOR, FORCE_COLOR, a pipe). */
export const hasColour = styleText('red', 'x', { stream: process.stdout }) !== 'x'

/** Colours a text where the terminal shows colours. */
export function paint(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout })
}

export function columns(): number {
  // A pseudo terminal without a size says 0.
  return process.stdout.columns || 110
}

/** Prints lines. A reader that went away (`| head`) ends the program quietly. */
export function print(...lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`)
}

export function printError(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`)
}

/** Prints data for machines. */
export function printJson(data: unknown): void {
  print(JSON.stringify(data, undefined, 2))
}

/** Resolves when everything printed has been handed over. */
export async function flushed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
    ),
  )
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
