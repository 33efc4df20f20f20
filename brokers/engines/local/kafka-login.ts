/** What a real Kafka is set to so that clients log in with SASL, and may do only what access rules allow. */
import type { Login } from '../../kafka/raw-client.ts'

export interface KafkaLogin {
  /** May do anything; the nodes log in with it among themselves. */
  readonly admin: Login
  /** All who can log in with PLAIN, the admin among them. */
  readonly users: readonly Login[]
}

/** For the listener named PLAINTEXT, which speaks SASL_PLAINTEXT then; controllers go on without. */
export function securedSettings({ admin, users }: KafkaLogin): Record<string, string> {
  const passwords = users.map(({ name, password }) => `user_${name}="${password}"`)
  const plain = `username="${admin.name}" password="${admin.password}" ${passwords.join(' ')}`
  const jaas = (module: string, rest = '') => `org.apache.kafka.common.security.${module} required ${rest};`
  const scram = jaas('scram.ScramLoginModule')
  return {
    'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.plaintext.plain.sasl.jaas.config': jaas('plain.PlainLoginModule', plain),
    'listener.name.plaintext.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.plaintext.scram-sha-512.sasl.jaas.config': scram,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // Controllers speak to each other without logging in.
    'super.users': `User:${admin.name};User:ANONYMOUS`,
  }
}
