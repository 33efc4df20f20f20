/** Groups on a clock that stands still until it is moved: joining, assigning, leaving, and who is out when. */
import { describe, expect, test } from 'vitest'
import { createClock, frozenTime } from '../../../clock.ts'
import { createRandom } from '../../../random.ts'
import { BrokerConfig } from '../broker-config.ts'
import { settingsFrom } from '../settings.ts'
import { Group } from './group.ts'
import type { JoinResult, SyncResult } from './member.ts'

interface JoinOptions {
  knows?: boolean
  protocols?: string[]
  metadata?: string
  instance?: string
  skips?: boolean
}

const SESSION_MS = 10_000
const REBALANCE_MS = 30_000

const id = (memberId: string, groupInstanceId: string | null = null) => ({ memberId, groupInstanceId })
const settings = settingsFrom(new BrokerConfig({ 'group.initial.rebalance.delay.ms': '0' }))

function newGroup(own: Partial<typeof settings> = {}) {
  const clock = createClock(frozenTime())
  const recordClock = createClock(frozenTime())
  const group = new Group('g', {
    clock,
    recordClock,
    random: createRandom(1),
    settings: { ...settings, ...own },
  })

  /** A JoinGroup; its results gather in what this gives. */
  function join(memberId = '', options: JoinOptions = {}) {
    const results: JoinResult[] = []
    const { knows = true, protocols = ['range'], metadata = '', instance = null, skips = false } = options
    group.join(
      {
        ...id(memberId, instance),
        clientId: 'c',
        clientHost: '/h',
        sessionTimeoutMs: SESSION_MS,
        rebalanceTimeoutMs: REBALANCE_MS,
        protocolType: 'consumer',
        protocols: protocols.map((name) => ({ name, metadata: Buffer.from(metadata) })),
        mustKnowItsId: !knows,
        maySkipAssignment: skips,
      },
      (result) => void results.push(result),
    )
    return results
  }
  function sync(
    memberId: string,
    generationId: number,
    assignments: Record<string, string> = {},
    instance: string | null = null,
  ) {
    const results: SyncResult[] = []
    const bytes = new Map(Object.entries(assignments).map(([id, text]) => [id, Buffer.from(text)]))
    const request = { ...id(memberId, instance), generationId, protocolType: null, protocolName: null }
    group.sync(request, bytes, (result) => void results.push(result))
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
  return { clock, recordClock, group, join, sync, twoMembers }
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

  test('the first rebalance waits for more members, and again each time that some come', () => {
    const { join, clock } = newGroup({ initialRebalanceDelayMs: 3_000 })
    const first = join()
    clock.elapse(2_000)
    const second = join()
    clock.elapse(3_999)
    expect([first, second]).toEqual([[], []])
    clock.elapse(1)
    expect([first[0]?.generationId, second[0]?.generationId]).toEqual([1, 1])
    expect([first[0]?.members.length, second[0]?.members.length]).toEqual([2, 0])
  })

  test('gathered members begin in one generation as soon as the last of them has come', () => {
    const { group, join, clock } = newGroup()
    group.gather(3, 3_000)
    const first = join()
    const second = join()
    clock.elapse(1_000)
    expect([first, second]).toEqual([[], []])
    const third = join()
    expect([first, second, third].map(([result]) => result?.generationId)).toEqual([1, 1, 1])
    expect(first[0]?.members).toHaveLength(3)
    clock.stop()
  })

  test('a gathered member that never comes is waited for as long as the delay says', () => {
    const { group, join, clock } = newGroup()
    group.gather(2, 3_000)
    const first = join()
    clock.elapse(2_999)
    expect(first).toEqual([])
    clock.elapse(1)
    expect(first).toMatchObject([{ error: 'none', generationId: 1 }])
    clock.stop()
  })

  test('the first rebalance never waits longer than the rebalance timeout', () => {
    const { join, clock } = newGroup({ initialRebalanceDelayMs: 3_000 })
    const first = join()
    for (let waitedMs = 0; waitedMs < REBALANCE_MS - 1_000; waitedMs += 1_000) {
      clock.elapse(1_000)
      join()
    }
    expect(first).toEqual([])
    clock.elapse(1_000)
    expect(first).toMatchObject([{ error: 'none', generationId: 1 }])
  })

  test('no more members than allowed', () => {
    const { join, twoMembers } = newGroup({ groupSizeMax: 2 })
    const [leader] = twoMembers()
    expect(join()).toMatchObject([{ error: 'groupMaxSizeReached', memberId: '' }])
    join(leader)
    expect(join('', { knows: false })).toMatchObject([{ error: 'memberIdRequired' }])
  })

  test('who has not joined again within the rebalance timeout is out', () => {
    const { group, join, twoMembers, clock } = newGroup()
    const [leader, follower] = twoMembers()
    const again = join(leader)
    for (let waitedMs = 0; waitedMs < REBALANCE_MS - 1_000; waitedMs += 1_000) {
      clock.elapse(1_000)
      expect(group.heartbeat(id(follower), 2)).toBe('rebalanceInProgress')
    }
    expect(again).toEqual([])
    clock.elapse(1_000)
    expect(again).toMatchObject([{ generationId: 3, leader }])
    expect(group.heartbeat(id(follower), 3)).toBe('unknownMemberId')
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
    expect(group.members.get(leader)).toBeUndefined()
    expect(join(follower)).toMatchObject([{ error: 'none', generationId: 3, leader: follower }])
  })
})

describe('leaving', () => {
  test('a member that is silent for its session is out, and the others are told', () => {
    const { group, twoMembers, clock } = newGroup()
    const [leader, follower] = twoMembers()
    clock.elapse(SESSION_MS - 1)
    expect(group.heartbeat(id(leader), 2)).toBe('none')
    clock.elapse(1)
    expect(group.members.get(follower)).toBeUndefined()
    expect(group.heartbeat(id(leader), 2)).toBe('rebalanceInProgress')
  })

  test('the last one leaves an empty group that takes commits without a generation', () => {
    const { group, twoMembers } = newGroup()
    for (const member of twoMembers()) expect(group.leave([id(member)])).toEqual(['none'])
    expect(group.state).toBe('Empty')
    expect(group.commitError(id(''), -1)).toBe('none')
    expect(group.leave([id('stranger')])).toEqual(['unknownMemberId'])
  })
})

test('commits are taken from members of this generation, except while the leader assigns', () => {
  const { group, join, twoMembers } = newGroup()
  const [leader, follower] = twoMembers()
  expect(group.commitError(id(leader), 2)).toBe('none')
  expect(group.commitError(id(leader), 1)).toBe('illegalGeneration')
  expect(group.commitError(id(''), -1)).toBe('unknownMemberId')
  join(leader)
  expect(group.commitError(id(follower), 2)).toBe('none')
  join(follower)
  expect(group.commitError(id(follower), 3)).toBe('rebalanceInProgress')
})

describe('a static member', () => {
  function staticLeader() {
    const group = newGroup()
    const old = group.join('', { instance: 'i' })[0]?.memberId as string
    group.sync(old, 1, { [old]: 'one' }, 'i')
    return { ...group, old }
  }

  test('joins at once under an id that begins with its instance id, also where ids are told first', () => {
    const { join } = newGroup()
    const [result] = join('', { instance: 'i', knows: false })
    expect(result).toMatchObject({ error: 'none', members: [{ groupInstanceId: 'i' }] })
    expect(result?.memberId).toMatch(/^i-/)
  })

  test('that starts again takes its place without a rebalance, and its old id is fenced', () => {
    const { group, join, sync, old } = staticLeader()
    const [told] = join('', { instance: 'i' })
    // The old id as leader keeps the new one from assigning anew.
    expect(told).toMatchObject({ error: 'none', generationId: 1, leader: old, members: [] })
    const now = told?.memberId as string
    expect(now).not.toBe(old)
    expect(group.state).toBe('Stable')
    expect(String(sync(now, 1, {}, 'i')[0]?.assignment)).toBe('one')
    expect(group.members.leaderId).toBe(now)

    expect(group.heartbeat(id(old, 'i'), 1)).toBe('fencedInstanceId')
    expect(group.heartbeat(id(old), 1)).toBe('unknownMemberId')
    expect(group.commitError(id(old, 'i'), 1)).toBe('fencedInstanceId')
    expect(sync(old, 1, {}, 'i')).toMatchObject([{ error: 'fencedInstanceId' }])
    expect(join(old, { instance: 'i' })).toMatchObject([{ error: 'fencedInstanceId' }])
    expect(group.leave([id(old, 'i')])).toEqual(['fencedInstanceId'])
  })

  test('is told outright that it leads and need not assign, if it can be', () => {
    const { join } = staticLeader()
    const [told] = join('', { instance: 'i', skips: true })
    expect(told).toMatchObject({
      skipAssignment: true,
      leader: told?.memberId,
      members: [{ groupInstanceId: 'i' }],
    })
  })

  test('that starts again with another protocol makes all join anew', () => {
    const { group, join } = staticLeader()
    const [result] = join('', { instance: 'i', protocols: ['range', 'new'] })
    expect(result?.generationId).toBe(1)
    join('', { instance: 'i', protocols: ['new', 'range'] })
    expect(group.generationId).toBe(2)
  })

  test('that waits when another takes its instance id is told that it is fenced', () => {
    const { join, sync } = newGroup()
    const leader = join()[0]?.memberId as string
    sync(leader, 1)
    const waiting = join('', { instance: 'i' })
    join('', { instance: 'i' })
    expect(waiting).toMatchObject([{ error: 'fencedInstanceId' }])
  })

  test('stays in through a rebalance that it misses, until its session is over', () => {
    const { group, join, clock, old } = staticLeader()
    const other = join()
    for (let waitedMs = 0; waitedMs < REBALANCE_MS; waitedMs += SESSION_MS / 2) {
      expect(group.heartbeat(id(old, 'i'), 1)).toBe('rebalanceInProgress')
      clock.elapse(SESSION_MS / 2)
    }
    expect(other).toMatchObject([{ error: 'none', generationId: 2 }])
    expect(other[0]?.leader).toBe(other[0]?.memberId)
    expect(other[0]?.members.map(({ groupInstanceId }) => groupInstanceId)).toEqual(['i', null])
    clock.elapse(SESSION_MS)
    expect(group.members.get(old)).toBeUndefined()
  })

  test('is removed by its instance id alone', () => {
    const { group } = staticLeader()
    expect(group.leave([id('', 'j'), id('', 'i')])).toEqual(['unknownMemberId', 'none'])
    expect(group.state).toBe('Empty')
  })
})

describe('what was committed', () => {
  const DAY_MS = 86_400_000
  const at = (committedAtMs: number, expiresAtMs?: number) => ({
    offset: 1,
    leaderEpoch: -1,
    metadata: '',
    committedAtMs,
    expiresAtMs,
  })
  /** As consumers send it: subscribed to the topic `t`. */
  const subscription = '\0\0\0\0\0\x01\0\x01t'

  test('by nobody in particular expires by its own age, and the group goes with the last of it', () => {
    const { group, recordClock } = newGroup()
    group.offsets.commit('t', 0, at(0))
    group.offsets.commit('t', 1, at(DAY_MS))
    group.offsets.commit('t', 2, at(0, 5))
    recordClock.elapse(DAY_MS)
    expect(group.expireOffsets(DAY_MS)).toBe(false)
    expect(group.offsets.all().map(({ partition }) => partition)).toEqual([1])
    recordClock.elapse(DAY_MS)
    expect(group.expireOffsets(DAY_MS)).toBe(true)
  })

  test('by members expires a while after the last of them has gone', () => {
    const { group, recordClock, join, sync } = newGroup()
    const member = join('', { metadata: subscription })[0]?.memberId as string
    sync(member, 1)
    group.offsets.commit('t', 0, at(0))
    group.offsets.commit('other', 0, at(0))
    recordClock.elapse(DAY_MS)
    expect(group.expireOffsets(DAY_MS)).toBe(false)
    // Nobody is subscribed to the other one any more.
    expect(group.offsets.all().map(({ topic }) => topic)).toEqual(['t'])
    expect([group.isSubscribedTo('t'), group.isSubscribedTo('other')]).toEqual([true, false])

    group.leave([id(member)])
    expect(group.expireOffsets(DAY_MS)).toBe(false)
    recordClock.elapse(DAY_MS)
    expect(group.expireOffsets(DAY_MS)).toBe(true)
  })

  test('counts as subscribed to if what a member says of itself cannot be read', () => {
    const { group, join, sync } = newGroup()
    sync(join('', { metadata: 'x' })[0]?.memberId as string, 1)
    expect(group.isSubscribedTo('t')).toBe(true)
  })
})
