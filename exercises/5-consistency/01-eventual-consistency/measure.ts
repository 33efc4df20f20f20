/** consistency-01 measured: how long after a commit the first read shows it, under a load that waits for nobody, on one clock. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { Distribution } from '#lab/measure/distribution'
import type { Meter } from '#lab/measure/meter'
import { text } from '#lab/verdict/language'
import { balancesOf, declare, hold, projectionFile, walletOf } from './run.ts'

const wallets = 20
const payments = 400
const everyMs = 50
const warmUp = 40
/** Between two looks; a loop without a pause would take the time from those who are measured. */
const lookMs = 1
/** What a screen may be late by before somebody notices. */
const noticedMs = 100
/** The projection stands still for so long, once in each period. */
const standstillMs = 400
const periodMs = 2000

export const measurement: Measurement = {
  libraries: ['amqplib'],
  async measure(lab: Lab, meter) {
    await declare(lab)
    // Replica a alone, in a process of its own, as it would run; the clock is this process's.
    await lab.start(projectionFile, 'consumer')
    await load(lab, { prefix: 'warm-up', count: warmUp })
    const steady = await load(lab, { prefix: 'steady', count: payments })
    let isOver = false
    const pausing = (async () => {
      while (!isOver) {
        await pause(periodMs - standstillMs)
        const holds = await hold(lab, ['a'])
        await pause(standstillMs)
        for (const each of holds) {
          each.lift()
          each.release()
        }
      }
    })()
    const paused = await load(lab, { prefix: 'paused', count: payments })
    isOver = true
    await pausing
    keep(meter, 'steady', text('projection running', 'projection chạy bình thường'), steady)
    keep(
      meter,
      'paused',
      text(
        `projection still for ${standstillMs} ms in every ${periodMs} ms`,
        `projection đứng yên ${standstillMs} ms trong mỗi ${periodMs} ms`,
      ),
      paused,
    )
  },
}

interface Delays {
  readonly delay: Distribution
  readonly late: number
  /** Between two looks at the same balance: no delay is known better than that. */
  readonly looks: Distribution
}

/** A payment in each period, whatever the reads say; a reader that looks all the time. */
async function load(lab: Lab, { prefix, count }: { prefix: string; count: number }): Promise<Delays> {
  const wallet = await walletOf(lab)
  const balances = await balancesOf(lab)
  const names = Array.from({ length: wallets }, (_, at) => `${prefix}-${at}`)
  const sessions = new Map(names.map((name) => [name, balances.session()]))
  const pending: { name: string; version: number; committedMs: number }[] = []
  const delay = new Distribution()
  const looks = new Distribution()
  let late = 0
  let isPaying = true
  const paying = (async () => {
    const beganMs = performance.now()
    for (let nth = 0; nth < count; nth += 1) {
      // By the timetable, not by the answers: a reader that is slow must not slow down the load (coordinated omission).
      const dueMs = beganMs + nth * everyMs - performance.now()
      if (dueMs > 0) await pause(dueMs)
      const name = names[nth % wallets] ?? ''
      const { version } = await wallet.pay(name, 1000)
      pending.push({ name, version, committedMs: performance.now() })
    }
    isPaying = false
  })()
  let lastMs = performance.now()
  while (isPaying || pending.length > 0) {
    for (const name of new Set(pending.map((one) => one.name))) {
      const shown = await sessions.get(name)?.read(name)
      const nowMs = performance.now()
      for (const one of pending.filter((each) => each.name === name)) {
        if (one.version > (shown?.version ?? 0)) continue
        pending.splice(pending.indexOf(one), 1)
        delay.add(nowMs - one.committedMs)
        if (nowMs - one.committedMs > noticedMs) late += 1
      }
    }
    const nowMs = performance.now()
    looks.add(nowMs - lastMs)
    lastMs = nowMs
    await pause(lookMs)
  }
  await paying
  return { delay, late, looks }
}

function keep(
  meter: Meter,
  name: string,
  when: { readonly en: string; readonly vi: string },
  { delay, late, looks }: Delays,
): void {
  const method = text(
    `${delay.n} payments on ${wallets} wallets, one every ${everyMs} ms whatever the reads say; from the resolved pay() to the first read that shows its version, one process, one monotonic clock; looked at every ${looks.percentiles().p50} ms (median; largest ${looks.percentiles().max} ms)`,
    `${delay.n} thanh toán trên ${wallets} ví, cứ ${everyMs} ms một cái bất kể lần đọc ra sao; từ lúc pay() xong đến lần đọc đầu tiên thấy version đó, một process, một đồng hồ đơn điệu; nhìn lại mỗi ${looks.percentiles().p50} ms (trung vị; lâu nhất ${looks.percentiles().max} ms)`,
  )
  meter.distribution(
    {
      item: 'consistency-01.5',
      name: `delay-${name}`,
      said: text(`commit to first read, ${when.en}`, `từ commit đến lần đọc đầu tiên thấy được, ${when.vi}`),
      method,
    },
    delay,
  )
  meter.share(
    {
      item: 'consistency-01.5',
      name: `late-${name}`,
      said: text(`not within ${noticedMs} ms, ${when.en}`, `không kịp trong ${noticedMs} ms, ${when.vi}`),
      method,
    },
    { count: late, n: delay.n },
  )
}
