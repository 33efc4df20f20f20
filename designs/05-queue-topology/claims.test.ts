/** The claims of design-05. Each line: the item, what is claimed, and the attack under which it must hold. */
import { claimTest } from '#lab/kit/claim-test'
import { test } from '#lab/kit/test'
import * as promises from './promises.ts'
import * as attacks from './run.ts'

test(
  'design-05.1 a broker takes the whole topology, twice, and nothing in it is out of reach',
  promises.nothingOutOfReach,
  attacks.declared,
)
claimTest(
  'design-05.2 each service works from queues of its own, named so, and what must be read again is kept in order in a topic',
  promises.eachServiceHasItsOwn,
  attacks.namesLookedAt,
)
claimTest(
  'design-05.3 each event is published by the service that owns the fact, on an exchange of its own, under its own name',
  promises.eachEventHasOneOwner,
  attacks.publishersLookedAt,
)
claimTest(
  'design-05.4 every queue in which messages stay has a reader, and nobody reads where they only wait',
  promises.noQueueWithoutAReader,
  attacks.readersLookedAt,
)
test(
  'design-05.5 each event reaches every service that wants it, once, and no other',
  promises.eachEventToThoseWhoWantIt,
  attacks.routed,
)
test(
  'design-05.6 a message that every reader refuses comes to rest in a queue that keeps it',
  promises.theDeadComeToRest,
  attacks.died,
)
claimTest(
  'design-05.7 TOPOLOGY.md draws what topology.ts declares, and says what each queue is for and where failures go',
  promises.theDrawingIsTheTopology,
  attacks.pageRead,
)
