/**
 * The herd: clients whose calls failed at the same moment, and who all try again. A server that can take so many calls a second refuses
 * the rest; how often it is called, how hard in the worst moment, and how long the last one waits depends on nothing but the waits.
 */
import type { Random } from '../subject/world.ts'
import type { Backoff, Strategy } from './strategies.ts'

export interface HerdOptions {
  readonly clients: number
  readonly attemptsMax: number
  readonly backoff: Backoff
  /** How many calls the server takes in each slot of time; the others fail. */
  readonly slotMs: number
  readonly callsPerSlot: number
}

export interface Herd {
  /** Calls by slot, from the outage on. The first slot holds everybody's first call, which fails. */
  readonly arrivals: readonly number[]
  /** All calls after the first ones. */
  readonly retries: number
  /** The fullest slot after the first. */
  readonly peak: number
  /** When the last client succeeded, milliseconds after the outage. */
  readonly lastMs: number
  readonly gaveUp: number
}

interface Call {
  readonly atMs: number
  readonly attempt: number
  readonly previousMs: number
}

/** Plays it to the end. The first call of each client meets the outage and fails; the server is back for the second. */
export function simulateHerd(strategy: Strategy, random: Pick<Random, 'next'>, options: HerdOptions): Herd {
  const { clients, attemptsMax, backoff, slotMs, callsPerSlot } = options
  const slots = new Map<number, Call[]>([[0, []]])
  const arrivals: number[] = [clients]
  const plan = (call: Call): void => {
    const slot = Math.floor(call.atMs / slotMs)
    const calls = slots.get(slot)
    if (calls === undefined) slots.set(slot, [call])
    else calls.push(call)
  }
  const next = ({ atMs, attempt, previousMs }: Call): Call => {
    const waitMs = strategy(backoff, attempt, random, previousMs)
    return { atMs: atMs + waitMs, attempt: attempt + 1, previousMs: waitMs }
  }
  for (let client = 0; client < clients; client += 1)
    plan(next({ atMs: 0, attempt: 1, previousMs: backoff.initialDelayMs }))
  let gaveUp = 0
  let lastMs = 0
  // A retry may fall into the slot that is being worked on: it is taken with it.
  for (let slot = 0; slots.size > 0; slot += 1) {
    const calls = slots.get(slot)
    if (calls === undefined) continue
    for (let at = 0; at < calls.length; at += 1) {
      const call = calls[at] as Call
      if (at < callsPerSlot) lastMs = Math.max(lastMs, call.atMs)
      else if (call.attempt >= attemptsMax) gaveUp += 1
      else plan(next(call))
    }
    arrivals[slot] = (arrivals[slot] ?? 0) + calls.length
    slots.delete(slot)
  }
  const filled = Array.from(arrivals, (count) => count ?? 0)
  const retries = filled.reduce((sum, count) => sum + count, 0) - clients
  const afterwards = [(filled[0] ?? clients) - clients, ...filled.slice(1)]
  return { arrivals: filled, retries, peak: Math.max(...afterwards), lastMs, gaveUp }
}
