/** The command by which a run is ended, as it is built for each system. */
import { expect, it } from 'vitest'
import { endingOf } from './ending.ts'

it('ends the whole tree on Windows, by the program of the system itself', () => {
  expect(endingOf(4711, 'win32', { SystemRoot: 'D:\\Windows' })).toEqual({
    command: 'D:\\Windows\\System32\\taskkill.exe',
    args: ['/PID', '4711', '/T', '/F'],
  })
})

it('finds Windows where its environment does not say where it is', () => {
  expect(endingOf(1, 'win32', {})?.command).toBe('C:\\Windows\\System32\\taskkill.exe')
  expect(endingOf(1, 'win32', { windir: 'E:\\WINNT' })?.command).toBe('E:\\WINNT\\System32\\taskkill.exe')
})

it.each(['linux', 'darwin', 'freebsd'] as const)('leaves it to signals on %s', (platform) => {
  expect(endingOf(4711, platform, { SystemRoot: 'C:\\Windows' })).toBeUndefined()
})
