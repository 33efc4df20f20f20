/** Who can log in where clients have to, and the one of them who may do anything. */
import type { Login } from '../raw-client.ts'

const admin: Login = { name: 'admin', password: 'admin-secret' }
/** May do nothing that no access rule allows. */
const alice: Login = { name: 'alice', password: 'alice-secret' }

export const secured = { admin, alice, users: [admin, alice] } as const
