/** `npm run brokers status` and `down`: which brokers `up` runs, and their end. */
import type { Context } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit.ts'
import { inLanguage } from '../language.ts'
import { findRunningBrokers, type RunningBroker, stopRunningBroker } from '../state/running-brokers.ts'
import { paint, print, printError } from '../terminal.ts'
import { brokersTexts } from '../texts/brokers.ts'
import { cliTexts } from '../texts/cli.ts'

type Product = RunningBroker['product']

export async function status(context: Context, product: Product | undefined): Promise<ExitCode> {
  const { lang } = context
  const brokers = await find(context, product)
  if (brokers.length === 0) {
    print(inLanguage(brokersTexts.noneRuns, lang))
    print(inLanguage(cliTexts.next(`npm run brokers up ${product ?? 'rabbitmq'}`), lang))
    return exitCodes.done
  }
  for (const { server, engine, addresses, management, since } of brokers) {
    const time = new Date(since).toLocaleTimeString(lang === 'vi' ? 'vi-VN' : 'en-GB')
    print(inLanguage(brokersTexts.runs(server, engine, addresses.join(','), management, time), lang))
  }
  print(inLanguage(cliTexts.next(`npm run brokers down`), lang))
  return exitCodes.done
}

export async function down(context: Context, product: Product | undefined): Promise<ExitCode> {
  const { lang } = context
  const brokers = await find(context, product)
  if (brokers.length === 0) print(inLanguage(brokersTexts.noneRuns, lang))
  let exitCode: ExitCode = exitCodes.done
  for (const broker of brokers) {
    const name = `${broker.server} (${broker.addresses.join(',')})`
    if (await stopRunningBroker(broker)) print(inLanguage(brokersTexts.downed(name), lang))
    else {
      printError(paint('red', inLanguage(brokersTexts.doesNotStop(name), lang)))
      exitCode = exitCodes.setUp
    }
  }
  return exitCode
}

async function find({ lang }: Context, product: Product | undefined): Promise<RunningBroker[]> {
  const { running, stale } = await findRunningBrokers()
  if (stale > 0) print(paint('gray', inLanguage(brokersTexts.stale(stale), lang)))
  return running.filter((broker) => product === undefined || broker.product === product)
}
