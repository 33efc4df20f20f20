/** A bug of ours, told at once with its values: never a reply to a peer's mistake. */
export function invariant(
  condition: unknown,
  message: string,
  values: Record<string, unknown> = {},
): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message} ${JSON.stringify(values)}`)
}
