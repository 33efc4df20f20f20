/** The claims of design-02. Each line: the item, what is claimed, and the attack under which it must hold. */
import { claimTest } from '#lab/kit/claim-test'
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { readWhileLagging } from './attacks/lag.ts'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as attacks from './run.ts'

claimTest(
  'design-02.1 each table has one service that goes into it, and no service waits for another',
  promises.eachOwnsItsFacts,
  attacks.bordersLookedAt,
)
test(
  'design-02.2 every request is accepted while nobody else runs, and ends in one outcome and the balance that belongs to it',
  promises.nobodyWaitsNothingIsSilent,
  attacks.decided,
)
claimTest(
  'design-02.3 events tell what has happened, carry what their readers need, and make an AsyncAPI document of each service',
  promises.eventsAreFacts,
  attacks.eventsLookedAt,
)
claimTest(
  'design-02.4 each event is published by the one service whose table it tells of, and none of these changes unheard',
  promises.eachFactHasOneVoice,
  attacks.publishersLookedAt,
)
test(
  'design-02.5 everything is delivered twice and done once, and two that look alike are two',
  promises.twiceIsOnce,
  attacks.doubled,
)
claimTest(
  'design-02.6 DESIGN.md draws every message on its way, invents none, and nothing goes round in a circle',
  promises.theDrawingIsTheFlow,
  attacks.flowLookedAt,
)
test(
  'design-02.7 while balances lag, a user sees the time of what is shown or that it is pending, never a wrong figure, and what was lost is found',
  promises.staleAndHonest,
  readWhileLagging,
)
documentTest(
  'design-02.8 DESIGN.md says in a thousand words what the services own, tell and promise, and what happens when each fails',
  promises.architectureIsWrittenUp,
  rules,
)
