/** The questions of study-10. Every wrong answer is somebody's sincere belief; its explanation says what it overlooks. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'which-letter',
    item: 'study-10.1',
    ask: text(
      'Of atomicity, consistency, isolation and durability: which one does a saga give up outright?',
      'Trong bốn tính chất atomicity, consistency, isolation, durability, saga bỏ hẳn tính chất nào?',
    ),
    options: [
      {
        id: 'isolation',
        text: text('Isolation', 'Isolation'),
        why: text(
          'Each step is committed, and seen, before the next one begins. In the end all steps have happened or are compensated; in between anybody may act on the half.',
          'Bước nào xong là commit và bị nhìn thấy, trước khi bước sau bắt đầu. Cuối cùng thì hoặc đủ mọi bước hoặc đã bù trừ; ở giữa thì ai cũng có thể hành động dựa trên phần dở dang.',
        ),
      },
      {
        id: 'atomicity',
        text: text('Atomicity: it may stop half-way', 'Atomicity: nó có thể dừng giữa chừng'),
        why: text(
          'It may pause half-way, not stop: an unfinished saga goes on, forward or back, until it ends. That takes a store and a deadline.',
          'Nó có thể tạm dừng chứ không bỏ dở: saga chưa xong thì còn chạy tiếp, tới hoặc lùi, cho tới khi kết thúc. Muốn vậy phải có chỗ lưu và hạn chót.',
        ),
      },
      {
        id: 'durability',
        text: text('Durability: its state is in messages', 'Durability: trạng thái nằm trong message'),
        why: text(
          'Each step is a local transaction and as durable as its database.',
          'Mỗi bước là một transaction cục bộ, bền như database của nó.',
        ),
      },
    ],
    answer: 'isolation',
  },
  {
    kind: 'choice',
    id: 'when-no-saga',
    item: 'study-10.1',
    ask: text(
      'Wallet and ledger are two tables of one database, in one service. A payment changes both. What fits?',
      'Ví và sổ cái là hai bảng trong một database, cùng một service. Một thanh toán sửa cả hai. Nên dùng gì?',
    ),
    options: [
      {
        id: 'one-transaction',
        text: text('One transaction', 'Một transaction'),
        why: text(
          'It gives everything that a saga has to do without. A saga is the answer to a border that can’t be crossed; here is none.',
          'Nó cho mọi thứ mà saga phải bỏ. Saga là lời đáp cho một ranh giới không vượt được; ở đây không có ranh giới nào.',
        ),
      },
      {
        id: 'saga',
        text: text('A saga, so that they can be parted later', 'Một saga, để sau này tách ra được'),
        why: text(
          'Then every reader meets half payments from today on, for a split that may never come.',
          'Vậy thì từ hôm nay bên đọc nào cũng gặp thanh toán dở dang, vì một lần tách có thể không bao giờ tới.',
        ),
      },
      {
        id: 'two-phase',
        text: text('Two-phase commit', 'Two-phase commit'),
        why: text(
          'That joins several databases, and holds locks while it waits for all of them. One database needs no vote.',
          'Cái đó nối nhiều database và giữ khoá trong lúc chờ tất cả. Một database thì không cần bỏ phiếu.',
        ),
      },
    ],
    answer: 'one-transaction',
  },
  {
    kind: 'order',
    id: 'choreography-order',
    item: 'study-10.2',
    ask: text(
      'A choreographed payment that succeeds. In which order do these events come?',
      'Một thanh toán kiểu choreography thành công. Các event này tới theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'requested',
        text: text('payment.requested, from payments', 'payment.requested, từ payments'),
        why: text('The wallet reacts to it.', 'Ví phản ứng với nó.'),
      },
      {
        id: 'reserved',
        text: text('funds.reserved, from the wallet', 'funds.reserved, từ ví'),
        why: text(
          'The card service waits for this one, and not for the request: money first set aside, then charged.',
          'Card service chờ event này chứ không chờ yêu cầu: giữ tiền trước, trừ thẻ sau.',
        ),
      },
      {
        id: 'charged',
        text: text('card.charged, from the card service', 'card.charged, từ card service'),
        why: text(
          'It is the pivot: from here on the payment is finished forwards.',
          'Đây là pivot: từ đây thanh toán chỉ đi tới.',
        ),
      },
      {
        id: 'posted',
        text: text('transaction.posted, from the ledger', 'transaction.posted, từ ledger'),
        why: text(
          'The ledger reacts to the charge; had all three reacted to the request, a declined card would have been booked.',
          'Ledger phản ứng với lần trừ thẻ; nếu cả ba cùng phản ứng với yêu cầu thì thẻ bị từ chối cũng đã vào sổ.',
        ),
      },
    ],
    answer: ['requested', 'reserved', 'charged', 'posted'],
  },
  {
    kind: 'choice',
    id: 'stuck-choreography',
    item: 'study-10.2',
    ask: text(
      'In that choreography the card service has been down for an hour. Who raises an alarm about the 300 payments whose money is reserved?',
      'Trong choreography đó card service sập một tiếng. Ai báo động về 300 thanh toán đang bị giữ tiền?',
    ),
    options: [
      {
        id: 'nobody-by-itself',
        text: text(
          'Nobody, unless somebody follows all events and knows how long each step may take',
          'Không ai, trừ khi có bên theo dõi mọi event và biết mỗi bước được phép lâu bao nhiêu',
        ),
        why: text(
          'The wallet has done its part, payments waits for nothing. A read model of all payments with a deadline for each state is what a choreography has to add.',
          'Ví đã xong phần mình, payments không chờ gì. Read model của mọi thanh toán với hạn chót cho từng trạng thái là thứ choreography phải thêm vào.',
        ),
      },
      {
        id: 'wallet',
        text: text('The wallet: its event was not consumed', 'Ví: event của nó không ai nhận'),
        why: text(
          'It was confirmed and lies in the card service’s queue. Producers do not hear of consumers.',
          'Event đã được confirm và nằm trong queue của card service. Producer không nghe gì về consumer.',
        ),
      },
      {
        id: 'broker',
        text: text('The broker, which notices the missing ack', 'Broker, vì thấy thiếu ack'),
        why: text(
          'Nothing was delivered, so no ack is missing. A waiting queue is what a broker is for.',
          'Chưa giao gì thì không thiếu ack nào. Queue có message chờ là chuyện bình thường của broker.',
        ),
      },
    ],
    answer: 'nobody-by-itself',
  },
  {
    kind: 'trace',
    id: 'store-then-send',
    item: 'study-10.3',
    ask: text(
      'An orchestrator gets "funds.reserved" and moves on to the charge; its relay looks into the outbox once a second. Which steps, in which order, so that a crash at any point neither loses the saga nor charges twice?',
      'Orchestrator nhận "funds.reserved" và chuyển sang bước trừ thẻ; relay của nó mỗi giây xem outbox một lần. Những bước nào, theo thứ tự nào, để crash ở đâu cũng không mất saga và không trừ hai lần?',
    ),
    lines: [
      {
        id: 'transaction',
        text: text(
          'one transaction: state "charging", the command in the outbox, the reply’s id in the inbox',
          'một transaction: trạng thái "charging", command vào outbox, id của câu trả lời vào inbox',
        ),
        why: text(
          'What it is about to do is stored before anybody hears of it, and with it that the reply was taken.',
          'Việc sắp làm được lưu trước khi ai nghe thấy, cùng với dấu là đã nhận câu trả lời.',
        ),
      },
      {
        id: 'ack-reply',
        text: text('ack of funds.reserved', 'ack funds.reserved'),
        why: text(
          'Its content is in the database now; a redelivery would meet the inbox.',
          'Nội dung của nó đã vào database; có giao lại thì gặp inbox.',
        ),
      },
      {
        id: 'relay',
        text: text(
          'the relay publishes "charge-card" under the key (payment, charge) and awaits the confirm',
          'relay gửi "charge-card" với key (payment, charge) và chờ confirm',
        ),
        why: text(
          'As often as it takes: the key is the same each time, so the card service charges once.',
          'Gửi bao nhiêu lần cũng được: key lần nào cũng vậy nên card service chỉ trừ một lần.',
        ),
      },
      {
        id: 'mark',
        text: text('the outbox row is marked as sent', 'đánh dấu dòng outbox là đã gửi'),
        why: text(
          'After the confirm. A crash before sends once more, which is harmless.',
          'Sau confirm. Crash trước bước này thì gửi thêm một lần, vô hại.',
        ),
      },
      {
        id: 'send-first',
        text: text(
          'the command is sent first, then the state is stored, to save a write if it fails',
          'gửi command trước rồi mới lưu trạng thái, đỡ một lần ghi nếu gửi hỏng',
        ),
        why: text(
          'A crash between the two leaves a charged card and a saga that knows nothing of it.',
          'Crash ở giữa để lại một thẻ bị trừ và một saga không hề biết.',
        ),
      },
      {
        id: 'new-key',
        text: text(
          'a fresh key is made for the new attempt after a restart',
          'sau khi khởi động lại thì tạo key mới cho lần thử mới',
        ),
        why: text(
          'A fresh key is a fresh charge. The key names the step, not the attempt.',
          'Key mới là một lần trừ mới. Key là tên của bước, không phải của lần thử.',
        ),
      },
    ],
    answer: ['transaction', 'ack-reply', 'relay', 'mark'],
  },
  {
    kind: 'trace',
    id: 'which-back',
    item: 'study-10.5',
    ask: text(
      'Steps: 1 reserve a voucher, 2 reserve funds, 3 book a courier, 4 charge the card. The courier refuses (step 3). Which compensations run, in which order?',
      'Các bước: 1 giữ voucher, 2 giữ tiền trong ví, 3 đặt shipper, 4 trừ thẻ. Shipper từ chối (bước 3). Những bù trừ nào chạy, theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'release-funds',
        text: text('release the funds', 'trả tiền về ví'),
        why: text(
          'First the step that was done last: whatever rests on an earlier step goes before it.',
          'Trước tiên là bước làm sau cùng: thứ dựa trên bước trước phải được gỡ trước.',
        ),
      },
      {
        id: 'release-voucher',
        text: text('release the voucher', 'trả voucher'),
        why: text('Last, since it was done first.', 'Sau cùng, vì nó làm đầu tiên.'),
      },
      {
        id: 'cancel-courier',
        text: text('cancel the courier', 'huỷ shipper'),
        why: text(
          'The step that definitely refused has left nothing. Had it timed out, one would have to cancel it, for it may have worked.',
          'Bước đã từ chối rõ ràng thì không để lại gì. Nếu nó timeout thì phải huỷ, vì có thể nó đã làm.',
        ),
      },
      {
        id: 'refund-card',
        text: text('refund the card', 'hoàn tiền thẻ'),
        why: text(
          'Step 4 was never begun. A refund without a charge is a gift.',
          'Bước 4 chưa hề bắt đầu. Hoàn tiền mà chưa trừ là cho không.',
        ),
      },
    ],
    answer: ['release-funds', 'release-voucher'],
  },
  {
    kind: 'choice',
    id: 'compensation-fails',
    item: 'study-10.5',
    ask: text(
      'A compensation itself fails: the refund call answers 503. What does the saga do?',
      'Chính việc bù trừ bị lỗi: lời gọi hoàn tiền trả về 503. Saga làm gì?',
    ),
    options: [
      {
        id: 'until-done',
        text: text(
          'It tries again under the same key until it is done, with growing delays, and calls a person after a limit',
          'Thử lại với cùng key cho tới khi xong, khoảng chờ tăng dần, quá hạn thì gọi con người',
        ),
        why: text(
          'There is nothing behind a compensation that could undo it. So it must be one that can always be repeated and finally succeeds, and a state "needs attention" for when it does not.',
          'Phía sau bù trừ không còn gì để hoàn tác nó. Vì vậy nó phải lặp lại được và cuối cùng thành công, cùng một trạng thái "cần người xem" khi không xong.',
        ),
      },
      {
        id: 'compensate-it',
        text: text('It compensates the compensation', 'Bù trừ cho bù trừ'),
        why: text(
          'That would charge the customer again, whom the order has failed already.',
          'Vậy là trừ tiền khách lần nữa, trong khi đơn đã hỏng.',
        ),
      },
      {
        id: 'log-and-end',
        text: text('It logs the error and ends as "cancelled"', 'Ghi log lỗi và kết thúc là "cancelled"'),
        why: text(
          'Then the books say that all is undone, and the customer’s money is gone.',
          'Khi đó sổ nói đã hoàn tác hết, còn tiền của khách thì mất.',
        ),
      },
    ],
    answer: 'until-done',
  },
  {
    kind: 'choice',
    id: 'after-the-pivot',
    item: 'study-10.6',
    ask: text(
      'The card was charged (the pivot); the ledger has booked. The notification fails for good: the phone number does not exist. What follows?',
      'Thẻ đã trừ (pivot); ledger đã ghi. Thông báo hỏng hẳn: số điện thoại không tồn tại. Tiếp theo là gì?',
    ),
    options: [
      {
        id: 'settled',
        text: text(
          'The payment is settled; the notification goes to a desk of its own',
          'Thanh toán hoàn tất; thông báo được đưa vào chỗ xử lý riêng',
        ),
        why: text(
          'Steps behind the pivot are retried or given up, never a reason to go back. What would make one go back belongs before the pivot.',
          'Bước sau pivot thì thử lại hoặc bỏ, không bao giờ là lý do quay lui. Thứ đủ sức bắt quay lui phải đặt trước pivot.',
        ),
      },
      {
        id: 'refund',
        text: text('The saga compensates: all or nothing', 'Saga bù trừ: được tất cả hoặc không gì cả'),
        why: text(
          'A customer who paid and gets goods would get the money back as well, because of a text message.',
          'Khách đã trả tiền và nhận hàng lại được hoàn tiền, chỉ vì một tin nhắn.',
        ),
      },
      {
        id: 'wait',
        text: text('The saga stays open and retries until it works', 'Saga để mở và thử lại tới khi được'),
        why: text(
          'A permanent failure does not pass. The payment would never count as settled, and the alarm for stuck sagas would mean nothing.',
          'Lỗi vĩnh viễn thì không tự hết. Thanh toán sẽ không bao giờ được coi là xong, và cảnh báo saga treo mất ý nghĩa.',
        ),
      },
    ],
    answer: 'settled',
  },
  {
    kind: 'choice',
    id: 'timeout-before-pivot',
    item: 'study-10.6',
    ask: text(
      'The reservation of funds timed out, so the saga compensates with "release". The release arrives at the wallet before the slow "reserve" does. What must the wallet do?',
      'Lệnh giữ tiền bị timeout nên saga bù trừ bằng "release". Release tới ví trước cả lệnh "reserve" chậm trễ kia. Ví phải làm gì?',
    ),
    options: [
      {
        id: 'tombstone',
        text: text(
          'Note that this payment was released, and refuse the reserve when it comes',
          'Ghi nhận thanh toán này đã release, và từ chối reserve khi nó tới',
        ),
        why: text(
          'A tombstone. Without it the late reserve sets money aside for an order that nobody will ever finish.',
          'Đó là tombstone. Không có nó, reserve tới muộn sẽ giữ tiền cho một đơn không ai làm tiếp.',
        ),
      },
      {
        id: 'ignore',
        text: text('Ack the release: there is nothing to release', 'Ack release: có gì đâu mà trả'),
        why: text(
          'True at this moment. One message later the money is reserved, and the compensation has come and gone.',
          'Lúc đó thì đúng. Một message sau tiền bị giữ, mà bù trừ đã tới và đi mất rồi.',
        ),
      },
      {
        id: 'requeue',
        text: text(
          'Requeue the release until the reserve has come',
          'Requeue release cho tới khi reserve tới',
        ),
        why: text(
          'It may never come: then this is a message that goes round for ever.',
          'Có thể nó không bao giờ tới: khi đó message này đi vòng mãi.',
        ),
      },
    ],
    answer: 'tombstone',
  },
]
