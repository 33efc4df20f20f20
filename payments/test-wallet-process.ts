/** Books one payment: `node test-wallet-process.ts <database> <payment as JSON>`. Tells its parent when it is done, if it lives. */
import Sqlite from 'better-sqlite3'
import { seededSource } from './fixtures.ts'
import { money } from './money.ts'
import { Wallet } from './wallet.ts'

const [path, paymentId] = process.argv.slice(2)
const wallet = new Wallet(new Sqlite(path), seededSource(1))
wallet.book({ payment_id: paymentId ?? '', merchant_id: 'pho-lien', amount: money(1000n, 'VND') })
process.send?.('booked')
process.disconnect()
