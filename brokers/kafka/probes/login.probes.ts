/** Probes over logging in (KIP-43, KIP-152): what a client may ask before, how it proves who it is, what it is told. */
import { metadata } from '../wire/messages/03-metadata.ts'
import { saslHandshake } from '../wire/messages/17-sasl-handshake.ts'
import { apiVersions } from '../wire/messages/18-api-versions.ts'
import { saslAuthenticate } from '../wire/messages/36-sasl-authenticate.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'
import { logInWithScram } from './scram-client.ts'
import { secured } from './secured.ts'

const PLAIN_VERSIONS = [0, 1, 2]

/** A connection on which nobody has logged in. */
const stranger = (world: ProbeWorld, label: string) => world.connect(label, { as: null })

const handshake = (c: ProbeClient, mechanism: string, version = 1) =>
  c.call(saslHandshake, version, { mechanism })

const token = (c: ProbeClient, text: string, version = 2) =>
  c.call(saslAuthenticate, version, { authBytes: Buffer.from(text) })

const ofAdmin = `\0${secured.admin.name}\0${secured.admin.password}`

const nodesOf = (c: ProbeClient) => c.call(metadata, 5, { topics: [], allowAutoTopicCreation: false })

export const loginProbes: Programs = {
  'login: the versions may be asked for before': async (_c, world) => {
    const one = await stranger(world, 'versions')
    const { errorCode, apiKeys } = await one.ask(apiVersions, 2, {})
    one.note(`${errorCode}, ${[17, 36].every((key) => apiKeys.some((api) => api.apiKey === key))}`)
    await handshake(one, 'PLAIN')
  },
  'login: nothing else may be asked for before': async (_c, world) => {
    await nodesOf(await stranger(world, 'at once'))
    const one = await stranger(world, 'after the handshake')
    await handshake(one, 'PLAIN')
    await nodesOf(one)
    const other = await stranger(world, 'versions after the handshake')
    await handshake(other, 'PLAIN')
    await other.ask(apiVersions, 2, {}).catch(() => other.note('the connection is closed'))
  },
  'login: a mechanism that there is not': async (_c, world) => {
    for (const version of [0, 1]) {
      const one = await stranger(world, `v${version}`)
      await handshake(one, 'GSSAPI', version)
      await one.closed()
    }
    await handshake(await stranger(world, 'in small letters'), 'plain')
    await handshake(await stranger(world, 'nothing'), '')
  },
  'login: the handshake twice, and the token first': async (_c, world) => {
    const twice = await stranger(world, 'twice')
    await handshake(twice, 'PLAIN')
    await handshake(twice, 'PLAIN')
    await token(await stranger(world, 'token first'), ofAdmin)
  },
  'login: with PLAIN, told by version': async (_c, world) => {
    for (const version of PLAIN_VERSIONS) {
      const one = await stranger(world, `v${version}`)
      await handshake(one, 'PLAIN')
      await token(one, ofAdmin, version)
      await nodesOf(one)
    }
  },
  'login: a second time on the same connection': async (c) => {
    await handshake(c, 'PLAIN')
    await token(c, ofAdmin)
    await nodesOf(c)
  },
  'login: with bare tokens, as behind version 0': async (_c, world) => {
    const one = await stranger(world, 'right')
    await handshake(one, 'PLAIN', 0)
    one.write(sized(ofAdmin))
    one.note(`${(await one.raw.next(5_000))?.length} bytes`)
    await nodesOf(one)
    const other = await stranger(world, 'wrong')
    await handshake(other, 'PLAIN', 0)
    other.write(sized('\0admin\0wrong'))
    await other.closed()
  },
  'login: with PLAIN that is none, or wrong': async (_c, world) => {
    const texts = {
      'another password': '\0admin\0wrong',
      nobody: '\0who\0secret',
      'no name': '\0\0secret',
      'no password': '\0admin\0',
      'two parts': 'admin\0secret',
      'four parts': '\0admin\0secret\0more',
      nothing: '',
      'on behalf of another': 'alice\0admin\0admin-secret',
      'on behalf of oneself': 'admin\0admin\0admin-secret',
    }
    for (const [label, text] of Object.entries(texts)) {
      const one = await stranger(world, label)
      await handshake(one, 'PLAIN')
      const answer = await token(one, text)
      if (answer?.['errorCode'] !== 0) await one.closed()
    }
  },
  'login: with SCRAM, without a credential': async (_c, world) => {
    for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)
      await logInWithScram(await stranger(world, mechanism), { mechanism, name: 'nobody', password: 'x' })
  },
}

/** With its size in front. */
function sized(text: string): Buffer {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(text))
  bytes.writeInt32BE(bytes.length - 4)
  bytes.write(text, 4)
  return bytes
}
