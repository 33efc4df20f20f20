/** One of several processes that receive the same messages: `node test-inbox-process.ts <database> <messages>`. */
import Sqlite from 'better-sqlite3'
import { Inbox } from './inbox.ts'

const [path, count] = process.argv.slice(2)
const database = new Sqlite(path, { timeout: 10_000 })
const inbox = new Inbox(database, 'wallet', { now: () => 0 })
const credit = database.prepare('UPDATE wallet SET amount = amount + 100')
let applied = 0
// Ready before the start, so that all begin together.
process.send?.('ready')
process.once('message', () => {
  for (let index = 0; index < Number(count); index += 1) {
    const outcome = inbox.process({ id: `m${index}`, content: `${index}` }, () => void credit.run())
    if (outcome === 'applied') applied += 1
  }
  process.send?.(applied, () => process.disconnect())
})
