/** Finding a real RabbitMQ in a tree, without starting one. */
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EngineError } from '../engine-error.ts'
import { findRabbitMQ, homeIn, SERVER_SCRIPT } from './rabbitmq-home.ts'

function emptyTree(): string {
  const root = mkdtempSync(join(tmpdir(), 'mq-workbook-tree-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  return root
}

test('a tree with the package in it has the version that its folder names', () => {
  const root = emptyTree()
  mkdirSync(join(root, 'usr/lib/rabbitmq/bin'), { recursive: true })
  mkdirSync(join(root, 'usr/lib/rabbitmq/lib/rabbitmq_server-4.0.5'), { recursive: true })
  writeFileSync(join(root, SERVER_SCRIPT), '')

  expect(homeIn(root)).toEqual({
    root,
    version: '4.0.5',
    server: SERVER_SCRIPT,
    ctl: '/usr/lib/rabbitmq/bin/rabbitmqctl',
  })
})

test('a tree without it is none', () => {
  expect(homeIn(emptyTree())).toBeUndefined()
})

/** An unpacked release, as far as it is looked at. */
function release(): string {
  const root = emptyTree()
  mkdirSync(join(root, 'sbin'))
  mkdirSync(join(root, 'plugins', 'rabbit-4.1.3'), { recursive: true })
  writeFileSync(join(root, 'sbin', 'rabbitmq-server'), '')
  return root
}

describe.runIf(process.platform !== 'win32')('a RabbitMQ on this computer', () => {
  test('is an unpacked release that RABBITMQ_HOME names', () => {
    const root = release()
    expect(findRabbitMQ(root)).toEqual({
      root: '/',
      version: '4.1.3',
      server: join(root, 'sbin', 'rabbitmq-server'),
      ctl: join(root, 'sbin', 'rabbitmqctl'),
    })
  })

  test.skipIf(existsSync(SERVER_SCRIPT))('is found on the PATH, through links', () => {
    const [root, folder] = [release(), emptyTree()]
    symlinkSync(join(root, 'sbin', 'rabbitmq-server'), join(folder, 'rabbitmq-server'))
    const before = process.env['PATH']
    onTestFinished(() => {
      process.env['PATH'] = before
    })
    process.env['PATH'] = folder
    expect(findRabbitMQ()).toMatchObject({
      version: '4.1.3',
      server: join(realpathSync(root), 'sbin', 'rabbitmq-server'),
    })
  })

  test('that is missing is said so in both languages', () => {
    const root = emptyTree()
    expect(() => findRabbitMQ(root)).toThrow(`${root} holds no RabbitMQ: RABBITMQ_HOME must be`)
    try {
      findRabbitMQ(root)
    } catch (error) {
      expect((error as EngineError).said.vi).toContain(`${root} không chứa RabbitMQ`)
    }
  })
})
