/**
 * Says what kafkajs logs in one calm line each. By itself kafkajs prints JSON, calls everything that it is about to try again
 * an ERROR, and reminds of its default partitioner at every producer.
 */

/** What kafkajs hands to a log creator, as far as it is used here. */
interface LogEntry {
  readonly label: string
  readonly log: {
    readonly message: string
    readonly error?: unknown
    readonly retryCount?: unknown
    readonly groupId?: unknown
  }
}

/** Known from the first producer on. */
const wellKnown = /default partitioner/

/**
 * A log creator for kafkajs: `new Kafka({ …, logCreator: kafkaLog(world.log) })`. What kafkajs does in the normal course of
 * things is left out; that a request is tried again, and that a consumer crashes, is said.
 * @param write takes one line
 */
export function kafkaLog(write: (line: string) => void): () => (entry: LogEntry) => void {
  return () =>
    ({ label, log }) => {
      if ((label !== 'WARN' && label !== 'ERROR') || wellKnown.test(log.message)) return
      const { message, error } = log
      const why = typeof error === 'string' && !message.includes(error) ? `: ${error}` : ''
      write(`kafkajs: ${message}${why}`)
    }
}
