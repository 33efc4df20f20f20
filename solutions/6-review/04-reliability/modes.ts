/** The failure scenarios of the week, and what the reference did in each: the table that RELIABILITY.md argues from. */

export interface Mode {
  /** The task of the failure part: `failure-01` to `failure-08`. */
  readonly task: string
  /** The item whose run shows it, such as `failure-03.4`; `npm run progress failure-03` says whether it is verified with your code as it is. */
  readonly shownBy: string
  /** Where the fault was placed: before or after which frame, commit or call. `npm run explore` keeps what it tried in results/explored.json. */
  readonly tried: string
  /** Moments of the same scenario that nothing has tried yet; "none" if there are none. */
  readonly untried: string
  /** Acknowledged payments that were lost, and payments that were booked twice. */
  readonly lost: number
  readonly doubled: number
  /** What made it so, in a sentence. */
  readonly because: string
}

export const modes: readonly Mode[] = [
  {
    task: 'failure-01',
    shownBy: 'failure-01.4',
    tried: 'broker killed around each confirm',
    untried: 'a disk that lies about fsync',
    lost: 0,
    doubled: 0,
    because: 'What is not confirmed stays in the outbox and is sent again under its id.',
  },
  {
    task: 'failure-02',
    shownBy: 'failure-02.4',
    tried: 'ack lost, consumer restarted, two consumers at once',
    untried: 'a copy after the inbox has forgotten it',
    lost: 0,
    doubled: 0,
    because: 'The id is inserted in the transaction that books.',
  },
  {
    task: 'failure-03',
    shownBy: 'failure-03.4',
    tried: 'killed before and after the commit and the ack',
    untried: 'frozen for longer than the ack timeout',
    lost: 0,
    doubled: 0,
    because: 'The ack comes after the commit, so a crash costs a second delivery only.',
  },
  {
    task: 'failure-04',
    shownBy: 'failure-04.3',
    tried: 'broker killed and started again while both publish and consume',
    untried: 'two of three nodes lost',
    lost: 0,
    doubled: 0,
    because: 'Both sides come back with backoff, and unknown outcomes are sent again.',
  },
  {
    task: 'failure-05',
    shownBy: 'failure-05.3',
    tried: 'two events of a wallet swapped by a retry',
    untried: 'an event that comes after its snapshot',
    lost: 0,
    doubled: 0,
    because: 'The version in the row refuses what is older, and parks what is too early.',
  },
  {
    task: 'failure-06',
    shownBy: 'failure-06.3',
    tried: 'a message that kills the process, one that never parses',
    untried: 'a message that only one version of the code can read',
    lost: 0,
    doubled: 0,
    because: 'Attempts are counted by the broker, so a crash counts too.',
  },
  {
    task: 'failure-07',
    shownBy: 'failure-07.4',
    tried: 'a thousand clients after one outage, on a virtual clock',
    untried: 'a retry storm of two services that call each other',
    lost: 0,
    doubled: 0,
    because: 'Full jitter, a limit and a deadline bound what comes back.',
  },
  {
    task: 'failure-08',
    shownBy: 'failure-08.3',
    tried: 'redrive killed between publish and ack',
    untried: 'a redrive while the fix is being rolled back',
    lost: 0,
    doubled: 0,
    because: 'A letter is published and confirmed before it is acknowledged, and keeps its id.',
  },
]
