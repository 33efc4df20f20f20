/** What a client commits, as it is kept: shared by the two APIs that commit offsets. */
import type { CommittedOffset } from '../model/group/offsets.ts'
import { refusal } from '../refusal.ts'
import type { Call } from './handler.ts'

interface Asked {
  readonly committedOffset: number
  readonly committedLeaderEpoch: number
  readonly committedMetadata: string | null
}

/** @throws Refusal for metadata that is too long */
export function committedOffset(
  { cluster }: Call,
  { committedOffset: offset, committedLeaderEpoch: leaderEpoch, committedMetadata }: Asked,
  retentionMs = -1,
): CommittedOffset {
  const metadata = committedMetadata ?? ''
  if (metadata.length > cluster.settings.offsetMetadataMaxBytes)
    throw refusal('offsetMetadataTooLarge', `${metadata.length} characters of metadata`)
  const nowMs = cluster.clock.now()
  const expiresAtMs = retentionMs === -1 ? undefined : nowMs + retentionMs
  return { offset, leaderEpoch, metadata, committedAtMs: nowMs, expiresAtMs }
}
