/** `npm run brokers`: brokers of any engine on their own. Each verb has a file of its own beside this one. */
import type { Context } from '../command.ts'
import type { ExitCode } from '../exit.ts'
import { type Options, UsageError } from '../options.ts'
import { brokersTexts } from '../texts/brokers.ts'

const verbs = ['up', 'down', 'status', 'install'] as const
const products = ['rabbitmq', 'kafka'] as const
type Product = (typeof products)[number]

/** What `up` takes besides, by broker; the embedded ones take more. */
const upOptions: Readonly<
  Record<Product, { readonly all: readonly (keyof Options)[]; readonly embedded: readonly (keyof Options)[] }>
> = {
  rabbitmq: { all: ['port', 'management'], embedded: ['host', 'profile', 'data', 'durability'] },
  kafka: { all: ['port', 'ports'], embedded: ['host', 'data', 'durability'] },
}
const allOptions: readonly (keyof Options)[] = [
  ...new Set(Object.values(upOptions).flatMap(({ all, embedded }) => [...all, ...embedded])),
]

export async function run(context: Context): Promise<ExitCode> {
  const { options } = context
  const [verb, another] = verbs.filter((word) => options.words.has(word))
  if (verb === undefined || another !== undefined) throw new UsageError(brokersTexts.whatToDo)
  const product = productOf(options)
  if (verb === 'up') return up(context, product)
  refuseOptions(options, ['engine'], verb)
  if (verb === 'install') return (await import('./brokers-install.ts')).run(context, product)
  if (options.engine !== undefined) throw new UsageError(brokersTexts.notFor('engine', verb))
  const { down, status } = await import('./brokers-running.ts')
  return verb === 'down' ? down(context, product) : status(context, product)
}

async function up(context: Context, product: Product | undefined): Promise<ExitCode> {
  const { options } = context
  if (product === undefined) throw new UsageError(brokersTexts.whatToDo)
  const { engine = 'embedded' } = options
  if (engine === 'url') throw new UsageError(brokersTexts.notByUrl)
  const { all, embedded } = upOptions[product]
  refuseOptions(
    options,
    ['engine', ...all, ...(engine === 'embedded' ? embedded : [])],
    engine === 'embedded' ? product : `engine=${engine}`,
  )
  const isSet = Object.keys(options.dotted)[0]
  if (isSet !== undefined && product === 'rabbitmq') throw new UsageError(brokersTexts.notFor(isSet, product))
  if (engine !== 'embedded') return (await import('./brokers-real.ts')).run(context, product, engine)
  const file = product === 'kafka' ? import('./brokers-kafka.ts') : import('./brokers-rabbitmq.ts')
  return (await file).run(context)
}

/** The one that is named; none means all of them. */
function productOf({ words }: Options): Product | undefined {
  const [product, another] = products.filter((word) => words.has(word))
  return another === undefined ? product : undefined
}

function refuseOptions(options: Options, allowed: readonly (keyof Options)[], what: string): void {
  const wrong = allOptions.find((name) => options[name] !== undefined && !allowed.includes(name))
  if (wrong !== undefined) throw new UsageError(brokersTexts.notFor(wrong, what))
}
