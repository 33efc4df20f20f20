/** The whole system over its sockets: it takes a payment, settles it, and stops cleanly; and it comes through a short storm of faults. */
import { describe, expect, it } from 'vitest'
import { run, testMsMax } from './test-system.ts'

describe('the payment system', () => {
  it(
    'takes a payment over HTTP, settles it, and stops on Ctrl-C',
    async () => {
      const system = run()
      const [, url = ''] = await system.printed(/(http:\/\/127\.0\.0\.1:\d+),/)
      const ask = (key: string, amount: unknown) =>
        fetch(`${url}/payments`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
          body: JSON.stringify({ merchant_id: 'lotus-books', amount }),
        })
      const amount = { minor: '42000', currency: 'VND' }
      const answer = await ask('order-1', amount)
      const { payment_id: id } = (await answer.json()) as { payment_id: string }
      const again = (await (await ask('order-1', amount)).json()) as { payment_id: string }
      const float = await ask('order-2', { minor: 4.2, currency: 'VND' })
      const statusOf = async (): Promise<string> =>
        ((await (await fetch(`${url}/payments/${id}`)).json()) as { status: string }).status
      await expect.poll(statusOf, { timeout: 60_000, interval: 50 }).toBe('SETTLED')
      system.stop('SIGINT')

      expect([answer.status, again.payment_id, float.status]).toEqual([202, id, 400])
      expect([await system.exit, system.output().trim().split('\n').at(-1)]).toEqual([0, 'stopped'])
    },
    testMsMax,
  )

  it(
    'comes out of a storm with its books in balance, and says so',
    async () => {
      const system = run('storm=4000', 'rate=10')
      const code = await system.exit
      const output = system.output()

      expect(output).toMatch(/✓ money +Σ ledger = 0 over [1-9]/)
      expect(output).toMatch(/✓ messages +[1-9][\d,]* ids/)
      expect(output).toMatch(/✓ sagas +[1-9]/)
      expect(output).toMatch(/faults +\w/)
      expect(code, output).toBe(0)
    },
    testMsMax,
  )
})
