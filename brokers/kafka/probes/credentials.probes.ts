/** Probes over SCRAM credentials (KIP-554): how admins make and take them away, and how users log in with them. */
import { describeUserScramCredentials } from '../wire/messages/50-describe-user-scram-credentials.ts'
import { alterUserScramCredentials } from '../wire/messages/51-alter-user-scram-credentials.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'
import { logInWithScram, type ScramLogin, upsertionOf } from './scram-client.ts'
import { secured } from './secured.ts'

type Upsertion = ReturnType<typeof upsertionOf>
interface Deletion {
  readonly name: string
  readonly mechanism: number
}

const alter = (c: ProbeClient, upsertions: readonly Upsertion[], deletions: readonly Deletion[] = []) =>
  c.call(alterUserScramCredentials, 0, { upsertions, deletions })

const describe = (c: ProbeClient, ...names: readonly string[]) =>
  c.call(describeUserScramCredentials, 0, { users: names.map((name) => ({ name })) })

/** Gives a user a credential that can be used. */
async function newLogin(
  c: ProbeClient,
  world: ProbeWorld,
  mechanism: ScramLogin['mechanism'] = 'SCRAM-SHA-256',
  iterations = 4_096,
): Promise<ScramLogin> {
  const login = { mechanism, name: world.name('user'), password: 'secret' }
  await c.ask(alterUserScramCredentials, 0, { upsertions: [upsertionOf(login, iterations)], deletions: [] })
  await known(c, login.name, true)
  return login
}

/** What is changed is not known at once. */
const known = (c: ProbeClient, name: string, isThere: boolean) =>
  c.until(
    describeUserScramCredentials,
    0,
    { users: [{ name }] },
    ({ results }) => (results[0]?.errorCode === 0) === isThere,
  )

const stranger = (world: ProbeWorld, label: string) => world.connect(label, { as: null })

export const credentialProbes: Programs = {
  'credentials: made, described, and taken away': async (c, world) => {
    const login = { name: world.name('user'), password: 'secret' }
    const [one, two] = (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).map((mechanism) =>
      upsertionOf({ ...login, mechanism }, 8_192),
    ) as [Upsertion, Upsertion]
    await describe(c, login.name)
    await alter(c, [one])
    await known(c, login.name, true)
    await alter(c, [two])
    await c.until(
      describeUserScramCredentials,
      0,
      { users: [{ name: login.name }] },
      ({ results }) => results[0]?.credentialInfos.length === 2,
    )
    await describe(c, login.name)
    await alter(c, [], [{ name: login.name, mechanism: 1 }])
    await c.until(
      describeUserScramCredentials,
      0,
      { users: [{ name: login.name }] },
      ({ results }) => results[0]?.credentialInfos.length === 1,
    )
    await alter(c, [], [{ name: login.name, mechanism: 2 }])
    await known(c, login.name, false)
    await alter(c, [], [{ name: login.name, mechanism: 2 }])
  },
  'credentials: that can not be': async (c, world) => {
    const good = upsertionOf({ mechanism: 'SCRAM-SHA-256', name: world.name('user'), password: 'x' })
    const bad: Record<string, Partial<Upsertion>> = {
      'too few iterations': { iterations: 4_095 },
      'too many iterations': { iterations: 16_385 },
      'no iterations': { iterations: -1 },
      'another mechanism': { mechanism: 9 },
      'no mechanism': { mechanism: 0 },
      'no name': { name: '' },
      'no salt': { salt: Buffer.alloc(0) },
      'no password': { saltedPassword: Buffer.alloc(0) },
    }
    for (const [label, own] of Object.entries(bad)) {
      c.note(`${label}:`)
      await alter(c, [{ ...good, ...own } as Upsertion])
    }
    await alter(c, [])
  },
  'credentials: of a user that is named twice': async (c, world) => {
    const name = world.name('user')
    const good = upsertionOf({ mechanism: 'SCRAM-SHA-256', name, password: 'x' })
    await alter(c, [good, { ...good, mechanism: 2 }])
    await alter(c, [good], [{ name, mechanism: 2 }])
    await alter(
      c,
      [],
      [
        { name, mechanism: 1 },
        { name, mechanism: 1 },
      ],
    )
    await describe(c, name, name)
    await describe(c, '')
  },
  'credentials: taken away from nobody, and by a mechanism that there is not': async (c, world) => {
    await alter(c, [], [{ name: world.name('nobody'), mechanism: 1 }])
    await alter(c, [], [{ name: world.name('nobody'), mechanism: 9 }])
    await alter(c, [], [{ name: '', mechanism: 1 }])
  },
  'credentials: of whoever may not ask': async (_c, world) => {
    const alice = await world.connect('alice', { as: secured.alice })
    await describe(alice, 'alice')
    const one = upsertionOf({ mechanism: 'SCRAM-SHA-256', name: world.name('user'), password: 'x' })
    await alter(alice, [one, { ...one, name: world.name('other') }])
  },
  'credentials: log in': async (c, world) => {
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const) {
      const login = await newLogin(c, world, mechanism, mechanism === 'SCRAM-SHA-256' ? 4_096 : 16_384)
      await logInWithScram(await stranger(world, mechanism), login)
    }
  },
  'credentials: with what is wrong': async (c, world) => {
    const login = await newLogin(c, world)
    const { name } = login
    const wrong: Record<string, Partial<ScramLogin>> = {
      'another password': { password: 'wrong' },
      'another nonce': { finalNonce: 'client-and-more' },
      'the other mechanism': { mechanism: 'SCRAM-SHA-512' },
      'on behalf of another': { first: `n,a=somebody,n=${name},r=client` },
      'no message': { first: 'nonsense' },
      'channel binding': { first: `y,,n=${name},r=client` },
      nothing: { first: '' },
    }
    for (const [label, own] of Object.entries(wrong))
      await logInWithScram(await stranger(world, label), { ...login, ...own })
  },
  'credentials: no longer, once they are taken away': async (c, world) => {
    const login = await newLogin(c, world)
    await c.ask(alterUserScramCredentials, 0, {
      upsertions: [],
      deletions: [{ name: login.name, mechanism: 1 }],
    })
    await known(c, login.name, false)
    await logInWithScram(await stranger(world, 'late'), login)
  },
}
