/** How a real RabbitMQ is started again. Its server here is a script that sleeps, for which an embedded one answers at its port. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../eventually.ts'
import { embeddedRabbitMQ } from '../embedded.ts'
import { freePorts } from './free-port.ts'
import { startRabbitMQNode } from './rabbitmq-node.ts'

test.runIf(process.platform !== 'win32')(
  'one that was given up while it was starting is waited for again, not begun anew',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rabbitmq-node-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const [server, starts] = [join(folder, 'rabbitmq-server'), join(folder, 'starts')]
    writeFileSync(server, `#!/bin/sh\necho $$ >> ${starts}\nexec sleep 3600\n`)
    chmodSync(server, 0o755)
    const pids = () => (existsSync(starts) ? readFileSync(starts, 'utf8').trim().split('\n') : [])
    const [port = 0] = await freePorts(1)
    const home = { root: '/', version: '4.0.5', server, ctl: server }

    const starting = startRabbitMQNode({ home, port })
    starting.catch(() => {})
    await eventually('it was started', () => pids().length === 1)
    const answering = await embeddedRabbitMQ({ port })
    onTestFinished(() => answering[Symbol.asyncDispose]())
    await using node = await starting

    await answering.stop()
    await node.kill()
    await expect(node.restart(100)).rejects.toThrow('was not ready in 0.1 s')
    await eventually('it was started anew', () => pids().length === 2)
    await answering.restart()
    await node.restart()
    expect(pids()).toHaveLength(2)
    expect(String(node.pid)).toBe(pids()[1])
  },
)
