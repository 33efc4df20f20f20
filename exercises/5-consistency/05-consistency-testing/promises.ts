/** What can be promised about tests of consistency: they find what is there, accuse nobody else, and can be repeated. */
import type { WalletAnomaly, WalletHistory } from '#lab/checkers/wallet-anomalies'
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import { text } from '#lab/verdict/language'
import { type Checked, type CheckedSeen, type Searched, shownPlan } from './run.ts'

const checking = [{ file: 'checker.ts', near: ['function anomalies'] }]
const counting = [{ file: 'checker.ts', near: ['function metrics'] }]
const searching = [{ file: 'search.ts', near: ['fc.check', 'fc.assert', 'fc.property', 'function search'] }]
/**
 * Actions and turns of the plans for all four banks together. Twelve are enough; fast-check's shrinking ends at up to twice as many, and without it
 * they are forty.
 */
const thingsMax = 24

export const seesThroughDelays: Promised<CheckedSeen> = {
  item: 'consistency-05.2',
  text: text(
    'under short, long and changing delays the checker accuses no sound copy, and names each read that is wrong, too old or goes back',
    'độ trễ ngắn, dài hay thay đổi thì checker không đổ lỗi cho bản sao đúng, và chỉ ra từng lần đọc sai, quá cũ hay quay lui',
  ),
  judge(seen) {
    return (
      misjudged(seen) ??
      miscounted(seen) ??
      held(
        witness(
          'histories',
          seen.checked.length,
          text(
            `${seen.checked.length} histories, ${seen.played} of them played on a broker, ${anomaliesIn(seen)} anomalies named`,
            `${seen.checked.length} history, ${seen.played} cái chạy thật trên broker, chỉ ra ${anomaliesIn(seen)} bất thường`,
          ),
        ),
        witness('anomalies', anomaliesIn(seen)),
      )
    )
  },
}

export const seesThroughCrashes: Promised<CheckedSeen> = {
  item: 'consistency-05.3',
  text: text(
    'while broker and service are killed the checker accuses no sound service, and names each payment that is lost, doubled or torn',
    'broker và service bị kill thì checker không đổ lỗi cho service đúng, và chỉ ra từng thanh toán bị mất, bị trùng hay dở dang',
  ),
  judge(seen) {
    return (
      misjudged(seen) ??
      held(
        witness(
          'kills',
          seen.kills,
          text(
            `${seen.checked.length} histories, ${seen.played} of them over ${seen.kills} SIGKILLs, ${anomaliesIn(seen)} anomalies named`,
            `${seen.checked.length} history, ${seen.played} cái qua ${seen.kills} lần SIGKILL, chỉ ra ${anomaliesIn(seen)} bất thường`,
          ),
        ),
        witness('anomalies', anomaliesIn(seen)),
      )
    )
  },
}

export const findsTheRace: Promised<readonly Searched[]> = {
  item: 'consistency-05.4',
  text: text(
    'the search finds each planted race and crash as a plan of a few turns, repeats it by its seed, and accuses no sound bank',
    'phép tìm kiếm tìm ra từng race và crash được cài sẵn bằng một plan vài lượt, lặp lại được theo seed, và không đổ lỗi cho ngân hàng đúng',
  ),
  judge(banks) {
    for (const { mistake, seed, found, breach, isRepeated, plans } of banks) {
      if (mistake === undefined) {
        if (found === undefined) continue
        return broken(
          text(
            `the sound bank is accused of "${found.breach}" by this plan: ${shownPlan(found.plan)} (seed ${seed}). It keeps its laws there`,
            `ngân hàng đúng bị đổ lỗi "${found.breach}" bởi plan này: ${shownPlan(found.plan)} (seed ${seed}). Ở đó nó vẫn giữ luật`,
          ),
          { at: searching },
        )
      }
      if (found === undefined) {
        return broken(
          text(
            `a bank ${told[mistake].en}, and ${plans} plans found nothing (seed ${seed}): do they let clients take turns in the middle of an action, and the bank die there?`,
            `một ngân hàng ${told[mistake].vi}, mà ${plans} plan không tìm ra gì (seed ${seed}): các plan có để client xen lượt giữa chừng một hành động, và để ngân hàng chết ở đó không?`,
          ),
          { at: searching },
        )
      }
      if (breach !== found.breach) {
        return broken(
          text(
            `a plan is called "${found.breach}" (${shownPlan(found.plan)}), and played again it comes to ${breach === undefined ? 'no breach at all' : `"${breach}"`}`,
            `một plan bị gọi là "${found.breach}" (${shownPlan(found.plan)}), mà chạy lại thì ra ${breach === undefined ? 'không vi phạm gì' : `"${breach}"`}`,
          ),
          { at: searching },
        )
      }
      if (!isRepeated) {
        return broken(
          text(
            `the same seed (${seed}) found another plan the second time: what it finds can not be repeated`,
            `cùng seed (${seed}) mà lần thứ hai tìm ra plan khác: thứ nó tìm được sẽ không lặp lại được`,
          ),
          { at: searching },
        )
      }
    }
    const broke = banks.filter(({ found }) => found !== undefined)
    const actions = broke.reduce((sum, { found }) => sum + (found?.plan.actions.length ?? 0), 0)
    const turns = broke.reduce((sum, { found }) => sum + (found?.plan.turns.length ?? 0), 0)
    if (actions + turns > thingsMax) {
      return broken(
        text(
          `the plans that break ${broke.length} banks have ${actions} actions and ${turns} turns: half of that is enough, and nobody can read the rest. Let them be shrunk`,
          `các plan làm hỏng ${broke.length} ngân hàng có ${actions} hành động và ${turns} lượt: một nửa là đủ, phần còn lại không ai đọc nổi. Hãy để chúng được thu nhỏ (shrink)`,
        ),
        { at: searching },
      )
    }
    const plans = banks.reduce((sum, bank) => sum + bank.plans, 0)
    return held(
      witness(
        'found',
        broke.length,
        text(
          `${broke.length} mistakes found in ${plans} plans, such as: ${broke[0]?.found === undefined ? '' : shownPlan(broke[0].found.plan)}`,
          `tìm ra ${broke.length} lỗi trong ${plans} plan, ví dụ: ${broke[0]?.found === undefined ? '' : shownPlan(broke[0].found.plan)}`,
        ),
      ),
      witness('plans', plans),
    )
  },
}

/** A bank by what it does wrong. */
const told = {
  'reads-then-writes': text(
    'reads the balance in one step and writes it back in the next',
    'đọc số dư ở một bước rồi ghi lại ở bước sau',
  ),
  'looks-first': text(
    'looks whether the balance covers it in one step and takes the money in the next',
    'kiểm tra đủ tiền ở một bước rồi mới trừ ở bước sau',
  ),
  'asks-again': text(
    'is asked again by its clients after a crash, without an id',
    'bị client hỏi lại sau khi crash mà không kèm id',
  ),
  'answers-first': text(
    'answers before it has written anything down',
    'trả lời trước khi ghi lại bất cứ thứ gì',
  ),
} as const

export const planIsWritten = {
  item: 'consistency-05.1',
  text: text(
    'SCENARIOS.md says which fault at which moment under which load, which invariant, and what counts as passed',
    'SCENARIOS.md ghi sự cố gì, lúc nào, dưới tải nào, bất biến nào, và thế nào là đạt',
  ),
}

export const notesAreWritten = {
  item: 'consistency-05.6',
  text: text(
    'NOTES.md reports each scenario with its verdict, its figures, and what stays unproven',
    'NOTES.md ghi từng kịch bản kèm kết luận, số liệu và điều còn chưa chứng minh được',
  ),
}

const key = ({ kind, operation }: WalletAnomaly): string => `${kind} ${operation}`

function anomaliesIn({ checked }: CheckedSeen): number {
  return checked.reduce((sum, { there }) => sum + there.length, 0)
}

/** The first history that the checker reads otherwise than it is. */
function misjudged({ checked }: CheckedSeen): Judgement | undefined {
  for (const one of checked) {
    const there = new Set(one.there.map(key))
    const said = new Set(one.said.map(key))
    const missed = one.there.find((anomaly) => !said.has(key(anomaly)))
    const accused = one.said.find((anomaly) => !there.has(key(anomaly)))
    if (missed !== undefined) {
      return broken(
        text(
          `${one.what.en}: operation ${missed.operation} is a ${missed.kind}, and the checker does not name it. ${evidence(one, missed)}`,
          `${one.what.vi}: thao tác ${missed.operation} là ${missed.kind}, mà checker không chỉ ra. ${evidence(one, missed)}`,
        ),
        { at: checking },
      )
    }
    if (accused !== undefined) {
      return broken(
        text(
          `${one.what.en}: operation ${accused.operation} is no ${accused.kind}, and the checker says so. ${evidence(one, accused)}`,
          `${one.what.vi}: thao tác ${accused.operation} không phải ${accused.kind}, mà checker lại nói vậy. ${evidence(one, accused)}`,
        ),
        { at: checking },
      )
    }
    if (said.size < one.said.length) {
      return broken(
        text(
          `${one.what.en}: the checker names the same anomaly more than once (${one.said.length} instead of ${said.size})`,
          `${one.what.vi}: checker nêu cùng một bất thường nhiều lần (${one.said.length} thay vì ${said.size})`,
        ),
        { at: checking },
      )
    }
  }
  return undefined
}

function miscounted({ checked }: CheckedSeen): Judgement | undefined {
  for (const { what, counts, counted } of checked) {
    for (const name of ['reads', 'stale', 'unknown'] as const) {
      if (counts[name] === counted[name]) continue
      return broken(
        text(
          `${what.en}: metrics() says ${name}: ${counted[name]}, and there are ${counts[name]}`,
          `${what.vi}: metrics() nói ${name}: ${counted[name]}, còn thực tế là ${counts[name]}`,
        ),
        { at: counting },
      )
    }
  }
  return undefined
}

/** What of the history bears on it, short enough to be read. */
function evidence({ history, boundMs }: Checked, { operation }: WalletAnomaly): string {
  const concerned = history.operations.find(({ id }) => id === operation)
  const wallet = concerned?.wallet
  const near = history.operations
    .filter(
      (one) => one.id === operation || (one.wallet === wallet && one.id < operation && one.does !== 'saga'),
    )
    .slice(-3)
  const entries = history.entries.filter((entry) => entry.operation === operation)
  const saga = history.sagas.find((one) => one.operation === operation)
  const lines = near.map(shownOperation)
  if (concerned?.does === 'pay') lines.push(`entries of ${operation}: ${entries.length}`)
  if (saga !== undefined)
    lines.push(
      `done ${saga.done.join('+') || '-'}, undone ${saga.undone.join('+') || '-'} of ${saga.steps.join('+')}`,
    )
  return `[boundMs ${boundMs}; ${lines.join('; ')}]`
}

function shownOperation(one: WalletHistory['operations'][number]): string {
  const shown =
    one.version === undefined
      ? ''
      : ` v${one.version}${one.balance_minor === undefined ? '' : ` = ${one.balance_minor}`}`
  return `${one.id} ${one.client} ${one.does}s ${one.invokedMs}-${one.endedMs} ${one.ending}${shown}`
}
