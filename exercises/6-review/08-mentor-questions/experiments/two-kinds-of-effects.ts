/** Q2 and Q5: a wallet books, sends a mail and dies before its ack. What happens again when it comes back? */
import type { Lab } from '#lab/kit'
import { witness } from '#lab/kit/promise'
import type { Experiment } from '#lab/study/experiment'
import { declare, openProducer, paymentEvents } from '#lab/study/moves'
import { text } from '#lab/verdict/language'

interface Seen {
  readonly kills: number
  readonly booked: number
  readonly mails: number
}

export const experiment: Experiment<Seen> = {
  name: 'two-kinds-of-effects',
  place: 3,
  shows: text(
    'of a message that is processed again the booking stays one, and the mail becomes two',
    'message bị xử lý lại thì bút toán vẫn là một, còn email thành hai',
  ),
  question: {
    kind: 'choice',
    id: 'two-kinds-of-effects',
    item: 'review-08.5',
    ask: text(
      'A wallet keeps the id of each payment in an inbox, in the transaction that books; after the commit it sends a mail, then it acks. It is killed when its ack has left and has not arrived, and started again. How often was the payment booked, how many mails went out?',
      'Ví giữ id của mỗi thanh toán trong inbox, trong chính transaction ghi sổ; commit xong thì gửi email, rồi ack. Nó bị kill khi ack đã rời đi mà chưa tới nơi, rồi được khởi động lại. Ghi sổ mấy lần, gửi mấy email?',
    ),
    options: [
      {
        id: 'once-once',
        text: text(
          'Booked once, one mail: the inbox knows the id',
          'Ghi sổ một lần, một email: inbox biết id rồi',
        ),
        why: text(
          'So it would be if the mail were sent only by whoever booked. Then a crash before the mail means that none goes out at all: at most once. This wallet mails whatever it acks.',
          'Đúng nếu chỉ lần ghi sổ mới gửi email. Nhưng khi đó crash trước lúc gửi thì không có email nào: at-most-once. Ví này ack cái gì thì gửi email cái đó.',
        ),
      },
      {
        id: 'once-twice',
        text: text('Booked once, two mails', 'Ghi sổ một lần, hai email'),
        why: text(
          'The mark commits with the booking; a mail server commits with nobody. For such effects one chooses between once too often and once too few.',
          'Dấu commit cùng bút toán; mail server thì không commit cùng ai. Với loại này chỉ chọn được giữa thừa một lần và thiếu một lần.',
        ),
      },
      {
        id: 'twice-twice',
        text: text('Booked twice, two mails', 'Ghi sổ hai lần, hai email'),
        why: text(
          'Without the inbox, yes. The second insert of the id fails, and with it the booking.',
          'Không có inbox thì đúng. Lần chèn id thứ hai không thành, và bút toán cũng không.',
        ),
      },
    ],
    answer: 'once-twice',
  },
  async scenario(lab: Lab) {
    const book = lab.openDatabase('book')
    book.exec('CREATE TABLE entry (id TEXT); CREATE TABLE inbox (id TEXT PRIMARY KEY)')
    const mail = lab.openDatabase('mail-server')
    mail.exec('CREATE TABLE sent (id TEXT)')
    await declare(lab, { queues: { wallet: {} } })
    const [event] = paymentEvents(lab, 1)
    if (event === undefined) throw new Error('no payment was made up')
    const wallet = await lab.start('experiments/actors/wallet.ts', 'consumer')
    const crash = await lab.place({
      name: 'crash before the ack arrives',
      text: text('the wallet is killed here, its ack on the way', 'ví bị kill ở đây, ack còn trên đường'),
      lane: 'consumer',
      when: { direction: 'to-broker', method: 'basic.ack' },
      what: { kind: 'kill-subject', subject: wallet },
    })
    const producer = await openProducer(lab)
    await producer.publish({ exchange: '', routingKey: 'wallet', event })
    await lab.fired(crash, text('the wallet never acknowledged', 'ví không ack lần nào'))
    lab.say('The wallet is started again.', 'Ví được khởi động lại.')
    await lab.start('experiments/actors/wallet.ts', 'consumer')
    await lab.settled({ whose: 'lab' })
    const count = (database: typeof book, table: string): number =>
      Number(database.prepare(`SELECT count(*) FROM ${table} WHERE id = ?`).pluck().get(event.id))
    return { kills: 1, booked: count(book, 'entry'), mails: count(mail, 'sent') }
  },
  came({ kills, booked, mails }) {
    const options: Readonly<Record<string, string>> = {
      '1,1': 'once-once',
      '1,2': 'once-twice',
      '2,2': 'twice-twice',
    }
    return {
      option: options[`${booked},${mails}`],
      said: text(`booked ${booked} times, ${mails} mails`, `ghi sổ ${booked} lần, ${mails} email`),
      witnesses: [witness('kills', kills), witness('booked', booked), witness('mails', mails)],
    }
  },
}
