/** The same payment, whose card is declined, as a choreography and with an orchestrator. */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openProducer } from '#lab/study/moves'
import { text } from '#lab/verdict/language'
import { react } from './services/react.ts'

interface Seen {
  /** Messages behind the request, until all is undone. */
  readonly choreographed: number
  readonly orchestrated: number
  /** What each service says of the payment, when asked. */
  readonly saidByServices: readonly string[]
  readonly saidByOrchestrator: string | undefined
}

const payment = 'p-1'

export const experiment: Experiment<Seen> = {
  name: 'both-ways',
  place: 1,
  needs: ['inspect'],
  shows: text(
    'a choreography takes one message a step and nobody in it can say that the payment failed; an orchestrator takes two and can',
    'choreography tốn mỗi bước một message và không ai trong đó nói được là thanh toán đã hỏng; orchestrator tốn hai và nói được',
  ),
  question: {
    kind: 'choice',
    id: 'both-ways',
    item: 'study-10.2',
    ask: text(
      'A payment: the wallet reserves, the card is declined, the wallet releases. Once each service reacts to the event before; once an orchestrator sends three commands and gets replies. How many messages follow the request each time, and who can say "this payment has failed"?',
      'Một thanh toán: ví giữ chỗ, thẻ bị từ chối, ví trả chỗ. Một lần mỗi service phản ứng với event trước đó; một lần orchestrator gửi ba command và nhận trả lời. Mỗi cách có bao nhiêu message sau yêu cầu, và ai nói được "thanh toán này đã hỏng"?',
    ),
    options: [
      {
        id: 'three-six',
        text: text(
          '3 and 6; in the first nobody, in the second the orchestrator',
          '3 và 6; cách đầu không ai, cách sau là orchestrator',
        ),
        why: text(
          'Each service has done its part and knows no more: requested, declined, released. To know the end somebody has to listen to all of it. The orchestrator does, and pays with a command and a reply for each step.',
          'Service nào cũng làm xong phần mình và chỉ biết chừng đó: đã yêu cầu, bị từ chối, đã trả chỗ. Muốn biết kết cục phải có bên nghe tất cả. Orchestrator nghe, và trả giá bằng một command và một trả lời cho mỗi bước.',
        ),
      },
      {
        id: 'three-three',
        text: text(
          '3 and 3; the last service of the chain knows each time',
          '3 và 3; lần nào service cuối chuỗi cũng biết',
        ),
        why: text(
          'The last one released a reservation. Whether that was a failure, or a customer who changed their mind, it can’t tell. And an orchestrator has to be answered.',
          'Bên cuối chỉ trả một khoản giữ chỗ. Do hỏng hay do khách đổi ý thì nó không biết. Còn orchestrator thì phải có trả lời.',
        ),
      },
      {
        id: 'six-three',
        text: text(
          '6 and 3: without a coordinator everybody has to tell everybody',
          '6 và 3: không có người điều phối thì ai cũng phải báo cho ai',
        ),
        why: text(
          'An exchange copies one event to all who are bound; the publisher sends it once.',
          'Exchange chép một event cho mọi bên được bind; bên gửi chỉ gửi một lần.',
        ),
      },
    ],
    answer: 'three-six',
  },
  async scenario(lab: Lab) {
    const { published: choreographed, said: saidByServices } = await choreograph(lab)
    lab.say('The same with an orchestrator.', 'Cũng vậy, với một orchestrator.')
    const { published: orchestrated, said: saidByOrchestrator } = await orchestrate(lab)
    return { choreographed, orchestrated, saidByServices, saidByOrchestrator }
  },
  came({ choreographed, orchestrated, saidByServices, saidByOrchestrator }) {
    const said = text(
      `${choreographed} messages, the services say ${saidByServices.join(', ')}; ${orchestrated} messages, the orchestrator says ${saidByOrchestrator}`,
      `${choreographed} message, các service nói ${saidByServices.join(', ')}; ${orchestrated} message, orchestrator nói ${saidByOrchestrator}`,
    )
    const witnesses = [witness('events', choreographed), witness('commands and replies', orchestrated)]
    const nobodyKnows = !saidByServices.includes('failed') && saidByOrchestrator === 'failed'
    const options: Readonly<Record<string, string>> = {
      '3,6': 'three-six',
      '3,3': 'three-three',
      '6,3': 'six-three',
    }
    return {
      option: nobodyKnows ? options[`${choreographed},${orchestrated}`] : undefined,
      said,
      witnesses,
    }
  },
}

/** Each service listens to what concerns it. */
async function choreograph(lab: Lab): Promise<{ published: number; said: string[] }> {
  await declare(lab, {
    exchanges: { events: 'topic' },
    queues: {
      wallet: {
        bindings: [
          ['events', 'payment.requested'],
          ['events', 'card.declined'],
        ],
      },
      card: { bindings: [['events', 'funds.reserved']] },
    },
  })
  const producer = await openProducer(lab)
  const state = { payments: '', wallet: '', card: '' }
  let published = 0
  const publish = async (type: string): Promise<void> => {
    await producer.publish({ exchange: 'events', routingKey: type, event: event(type) })
    if (type !== 'payment.requested') published += 1
  }
  await react(lab, 'wallet', async ({ type }) => {
    state.wallet = type === 'payment.requested' ? 'reserved' : 'released'
    await publish(`funds.${state.wallet}`)
  })
  await react(lab, 'card', async () => {
    state.card = 'declined'
    await publish('card.declined')
  })
  state.payments = 'requested'
  await publish('payment.requested')
  await lab.until(
    text('the reservation was not released', 'chưa trả chỗ'),
    () => state.wallet === 'released' && published > 2,
    { whose: 'lab' },
  )
  await lab.settled({ whose: 'lab' })
  return { published, said: Object.values(state) }
}

/** One service knows the steps; the others do as they are told, and answer. */
async function orchestrate(lab: Lab): Promise<{ published: number; said: string | undefined }> {
  await declare(lab, { queues: { saga: {}, 'wallet.commands': {}, 'card.commands': {} } })
  const producer = await openProducer(lab)
  let published = 0
  const send = async (queue: string, type: string): Promise<void> => {
    await producer.publish({ exchange: '', routingKey: queue, event: event(type) })
    if (type !== 'payment.requested') published += 1
  }
  await react(lab, 'wallet.commands', ({ type }) =>
    send('saga', type === 'reserve-funds' ? 'funds.reserved' : 'funds.released'),
  )
  await react(lab, 'card.commands', () => send('saga', 'card.declined'))
  const sagas = new Map<string, string>()
  await react(lab, 'saga', async ({ type, payment: id }) => {
    sagas.set(id, type === 'funds.released' ? 'failed' : `after ${type}`)
    if (type === 'payment.requested') await send('wallet.commands', 'reserve-funds')
    if (type === 'funds.reserved') await send('card.commands', 'charge-card')
    if (type === 'card.declined') await send('wallet.commands', 'release-funds')
  })
  await send('saga', 'payment.requested')
  await lab.until(text('the saga did not end', 'saga chưa kết thúc'), () => sagas.get(payment) === 'failed', {
    whose: 'lab',
  })
  await lab.settled({ whose: 'lab' })
  return { published, said: sagas.get(payment) }
}

function event(type: string): { id: string; type: string; payment: string } {
  return { id: `${payment}-${type}`, type, payment }
}
