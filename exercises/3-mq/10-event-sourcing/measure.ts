/** mq-10 measured: what it costs to know a wallet, by the length of its stream, from the first event on and from a snapshot. */
import type { Lab } from '#lab/kit'
import type { Measurement } from '#lab/measure'
import { type Meter, timed } from '#lab/measure/meter'
import { formatNumber, text } from '#lab/verdict/language'
import { longStream } from './scenarios/streams.ts'
import { someId, storeOf, walletsOf } from './scenarios/subject.ts'

const lengths = [100, 1000]
const warmUp = 3
const times = 20

export const measurement: Measurement = {
  libraries: ['better-sqlite3'],
  async measure(lab: Lab, meter: Meter) {
    const store = await storeOf(lab)
    const wallets = await walletsOf(lab, store)
    for (const [index, length] of lengths.entries()) {
      const id = someId(lab, index + 1)
      // All but the last few at once; those are commands, so that a snapshot comes into being where one is due.
      await store.append(id, 0, longStream(length - 30))
      for (let nth = 0; nth < 30; nth += 1) {
        const command = {
          kind: 'deposit',
          reference: `last-${nth}`,
          amount: { minor: 500, currency: 'VND' },
        } as const
        await wallets.handle(id, command)
      }
      for (const how of ['replay', 'load'] as const) {
        const ask = async (): Promise<void> => void (await wallets[how](id))
        for (let nth = 0; nth < warmUp; nth += 1) await ask()
        const [en, vi] = [formatNumber(length, 'en'), formatNumber(length, 'vi')]
        const said =
          how === 'replay'
            ? text(`replay of ${en} events`, `replay ${vi} event`)
            : text(`load of ${en} events, by snapshot`, `load ${vi} event, nhờ snapshot`)
        const method = text(
          `${times} times one after another, the first ${warmUp} left out; SQLite in a file, in the page cache`,
          `${times} lần nối tiếp nhau, bỏ ${warmUp} lần đầu; SQLite trên file, đã nằm trong page cache`,
        )
        meter.distribution({ name: `${how}-${length}`, said, method }, await timed(times, ask))
      }
    }
  },
}
