/** What a saga's design can claim; each claim is held against the tables and against every execution of them. */
import { broken, held, type Judgement, type Promised, witness } from '#lab/kit/promise'
import type { SagaScenario } from '#lab/simulate/saga'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'
import {
  type AttackedSeen,
  type CompensationsSeen,
  type FailuresSeen,
  type Loaded,
  type OrderSeen,
  type PageSeen,
  type Played,
  type ResumedSeen,
  type StatesSeen,
  stepNames,
  type Wrong,
} from './run.ts'

const file = 'saga.ts'
const inStates = [{ file, near: ['states:', 'transitions:'] }]
const inTransitions = [{ file, near: ['transitions:'] }]
const inSteps = [{ file, near: ['steps:'] }]
const inStored = [{ file, near: ['stored:'] }]

/** What is wrong with the shape of the design. */
function misshapen(loaded: Loaded): Judgement | undefined {
  if ('problem' in loaded) {
    const said = text(
      `saga.ts can't be read as a saga: ${loaded.problem}`,
      `không đọc được saga.ts như một saga: ${loaded.problem}`,
    )
    return broken(said, { at: [{ file }] })
  }
  if (loaded.saga.steps.length > 0) return undefined
  return broken(text('the saga has no steps yet', 'saga chưa có bước nào'), { at: inSteps })
}

/** A scenario in words. */
function shown({ refuses, silent, loses, isTwice, crash }: SagaScenario): Text {
  const parts = [
    refuses && text(`${refuses} is refused`, `${refuses} bị từ chối`),
    silent && text(`${silent} does not answer`, `${silent} không trả lời`),
    loses && text(`the first ${loses} is lost`, `${loses} đầu tiên bị mất`),
    isTwice === true && text('every message comes twice', 'message nào cũng tới hai lần'),
    crash &&
      text(
        `whoever runs the saga crashes in turn ${crash.turn} (${crash.at})`,
        `bên chạy saga sập ở lượt ${crash.turn} (${{ before: 'trước khi ghi', between: 'giữa chừng', after: 'sau khi ghi' }[crash.at]})`,
      ),
  ].filter((part) => typeof part === 'object')
  if (parts.length === 0) return text('Nothing is wrong', 'Không có gì sai')
  const join = (lang: 'en' | 'vi') => parts.map((part) => part[lang]).join(', ')
  const upper = (line: string) => line.charAt(0).toUpperCase() + line.slice(1)
  return text(upper(join('en')), upper(join('vi')))
}

function told({ run }: Played): Text {
  const last = run.told.slice(-4).join(', ') || 'nothing'
  return text(`; told last: ${last}`, `; báo sau cùng: ${last}`)
}

/** What was seen in an execution that went wrong. */
function seenIn(played: Played, why: Wrong): Text {
  const { run } = played
  const { en, vi } = shown(played.scenario)
  const last = told(played)
  switch (why.kind) {
    case 'stuck':
      return text(
        `${en}, and the saga is stuck in "${run.state ?? 'no state'}"${last.en}`,
        `${vi}, và saga kẹt ở "${run.state ?? 'không trạng thái nào'}"${last.vi}`,
      )
    case 'twice':
      return why.undone
        ? text(
            `${en}, and ${why.step} was undone ${why.times} times`,
            `${vi}, và ${why.step} bị bù trừ ${why.times} lần`,
          )
        : text(
            `${en}, and ${why.step} was done ${why.times} times`,
            `${vi}, và ${why.step} chạy ${why.times} lần`,
          )
    case 'not-undone':
      return text(
        `${en}: the saga ends cancelled, and ${why.step} is done and not undone`,
        `${vi}: saga kết thúc cancelled mà ${why.step} đã xong không được bù trừ`,
      )
    case 'not-done':
      return text(
        `${en}: the saga ends settled, and ${why.step} was never done`,
        `${vi}: saga kết thúc settled mà ${why.step} chưa hề chạy`,
      )
    case 'undone-though-settled':
      return text(
        `${en}: the saga ends settled, and ${why.step} was undone`,
        `${vi}: saga kết thúc settled mà ${why.step} đã bị bù trừ`,
      )
    case 'turned-back':
      return text(
        `${en}, which comes after the pivot, and the saga turned back`,
        `${vi}, bước này nằm sau pivot, mà saga lại quay đầu`,
      )
    case 'order':
      return text(
        `${en}: undone were ${why.undone.join(', then ')}, which is not the reverse of how they were done`,
        `${vi}: thứ tự bù trừ là ${why.undone.join(' rồi ')}, không phải ngược lại với lúc chạy`,
      )
    case 'sagas':
      return text(
        `${en}, and there are ${why.count} sagas of one payment: the saga's key is not the same for both requests`,
        `${vi}, và một thanh toán có ${why.count} saga: key của saga không giống nhau giữa hai yêu cầu`,
      )
  }
}

const wrongRun = ({ wrong }: AttackedSeen, at: typeof inSteps): Judgement | undefined =>
  wrong === undefined ? undefined : broken(seenIn(wrong.played, wrong.why), { at })

export const nothingGetsStuck: Promised<StatesSeen> = {
  item: 'design-04.1',
  text: text(
    'the saga is a table of states and transitions in which every answer leads somewhere and none gets stuck',
    'saga là một bảng trạng thái và bước chuyển, trả lời nào cũng dẫn tới đâu đó và không chỗ nào bị kẹt',
  ),
  judge(seen) {
    const shape = misshapen(seen.loaded)
    if (shape !== undefined) return shape
    const [unknown] = seen.unknownStates
    const [unreachable] = seen.unreachable
    const [endless] = seen.endless
    const [restless] = seen.restless
    const [torn] = seen.torn
    const [unheard] = seen.unheard
    const [unsaid] = seen.unsaid
    const at = inStates
    if (unknown !== undefined)
      return broken(
        text(
          `a transition names "${unknown}", which is no state`,
          `có bước chuyển nêu "${unknown}", không phải trạng thái nào`,
        ),
        { at },
      )
    if (torn !== undefined)
      return broken(
        text(
          `in "${torn.state}" two transitions begin with ${torn.on}: nobody knows which one it is`,
          `ở "${torn.state}" có hai bước chuyển bắt đầu bằng ${torn.on}: không ai biết là cái nào`,
        ),
        { at: inTransitions },
      )
    if (unreachable !== undefined)
      return broken(text(`no way leads to "${unreachable}"`, `không đường nào tới "${unreachable}"`), { at })
    if (endless !== undefined)
      return broken(
        text(`from "${endless}" no way leads to an end`, `từ "${endless}" không đường nào tới điểm cuối`),
        { at },
      )
    if (restless !== undefined)
      return broken(
        text(
          `"${restless.state}" is an end, and ${restless.on} leads out of it: a late answer would revive the saga`,
          `"${restless.state}" là điểm cuối mà ${restless.on} lại dẫn ra ngoài: trả lời muộn sẽ làm saga sống lại`,
        ),
        { at: inTransitions },
      )
    if (unheard !== undefined)
      return broken(
        text(`${unheard} is asked for, and no step hears it`, `${unheard} được đòi mà không bước nào nghe`),
        { at: inTransitions },
      )
    if (unsaid !== undefined)
      return broken(
        text(`a state waits for ${unsaid}, which nobody says`, `có trạng thái chờ ${unsaid} mà không ai nói`),
        { at: inTransitions },
      )
    const [ignored] = seen.ignored
    if (ignored !== undefined)
      return broken(
        text(
          `in "${ignored.state}" the answer ${ignored.answer} leads nowhere: the saga would ask on as if nobody had answered`,
          `ở "${ignored.state}" trả lời ${ignored.answer} không dẫn tới đâu: saga sẽ đòi tiếp như thể chưa ai trả lời`,
        ),
        { at: inTransitions },
      )
    if (seen.stuck !== undefined) return broken(seenIn(seen.stuck, { kind: 'stuck' }), { at: inTransitions })
    return held(
      witness('states', seen.states, text(`${seen.states} states`, `${seen.states} trạng thái`)),
      witness('runs', seen.runs),
    )
  },
}

export const stepsInOrder: Promised<OrderSeen> = {
  item: 'design-04.2',
  text: text(
    'validate, charge, update balance and notify run in this order, and exactly one of them is the pivot',
    'kiểm tra, trừ tiền, cập nhật số dư, thông báo chạy đúng thứ tự này, và đúng một bước là pivot',
  ),
  judge({ loaded, order, end, pivots, misplaced }) {
    const shape = misshapen(loaded)
    if (shape !== undefined) return shape
    if (order.join() !== stepNames.join() || end !== 'settled') {
      return broken(
        text(
          `when nothing is wrong, the saga does ${order.join(', ') || 'nothing'} and ends ${end}`,
          `khi không có gì sai, saga chạy ${order.join(', ') || 'không gì cả'} và kết thúc ${end}`,
        ),
        { at: inSteps },
      )
    }
    if (pivots.length !== 1) {
      return broken(
        text(
          `${pivots.length} steps are the pivot (${pivots.join(', ') || 'none'}): there is one point of no return`,
          `${pivots.length} bước là pivot (${pivots.join(', ') || 'không bước nào'}): điểm không quay lại chỉ có một`,
        ),
        { at: inSteps },
      )
    }
    if (misplaced !== undefined) {
      return broken(
        text(
          `${misplaced.step} is ${misplaced.class} and comes after a ${misplaced.after} step: what cannot fail for good comes last, what can be undone comes first`,
          `${misplaced.step} là ${misplaced.class} mà đứng sau một bước ${misplaced.after}: cái bù trừ được đi trước, cái không thể hỏng hẳn đi sau`,
        ),
        { at: inSteps },
      )
    }
    return held(
      witness(
        'steps',
        order.length,
        text(
          `${order.length} steps, the pivot is ${pivots[0]}`,
          `${order.length} bước, pivot là ${pivots[0]}`,
        ),
      ),
    )
  },
}

export const eachIsUndone: Promised<CompensationsSeen> = {
  item: 'design-04.4',
  text: text(
    'each step has a compensation that may run twice, in reverse order, or a reason why it needs none',
    'mỗi bước có một bù trừ chạy hai lần vẫn đúng, theo thứ tự ngược, hoặc lý do vì sao không cần',
  ),
  judge(seen) {
    const shape = misshapen(seen.loaded)
    if (shape !== undefined) return shape
    const [without] = seen.without
    const [shared] = seen.sharedKeys
    if (without !== undefined) {
      return broken(
        without.class === 'compensatable'
          ? text(
              `${without.step} is compensatable, and nothing compensates it`,
              `${without.step} là compensatable mà không có gì bù trừ nó`,
            )
          : text(
              `nothing undoes ${without.step}, and "uncompensated" does not say in a sentence why`,
              `không gì bù trừ ${without.step}, mà "uncompensated" chưa nói thành câu vì sao`,
            ),
        { at: inSteps },
      )
    }
    if (shared !== undefined) {
      return broken(
        text(
          `the key ${JSON.stringify(shared.key)} of ${shared.step} is the same for two payments: it has no <payment_id>`,
          `key ${JSON.stringify(shared.key)} của ${shared.step} giống nhau ở hai thanh toán: nó thiếu <payment_id>`,
        ),
        { at: inSteps },
      )
    }
    const wrong = wrongRun(seen, inSteps)
    if (wrong !== undefined) return wrong
    return held(
      witness(
        'runs',
        seen.runs,
        text(
          `${seen.runs} runs, each message once and twice`,
          `${seen.runs} lần chạy, message tới một lần và hai lần`,
        ),
      ),
    )
  },
}

export const eachFailureLeadsSomewhere: Promised<FailuresSeen> = {
  item: 'design-04.5',
  text: text(
    'for each step it is decided where a failure, a timeout and an unknown outcome lead, and no money is lost there',
    'với từng bước đã quyết định thất bại, timeout và không rõ kết quả dẫn đến đâu, và không mất tiền ở đó',
  ),
  judge(seen) {
    const shape = misshapen(seen.loaded)
    if (shape !== undefined) return shape
    const [timeless] = seen.timeless
    if (timeless !== undefined) {
      return broken(
        text(
          `${timeless.step} waits ${timeless.timeoutMs} ms and asks ${timeless.attemptsMax} times: say a time above 0 and at least one attempt`,
          `${timeless.step} chờ ${timeless.timeoutMs} ms và đòi ${timeless.attemptsMax} lần: hãy ghi thời gian lớn hơn 0 và ít nhất một lần`,
        ),
        { at: inSteps },
      )
    }
    const wrong = wrongRun(seen, inTransitions)
    if (wrong !== undefined) return wrong
    return held(
      witness(
        'runs',
        seen.runs,
        text(
          `${seen.runs} runs with silence, loss and refusal`,
          `${seen.runs} lần chạy có im lặng, mất message và từ chối`,
        ),
      ),
    )
  },
}

export const resumesAnywhere: Promised<ResumedSeen> = {
  item: 'design-04.6',
  text: text(
    'what the saga stores, and when, is enough to resume it after a crash at any point',
    'những gì saga lưu, và lúc nó lưu, đủ để chạy tiếp sau khi crash ở bất kỳ đâu',
  ),
  judge(seen) {
    const shape = misshapen(seen.loaded)
    if (shape !== undefined) return shape
    const wrong = wrongRun(seen, inStored)
    if (wrong !== undefined) return wrong
    if (!seen.key.includes('<payment_id>')) {
      return broken(
        text(
          `the saga's key is ${JSON.stringify(seen.key)}: without <payment_id> all payments are one saga`,
          `key của saga là ${JSON.stringify(seen.key)}: thiếu <payment_id> thì mọi thanh toán là một saga`,
        ),
        { at: [{ file, near: ['key:'] }] },
      )
    }
    return held(
      witness(
        'crashes',
        seen.crashes,
        text(`resumed after ${seen.crashes} crashes`, `chạy tiếp sau ${seen.crashes} lần sập`),
      ),
    )
  },
}

export const thePageIsTheSaga: Promised<PageSeen> = {
  item: 'design-04.7',
  text: text(
    'SAGA.md draws the states of saga.ts, and says why the saga is built like this',
    'SAGA.md vẽ đúng các trạng thái của saga.ts và nói vì sao saga được thiết kế như vậy',
  ),
  judge({ loaded, hasDrawing, arrows, missing, invented, findings }) {
    const at = [{ file: 'SAGA.md' }]
    const shape = misshapen(loaded)
    if (shape !== undefined) return shape
    if (!hasDrawing) {
      return broken(
        text(
          'SAGA.md has no drawing of the states: a mermaid block that begins with "stateDiagram-v2" (node designs/04-payment-saga/draw.ts prints it)',
          'SAGA.md chưa có hình các trạng thái: một khối mermaid bắt đầu bằng "stateDiagram-v2" (node designs/04-payment-saga/draw.ts in sẵn nó)',
        ),
        { at },
      )
    }
    const [absent, ...others] = missing
    if (absent !== undefined) {
      const more =
        others.length === 0 ? ['', ''] : [` (and ${others.length} more)`, ` (và ${others.length} cái nữa)`]
      return broken(
        text(`the drawing does not show ${absent}${more[0]}`, `hình vẽ thiếu ${absent}${more[1]}`),
        { at },
      )
    }
    const [extra] = invented
    if (extra !== undefined) {
      return broken(
        text(
          `the drawing shows ${extra}, which saga.ts does not say`,
          `hình vẽ có ${extra}, nhưng saga.ts không nói vậy`,
        ),
        { at },
      )
    }
    const [finding] = findings
    if (finding !== undefined) return broken(finding.said, { at })
    return held(witness('arrows', arrows, text(`${arrows} transitions drawn`, `vẽ ${arrows} bước chuyển`)))
  },
}
