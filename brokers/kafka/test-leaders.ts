/** For tests: leaders that die, over and over: what is lost then, and what is kept. */
import { expect, test } from 'vitest'
import { cluster, newProducer, newTopic, partitionOf, readAll, send } from './test-cluster.ts'

/** Registers both tests, each with so many dead leaders. */
export function leadersDie(rounds: number): void {
  test(`loses what only it had with acks=1, ${rounds} times out of ${rounds}`, {
    timeout: 240_000,
  }, async () => {
    const producer = await newProducer()
    for (let round = 0; round < rounds; round++) {
      const topic = await newTopic()
      await send(producer, topic, 'kept')
      await cluster.freezeNode(1)
      await cluster.freezeNode(2)
      await send(producer, topic, 'gone', 1)

      await cluster.killNode(0)
      await cluster.thawNode(1)
      await cluster.thawNode(2)
      await cluster.waitForLeader(topic, 0, { node: 1 })
      await send(producer, topic, 'next')
      await cluster.startNode(0)
      await cluster.waitForIsr(topic, 0, [0, 1, 2])

      const { copies, leaderEpoch } = await partitionOf(topic)
      expect(leaderEpoch).toBe(1)
      const history = [
        { epoch: 0, startOffset: 0 },
        { epoch: 1, startOffset: 1 },
      ]
      for (const copy of copies) expect(copy).toMatchObject({ endOffset: 2, epochs: history })
      if (round === 0) expect(await readAll(topic)).toEqual(['kept', 'next'])
    }
  })

  test(`keeps what was acknowledged with acks=all, ${rounds} times out of ${rounds}`, {
    timeout: 240_000,
  }, async () => {
    const topic = await newTopic({ 'min.insync.replicas': '2' })
    const producer = await newProducer({ idempotent: true })
    const sent: string[] = []
    for (let round = 0; round < rounds; round++) {
      const value = `message ${round}`
      await send(producer, topic, value)
      sent.push(value)
      const { leaderId } = await partitionOf(topic)
      const sending = send(producer, topic, `${value} while the leader dies`)
      sent.push(`${value} while the leader dies`)
      await cluster.killNode(leaderId)
      await sending
      await cluster.startNode(leaderId)
      await cluster.waitForIsr(topic, 0, [0, 1, 2])
    }
    expect(await readAll(topic)).toEqual(sent)
  })
}
