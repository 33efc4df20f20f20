/** What a command's exit code says. */

export const exitCodes = { done: 0, failed: 1, usage: 2, setUp: 3, interrupted: 130 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
