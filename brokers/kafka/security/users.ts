/**
 * Who may log in: users with a password for PLAIN, and users with SCRAM credentials, which admins add and remove. What admins
 * do outlives the process, and holds against what the users of the start have.
 */
import type { SmallState } from '../model/small-state.ts'
import { credentialOf, type ScramCredential, type ScramMechanism, scramMechanisms } from './scram.ts'

export interface User {
  readonly name: string
  readonly password: string
}

const names = Object.keys(scramMechanisms) as ScramMechanism[]
/** Behind it: mechanism, slash, name. */
const SCRAM = 'scram/'

/** As it is kept: the bytes in base64. */
interface KeptCredential {
  readonly salt: string
  readonly iterations: number
  readonly storedKey: string
  readonly serverKey: string
}

export class Users {
  readonly #state: SmallState
  readonly #passwords: ReadonlyMap<string, string>
  readonly #scram = new Map<ScramMechanism, Map<string, ScramCredential>>(
    names.map((name) => [name, new Map()]),
  )

  /** These can log in by any mechanism. */
  constructor(users: readonly User[], state: SmallState) {
    this.#state = state
    this.#passwords = new Map(users.map(({ name, password }) => [name, password]))
    const kept = state.all<KeptCredential | null>(SCRAM)
    for (const mechanism of names) {
      for (const { name, password } of users) {
        if (!kept.has(`${mechanism}/${name}`))
          this.#scram.get(mechanism)?.set(name, credentialOf(mechanism, password))
      }
    }
    for (const [key, credential] of kept) {
      const [mechanism, name] = splitKey(key)
      if (credential !== null) this.#scram.get(mechanism)?.set(name, credentialFromKept(credential))
    }
  }

  hasPassword(name: string, password: string): boolean {
    return this.#passwords.get(name) === password
  }

  credential(mechanism: ScramMechanism, name: string): ScramCredential | undefined {
    return this.#scram.get(mechanism)?.get(name)
  }

  set(mechanism: ScramMechanism, name: string, credential: ScramCredential): void {
    this.#scram.get(mechanism)?.set(name, credential)
    this.#state.put(`${SCRAM}${mechanism}/${name}`, () => keptCredential(credential))
  }

  delete(mechanism: ScramMechanism, name: string): void {
    const key = `${SCRAM}${mechanism}/${name}`
    // A user of the start would have it again after the next one.
    if (this.#passwords.has(name)) this.#state.put(key, () => null)
    else this.#state.delete(key)
    this.#scram.get(mechanism)?.delete(name)
  }

  /** Who has SCRAM credentials. */
  get scramNames(): string[] {
    return [...new Set([...this.#scram.values()].flatMap((users) => [...users.keys()]))]
  }
}

/** No mechanism has a slash in its name; a user may. */
function splitKey(key: string): [mechanism: ScramMechanism, name: string] {
  const at = key.indexOf('/')
  return [key.slice(0, at) as ScramMechanism, key.slice(at + 1)]
}

function keptCredential({ salt, iterations, storedKey, serverKey }: ScramCredential): KeptCredential {
  return {
    salt: salt.toString('base64'),
    iterations,
    storedKey: storedKey.toString('base64'),
    serverKey: serverKey.toString('base64'),
  }
}

function credentialFromKept({ salt, iterations, storedKey, serverKey }: KeptCredential): ScramCredential {
  return {
    salt: Buffer.from(salt, 'base64'),
    iterations,
    storedKey: Buffer.from(storedKey, 'base64'),
    serverKey: Buffer.from(serverKey, 'base64'),
  }
}
