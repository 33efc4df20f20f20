/** How a cluster's log-ins and rules are asked for. Apart from what keeps them, as injection-schema.ts. */
import { z } from 'zod'
import { saslMechanisms } from './authentication.ts'

export const saslOptions = z.strictObject({
  /** Kafka's sasl.enabled.mechanisms. */
  mechanisms: z
    .array(z.enum(saslMechanisms))
    .min(1)
    .default([...saslMechanisms]),
  /** They can log in by each of the mechanisms; more can be added by clients (SCRAM only). */
  users: z.array(z.strictObject({ name: z.string().min(1), password: z.string().min(1) })).default([]),
})

export const aclOptions = z.strictObject({
  /** Kafka's super.users, without `User:`: they may do anything. */
  superUsers: z.array(z.string().min(1)).default([]),
  /** Kafka's allow.everyone.if.no.acl.found. */
  allowIfNoneFound: z.boolean().default(false),
})
