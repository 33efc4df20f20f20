/** Who may log in: users with a password for PLAIN, and users with SCRAM credentials, which admins add and remove. */
import { credentialOf, type ScramCredential, type ScramMechanism, scramMechanisms } from './scram.ts'

export interface User {
  readonly name: string
  readonly password: string
}

const names = Object.keys(scramMechanisms) as ScramMechanism[]

export class Users {
  readonly #passwords: ReadonlyMap<string, string>
  readonly #scram = new Map<ScramMechanism, Map<string, ScramCredential>>(
    names.map((name) => [name, new Map()]),
  )

  /** These can log in by any mechanism. */
  constructor(users: readonly User[]) {
    this.#passwords = new Map(users.map(({ name, password }) => [name, password]))
    for (const { name, password } of users) {
      for (const mechanism of names) this.set(mechanism, name, credentialOf(mechanism, password))
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
  }

  /** Whether there was one. */
  delete(mechanism: ScramMechanism, name: string): boolean {
    return this.#scram.get(mechanism)?.delete(name) ?? false
  }

  /** Who has SCRAM credentials. */
  get scramNames(): string[] {
    return [...new Set([...this.#scram.values()].flatMap((users) => [...users.keys()]))]
  }
}
