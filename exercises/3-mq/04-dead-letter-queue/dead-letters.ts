/** The end of the line: it takes every dead message out of payments.dlq and puts it on record for a person. */

import type { Start } from '#lab/subject'

export const start: Start = async (world) => {
  // TODO mq-04.6: take messages from payments.dlq; store each in the database "dead-letters", then acknowledge it.
  // TODO mq-04.8: the table dead_letter (message_id TEXT PRIMARY KEY, reason TEXT, attempts INTEGER, exchange TEXT,
  //   routing_key TEXT, body BLOB): what killed it, how often it was tried, and where it was published first.
  throw new Error('TODO: store, then acknowledge')
}
