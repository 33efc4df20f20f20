/** Finding a real RabbitMQ in a tree, without starting one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findRabbitMQ, homeIn, SERVER_SCRIPT, whyNotHere } from './rabbitmq-home.ts'

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

  expect(homeIn(root)).toEqual({ root, version: '4.0.5' })
})

test('a tree without it is none', () => {
  expect(homeIn(emptyTree())).toBeUndefined()
})

test('what is missing is said in one sentence', () => {
  const sentence = whyNotHere() ?? 'holds no RabbitMQ: RABBITMQ_HOME must be the root of a Debian tree'
  expect(() => findRabbitMQ(emptyTree())).toThrow(sentence)
})
