/** Events as a stream: what a listener hears, kept until it is asked for. */

/**
 * Hears from now on, whenever it is asked.
 * @param on calls a listener with every event; gives a way to end that
 * @param onEnd calls back when no more will come
 */
export function eventStream<Event>(
  on: (listener: (event: Event) => void) => () => void,
  onEnd: (end: () => void) => () => void,
): AsyncIterable<Event> {
  const waiting: Event[] = []
  let isOver = false
  let wake = () => {}
  const forget = on((event) => {
    waiting.push(event)
    wake()
  })
  const forgetEnd = onEnd(() => {
    isOver = true
    wake()
  })
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          yield* waiting.splice(0)
          if (waiting.length > 0) continue
          if (isOver) return
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      } finally {
        forget()
        forgetEnd()
      }
    },
  }
}
