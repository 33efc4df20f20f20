/**
 * The dashboard as a program: `node dashboard/main.ts [port=4747] [open=no]`. Serves on loopback until Ctrl-C; prints its
 * address, and opens it in the browser where somebody sits in front.
 */
import { spawn } from 'node:child_process'
import { z } from 'zod'
import { text } from '#lab/verdict/language'
import { inLanguage, pickLanguage } from '#workbook/language'
import { UsageError } from '#workbook/options'
import { readSettings } from '#workbook/state'
import { openDashboard } from './server.ts'

const portDefault = 4747

const wordsSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(portDefault),
  open: z.enum(['yes', 'no']).optional(),
})

const mainTexts = {
  ready: (url: string) => text(`The dashboard is at ${url}`, `Dashboard ở ${url}`),
  end: text('Ctrl-C ends it, and what it runs.', 'Ctrl-C để dừng, cùng mọi thứ nó đang chạy.'),
} as const

await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<void> {
  const lang = pickLanguage(undefined, readSettings().lang, process.env)
  const say = (said: { en: string; vi: string }): void =>
    void process.stdout.write(`${inLanguage(said, lang)}\n`)
  const { port, open } = wordsSchema.parse(Object.fromEntries(args.map((word) => word.split('='))))
  try {
    const dashboard = await openDashboard({ port })
    say(mainTexts.ready(dashboard.url))
    say(mainTexts.end)
    if (open !== 'no' && (open === 'yes' || process.stdout.isTTY)) openBrowser(dashboard.url)
    let isEnding = false
    const end = (): void => {
      // A second Ctrl-C waits for nobody.
      if (isEnding) process.exit(130)
      isEnding = true
      void dashboard.close().finally(() => process.exit(0))
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`${inLanguage(error.text, lang)}\n`)
    process.exit(2)
  }
}

/** Where that can't be done, the address stands on the screen. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url]
  const child = spawn(command ?? 'xdg-open', args, { stdio: 'ignore', detached: true })
  child.on('error', () => {})
  child.unref()
}
