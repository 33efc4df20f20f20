/** consistency-01 for the explorer: changes come one after another, and the projection dies at every moment of its work. */
import type { Convictions, Exploration, NotByCrash, Stage } from '#lab/explore'
import { broken, held, type Promised, witness } from '#lab/kit/promise'
import { countIn, whileBrokerReturns } from '#lab/kit/queues'
import { text } from '#lab/verdict/language'
import { sealBalanceChanged } from '#payments/balance-changed'
import { seededSource } from '#payments/fixtures'
import { balancesOf, declare, projectionFile } from './run.ts'

const projecting = [{ file: projectionFile, near: ['.ack(', '.run(', '.consume('] }]
/** Only what never comes is waited for so long. */
const shownMsMax = 500

interface CrashedSeen {
  readonly versions: number
  readonly balance: number
  readonly shownVersion: number
  readonly shownBalance: number | undefined
  readonly waiting: number
}

const survivesCrashes: Promised<CrashedSeen> = {
  item: 'consistency-01.1',
  text: text(
    'wherever the projection dies, its copy ends at the balance and the version of the last change',
    'projection chết ở đâu cũng vậy: bản sao kết thúc ở số dư và version của thay đổi cuối cùng',
  ),
  judge({ versions, balance, shownVersion, shownBalance, waiting }) {
    if (waiting > 0) {
      return broken(
        text(
          'an event is still in balances-a: the projection that was started again does not take it',
          'còn event trong balances-a: projection khởi động lại không lấy nó',
        ),
        { at: projecting },
      )
    }
    if (shownBalance !== balance || shownVersion !== versions) {
      return broken(
        text(
          `every event is acknowledged, and the copy says ${shownBalance} at version ${shownVersion} instead of ${balance} at version ${versions}`,
          `mọi event đã ack mà bản sao ghi ${shownBalance} ở version ${shownVersion} thay vì ${balance} ở version ${versions}`,
        ),
        { at: projecting },
      )
    }
    return held(witness('changes', versions))
  },
}

export const exploration: Exploration<CrashedSeen> = {
  promise: survivesCrashes,
  messages: 2,
  async play({ lab, messages, supervise, comesTrue }) {
    await declare(lab)
    const balances = await balancesOf(lab)
    const projection = await supervise(projectionFile, 'consumer')
    const ids = seededSource(lab.run.seed)
    let balance = 0
    for (let version = 1; version <= messages; version += 1) {
      const delta_minor = version * 1000
      balance += delta_minor
      const committed_at = ids.clock.now()
      const changed = { wallet_id: 'wallet-1', version, delta_minor, balance_minor: balance, committed_at }
      const envelope = sealBalanceChanged(changed, ids)
      const routing = { exchange: lab.name('wallets'), routingKey: 'wallet.balance-changed' }
      const body = JSON.stringify(envelope)
      await whileBrokerReturns(() => lab.observer.publish({ ...routing, messageId: envelope.id, body }))
      if (!(await comesTrue(async () => (await waitingIn(lab)) === 0))) break
    }
    const waiting = await waitingIn(lab)
    const shown = await balances.session().read('wallet-1', { atLeast: messages, withinMs: shownMsMax })
    await projection.stop()
    return {
      versions: messages,
      balance,
      shownVersion: shown.version,
      shownBalance: shown.balance_minor,
      waiting,
    }
  },
}

async function waitingIn(lab: Stage['lab']): Promise<number> {
  return await whileBrokerReturns(() => countIn(lab, 'balances-a'))
}

/** The wrong solutions that a crash convicts, by what crashes. */
export const convictions: Convictions = {
  subject: ['acknowledges-first', 'adds-whatever-comes'],
}

/** The others, and why a crash convicts none of them. */
export const notByCrash: NotByCrash = [
  {
    because: 'what reads the copies, and the wallet, are not played here',
    wrong: [
      'as-of-now',
      'asks-the-wallet',
      'by-turns',
      'nothing-is-zero',
      'publishes-by-the-way',
      'sleeps',
      'waits-for-ever',
      'waits-for-the-copies',
    ],
  },
  { because: 'changes come one after another, so the last one is the newest', wrong: ['the-last-one-wins'] },
]
