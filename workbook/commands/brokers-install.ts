/** `npm run brokers install`: brings real brokers for `engine=local` into the cache folder, or images for `engine=docker`. */

import { installImages, installKafka, installRabbitMQ } from '#brokers/engines/install'
import { EngineError } from '#brokers/engines/start'
import type { Text } from '#lab/verdict'
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { UsageError } from '../options.ts'
import { endOnInterrupt, goOnUnlessInterrupted } from '../runner/interrupt.ts'
import { paint, print, printError } from '../terminal.ts'
import { brokersTexts } from '../texts/brokers.ts'
import { cliTexts } from '../texts/cli.ts'

const installers = { rabbitmq: installRabbitMQ, kafka: installKafka } as const

export async function run(
  { options, lang }: Context,
  product: keyof typeof installers | undefined,
): Promise<ExitCode> {
  const { engine = 'local' } = options
  if (engine === 'embedded' || engine === 'url') throw new UsageError(brokersTexts.nothingToInstall(engine))
  endOnInterrupt()
  const products = product === undefined ? (['rabbitmq', 'kafka'] as const) : [product]
  let exitCode: ExitCode = exitCodes.done
  for (const each of products) {
    try {
      const said = engine === 'docker' ? await installImages(each, say) : await installers[each](say)
      print(`${paint('green', '✓')} ${said}`)
    } catch (error) {
      await goOnUnlessInterrupted()
      const why: Text =
        error instanceof EngineError ? error.said : { en: messageOf(error), vi: messageOf(error) }
      printError(`${paint('red', '✗')} ${inLanguage(why, lang)}`)
      exitCode = exitCodes.setUp
    }
  }
  const next = exitCode === exitCodes.done ? `npm run check mq-01 engine=${engine}` : 'npm run doctor'
  print(inLanguage(cliTexts.next(next), lang))
  return exitCode
}

function say(line: string): void {
  print(paint('gray', line))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
