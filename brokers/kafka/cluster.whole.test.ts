/** Three nodes, and a hundred leaders that die one after the other. */
import { describe } from 'vitest'
import { leadersDie } from './test-leaders.ts'

describe('a leader that dies', () => leadersDie(100))
