/** The scenarios of review-06: the calculations, tried over many numbers, beside a simulation and beside a broker. */
import type { Act, Lab } from '#lab/kit'
import { makeRandom } from '#lab/random'
import {
  marginMs,
  playStay,
  type Stay,
  type StayModel,
  type StaySettings,
  stayModels,
} from '#lab/simulate/stay'
import { simulateWorkers, type WorkersSeen } from '#lab/simulate/workers'
import type { Random } from '#lab/subject'
import { text } from '#lab/verdict/language'

const file = 'calculations.ts'

interface Load {
  readonly perSecond: number
  readonly perConsumerPerSecond: number
}

interface Calculations {
  minimumConsumers(load: Load): number
  consumersFor(load: Load, room: { busyMax: number; spare: number }): number
  drainSeconds(load: Load, given: { backlog: number; consumers: number }): number
  keepsUp(load: Load, group: { consumers: number; shares: readonly number[] }): boolean
  longestStay(
    model: StayModel,
    settings: { ttl: number; retries: number; delay: number; processing: number },
  ): number
}

interface Answers {
  readonly consumersAnswer: { readonly minimum: number; readonly consumers: number; readonly why: string }
  readonly stayAnswer: { readonly model: string; readonly seconds: number; readonly why: string }
}

/** One call of a function, what it answered and what is right. */
export interface Tried {
  readonly call: string
  readonly said: unknown
  readonly right: number | boolean
}

export interface ConsumersSeen {
  readonly tried: readonly Tried[]
  readonly answer: Answers['consumersAnswer']
  /** The answer's consumers at work, and with one of them down; nothing when the number is no number of consumers. */
  readonly atWork: WorkersSeen | undefined
  readonly oneDown: WorkersSeen | undefined
}

export const asked: Load = { perSecond: 1000, perConsumerPerSecond: 100 }
/** More consumers than anybody would want to see simulated. */
const consumersMax = 1000
const simulatedMessages = 60_000

/** The number of consumers: four functions over many loads, then the answer itself in a simulation. */
export async function consumers(lab: Lab): Promise<ConsumersSeen> {
  const calculations = await lab.subject.load<Calculations>(file, [
    'minimumConsumers',
    'consumersFor',
    'drainSeconds',
    'keepsUp',
  ])
  const { consumersAnswer } = await lab.subject.loadData<Answers>(file, ['consumersAnswer'])
  const tried = [...loadsTried(calculations, lab.random)]
  const simulate = (count: number): WorkersSeen | undefined =>
    Number.isInteger(count) && count > 0 && count <= consumersMax
      ? simulateWorkers(makeRandom(lab.run.seed), { ...asked, consumers: count, messages: simulatedMessages })
      : undefined
  lab.say(
    'Your number of consumers gets 60,000 messages that arrive at random, 1,000 a second.',
    'Số consumer của bạn nhận 60.000 message tới ngẫu nhiên, 1.000 mỗi giây.',
  )
  return {
    tried,
    answer: consumersAnswer,
    atWork: simulate(consumersAnswer.consumers),
    oneDown: simulate(consumersAnswer.consumers - 1),
  }
}

function* loadsTried(calculations: Calculations, random: Random): Generator<Tried> {
  const { minimumConsumers, consumersFor, drainSeconds, keepsUp } = calculations
  for (let nth = 0; nth < 100; nth += 1) {
    const load =
      nth === 0 ? asked : { perSecond: random.integer(5, 5000), perConsumerPerSecond: random.integer(1, 400) }
    const { perSecond, perConsumerPerSecond } = load
    const shown = `${perSecond}/s and ${perConsumerPerSecond}/s each`
    const minimum = Math.ceil(perSecond / perConsumerPerSecond)
    yield { call: `minimumConsumers(${shown})`, said: minimumConsumers(load), right: minimum }

    const [busyMax, spare] = [random.integer(2, 10) / 10, random.integer(0, 3)]
    const working = perSecond / (perConsumerPerSecond * busyMax)
    // What is a whole number but for the last digit of a float may be rounded either way.
    if (Math.abs(working - Math.round(working)) > 1e-9 || Number.isInteger(working)) {
      yield {
        call: `consumersFor(${shown}; busyMax ${busyMax}, spare ${spare})`,
        said: consumersFor(load, { busyMax, spare }),
        right: Math.ceil(working) + spare,
      }
    }

    const [backlog, count] = [random.integer(1, 100_000), minimum + random.integer(-1, 5)]
    const rest = count * perConsumerPerSecond - perSecond
    yield {
      call: `drainSeconds(${shown}; backlog ${backlog}, consumers ${count})`,
      said: drainSeconds(load, { backlog, consumers: count }),
      right: rest > 0 ? backlog / rest : Number.POSITIVE_INFINITY,
    }

    const members = Math.max(1, minimum + random.integer(-1, 4))
    const weights = Array.from({ length: random.integer(1, 24) }, () => random.integer(1, 9))
    const sum = weights.reduce((all, weight) => all + weight, 0)
    const shares = weights.map((weight) => weight / sum)
    const loads = weights.reduce<number[]>((each, weight, at) => {
      each[at % members] = (each[at % members] ?? 0) + (weight / sum) * perSecond
      return each
    }, [])
    const hottest = Math.max(...loads.map((each) => each ?? 0))
    if (Math.abs(hottest - perConsumerPerSecond) > 1e-6) {
      yield {
        call: `keepsUp(${shown}; consumers ${members}, ${shares.length} partitions, the hottest with ${Math.round(Math.max(...shares) * perSecond)}/s)`,
        said: keepsUp(load, { consumers: members, shares }),
        right: hottest < perConsumerPerSecond,
      }
    }
  }
}

export interface StayTried {
  readonly model: StayModel
  readonly settings: { ttl: number; retries: number; delay: number; processing: number }
  readonly said: unknown
  readonly right: number
  /** What a broker did; for the numbers of the question, and for one other. */
  readonly seen?: Stay
}

export interface StaysSeen {
  readonly tried: readonly StayTried[]
  readonly answer: Answers['stayAnswer']
  /** What the answer's model comes to for the numbers of the question; nothing when there is no such model. */
  readonly right: number | undefined
}

export const askedStay = { ttl: 60, retries: 3, delay: 10, processing: 0 }

/** The longest stay: each model over many numbers, and on a broker whose clock is moved. */
export async function stays(lab: Lab): Promise<StaysSeen> {
  lab.needs('virtual-time')
  const { longestStay } = await lab.subject.load<Calculations>(file, ['longestStay'])
  const { stayAnswer } = await lab.subject.loadData<Answers>(file, ['stayAnswer'])
  const tried: StayTried[] = []
  for (const model of stayModels) {
    lab.say(
      `${model}: a message with a TTL of 60 s, 3 retries, 10 s of delay`,
      `${model}: một message với TTL 60 giây, 3 lần retry, chờ 10 giây`,
    )
    const other = {
      ttl: lab.random.integer(20, 90),
      retries: lab.random.integer(1, 4),
      delay: lab.random.integer(1, 40),
      processing: lab.random.integer(1, 5),
    }
    // Other numbers only where the formulas differ most: a broker is slow beside a function.
    const isPlayedTwice = model === 'every-visit' || model === 'requeued'
    for (const settings of isPlayedTwice ? [askedStay, other] : [askedStay]) {
      const seen = await playStay(lab, model, inMs(settings))
      const most = rightStay(model, settings) * 1000
      // Each visit ended a little before it had to. Beyond that the broker and the formula must agree, or the lab is wrong.
      if (seen.ms > most + 1 || seen.ms < most - (seen.visits || 1) * marginMs)
        throw new Error(`${model}: the message stayed for ${seen.ms} ms, and ${most} were expected`)
      tried.push({
        model,
        settings,
        said: longestStay(model, settings),
        right: rightStay(model, settings),
        seen,
      })
    }
    for (let nth = 0; nth < 20; nth += 1) {
      const settings = {
        ttl: lab.random.integer(1, 600),
        retries: lab.random.integer(1, 10),
        delay: lab.random.integer(1, 300),
        processing: lab.random.integer(0, 30),
      }
      tried.push({ model, settings, said: longestStay(model, settings), right: rightStay(model, settings) })
    }
  }
  const model = stayModels.find((each) => each === stayAnswer.model)
  return {
    tried,
    answer: stayAnswer,
    right: model === undefined ? undefined : rightStay(model, askedStay),
  }
}

function inMs({ ttl, retries, delay, processing }: typeof askedStay): StaySettings {
  return { ttlMs: ttl * 1000, retries, delayMs: delay * 1000, processingMs: processing * 1000 }
}

function rightStay(model: StayModel, { ttl, retries, delay, processing }: typeof askedStay): number {
  const visits = retries + 1
  switch (model) {
    case 'free-consumer':
      return visits * processing + retries * delay
    case 'one-wait':
      return ttl + visits * processing + retries * delay
    case 'every-visit':
      return visits * (ttl + processing) + retries * delay
    case 'attempts':
      return retries * (ttl + processing) + (retries - 1) * delay
    case 'requeued':
      return ttl + processing
    case 'nobody':
      return ttl
    case 'nobody-round':
      return ttl + delay
  }
}

export const live: readonly Act[] = [
  {
    title: text(
      'How many consumers for 1,000 messages a second?',
      'Cần mấy consumer cho 1.000 message mỗi giây?',
    ),
    scenario: consumers,
  },
  {
    title: text('How long can a message stay?', 'Một message ở lại lâu nhất bao lâu?'),
    scenario: stays,
  },
]
