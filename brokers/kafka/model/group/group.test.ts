/** Groups on a clock that stands still until it is moved: joining, assigning, leaving, and who is out when. */
import { describe, expect, test } from 'vitest'
import { createClock, frozenTime } from '../../../clock.ts'
import { createRandom } from '../../../random.ts'
import { Group } from './group.ts'
import type { JoinResult, SyncResult } from './member.ts'

const SESSION_MS = 10_000
const REBALANCE_MS = 30_000

function newGroup(initialRebalanceDelayMs = 0) {
  const clock = createClock(frozenTime())
  const group = new Group('g', { clock, random: createRandom(1), initialRebalanceDelayMs })

  /** A JoinGroup; its results gather in what this gives. */
  function join(memberId = '', options: { knows?: boolean; protocols?: string[]; metadata?: string } = {}) {
    const results: JoinResult[] = []
    const { knows = true, protocols = ['range'], metadata = '' } = options
    group.join(
      {
        memberId,
        clientId: 'c',
        clientHost: '/h',
        sessionTimeoutMs: SESSION_MS,
        rebalanceTimeoutMs: REBALANCE_MS,
        protocolType: 'consumer',
        protocols: protocols.map((name) => ({ name, metadata: Buffer.from(metadata) })),
        mustKnowItsId: !knows,
      },
      (result) => void results.push(result),
    )
    return results
  }
  function sync(memberId: string, generationId: number, assignments: Record<string, string> = {}) {
    const results: SyncResult[] = []
    const bytes = new Map(Object.entries(assignments).map(([id, text]) => [id, Buffer.from(text)]))
    group.sync({ memberId, generationId, protocolType: null, protocolName: null }, bytes, (result) => {
      results.push(result)
    })
    return results
  }
  /** A group with two members in generation 2, stable; the first leads. */
  function twoMembers(): [leader: string, follower: string] {
    const leader = join()[0]?.memberId as string
    sync(leader, 1)
    const joining = join()
    join(leader)
    const follower = joining[0]?.memberId as string
    sync(follower, 2)
    sync(leader, 2, { [leader]: 'one', [follower]: 'two' })
    return [leader, follower]
  }
  return { clock, group, join, sync, twoMembers }
}

describe('joining', () => {
  test('the first member leads, alone, at once', () => {
    const { group, join } = newGroup()
    const [result] = join()
    expect(result).toMatchObject({ error: 'none', generationId: 1, protocolName: 'range' })
    expect(result?.leader).toBe(result?.memberId)
    expect(result?.members).toHaveLength(1)
    expect(group.state).toBe('CompletingRebalance')
  })

  test('a new member is told its id first, and holds the others up until it joins with it', () => {
    const { group, join, sync, clock } = newGroup()
    const leader = join()[0]?.memberId as string
    sync(leader, 1)
    const [told] = join('', { knows: false })
    expect(told).toMatchObject({ error: 'memberIdRequired', generationId: -1 })

    const again = join(leader)
    expect(again).toEqual([])
    join(told?.memberId)
    expect(again).toMatchObject([{ generationId: 2 }])
    expect(group.members.size).toBe(2)
    clock.stop()
  })

  test('a member that was told its id and never joins holds the others up no longer than its session', () => {
    const { join, sync, clock } = newGroup()
    const leader = join()[0]?.memberId as string
    sync(leader, 1)
    join('', { knows: false })
    const again = join(leader)
    clock.elapse(SESSION_MS - 1)
    expect(again).toEqual([])
    clock.elapse(1)
    expect(again).toMatchObject([{ error: 'none', generationId: 2 }])
  })

  test('the first rebalance waits for more members when a delay is set', () => {
    const { join, clock } = newGroup(3_000)
    const [first, second] = [join(), join()]
    clock.elapse(2_999)
    expect([first, second]).toEqual([[], []])
    clock.elapse(1)
    expect([first[0]?.generationId, second[0]?.generationId]).toEqual([1, 1])
    expect([first[0]?.members.length, second[0]?.members.length]).toEqual([2, 0])
  })

  test('who has not joined again within the rebalance timeout is out', () => {
    const { group, join, twoMembers, clock } = newGroup()
    const [leader, follower] = twoMembers()
    const again = join(leader)
    for (let waitedMs = 0; waitedMs < REBALANCE_MS - 1_000; waitedMs += 1_000) {
      clock.elapse(1_000)
      expect(group.heartbeat(follower, 2)).toBe('rebalanceInProgress')
    }
    expect(again).toEqual([])
    clock.elapse(1_000)
    expect(again).toMatchObject([{ generationId: 3, leader }])
    expect(group.heartbeat(follower, 3)).toBe('unknownMemberId')
  })

  test('a follower that joins again unchanged is answered at once, a changed one makes all join anew', () => {
    const { group, join, twoMembers } = newGroup()
    const [, follower] = twoMembers()
    expect(join(follower)).toMatchObject([{ error: 'none', generationId: 2, members: [] }])
    expect(group.state).toBe('Stable')
    expect(join(follower, { metadata: 'other topics' })).toEqual([])
    expect(group.state).toBe('PreparingRebalance')
  })

  test('members must have a protocol in common, and the most votes win', () => {
    const { join } = newGroup()
    const first = join('', { protocols: ['a', 'b'] })[0]?.memberId
    expect(join('', { protocols: ['c'] })).toMatchObject([{ error: 'inconsistentGroupProtocol' }])
    const second = join('', { protocols: ['b'] })
    join(first, { protocols: ['a', 'b'] })
    expect(second).toMatchObject([{ error: 'none', protocolName: 'b' }])
  })

  test('an id that nobody gave out is refused', () => {
    const { join } = newGroup()
    join()
    expect(join('made up')).toMatchObject([{ error: 'unknownMemberId' }])
  })
})

describe('assigning', () => {
  test('followers wait for the leader, and each gets its own part', () => {
    const { group, join, sync } = newGroup()
    const leader = join()[0]?.memberId as string
    const joining = join()
    join(leader)
    const follower = joining[0]?.memberId as string
    const waiting = sync(follower, 2)
    expect(waiting).toEqual([])
    const own = sync(leader, 2, { [leader]: 'one', [follower]: 'two' })
    expect([String(own[0]?.assignment), String(waiting[0]?.assignment)]).toEqual(['one', 'two'])
    expect(group.state).toBe('Stable')
    expect(String(sync(follower, 2)[0]?.assignment)).toBe('two')
  })

  test('is refused for another generation, a stranger, and while members join anew', () => {
    const { join, sync, twoMembers } = newGroup()
    const [leader, follower] = twoMembers()
    expect(sync(leader, 1)).toMatchObject([{ error: 'illegalGeneration' }])
    expect(sync('stranger', 2)).toMatchObject([{ error: 'unknownMemberId' }])
    join(leader)
    expect(sync(follower, 2)).toMatchObject([{ error: 'rebalanceInProgress' }])
  })

  test('that never comes lets the waiting ones join anew, without the leader', () => {
    const { group, join, sync, clock } = newGroup()
    const leader = join()[0]?.memberId as string
    const joining = join()
    join(leader)
    const follower = joining[0]?.memberId as string
    const waiting = sync(follower, 2)
    clock.elapse(SESSION_MS)
    expect(waiting).toMatchObject([{ error: 'rebalanceInProgress' }])
    expect(group.members.has(leader)).toBe(false)
    expect(join(follower)).toMatchObject([{ error: 'none', generationId: 3, leader: follower }])
  })
})

describe('leaving', () => {
  test('a member that is silent for its session is out, and the others are told', () => {
    const { group, twoMembers, clock } = newGroup()
    const [leader, follower] = twoMembers()
    clock.elapse(SESSION_MS - 1)
    expect(group.heartbeat(leader, 2)).toBe('none')
    clock.elapse(1)
    expect(group.members.has(follower)).toBe(false)
    expect(group.heartbeat(leader, 2)).toBe('rebalanceInProgress')
  })

  test('the last one leaves an empty group that takes commits without a generation', () => {
    const { group, twoMembers } = newGroup()
    for (const member of twoMembers()) expect(group.leave(member)).toBe('none')
    expect(group.state).toBe('Empty')
    expect(group.commitError('', -1)).toBe('none')
    expect(group.leave('stranger')).toBe('unknownMemberId')
  })
})

test('commits are taken from members of this generation, except while the leader assigns', () => {
  const { group, join, twoMembers } = newGroup()
  const [leader, follower] = twoMembers()
  expect(group.commitError(leader, 2)).toBe('none')
  expect(group.commitError(leader, 1)).toBe('illegalGeneration')
  expect(group.commitError('', -1)).toBe('unknownMemberId')
  join(leader)
  expect(group.commitError(follower, 2)).toBe('none')
  join(follower)
  expect(group.commitError(follower, 3)).toBe('rebalanceInProgress')
})
