/** The questions of study-09. Every wrong answer is somebody's sincere belief; its explanation says what it overlooks. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'where-to-refuse',
    item: 'study-09.1',
    ask: text(
      'Where does "not more than what is available" belong, and where does "the balance after this" belong?',
      'Luật "không quá số dư khả dụng" đặt ở đâu, còn "số dư sau đó là bao nhiêu" đặt ở đâu?',
    ),
    options: [
      {
        id: 'decide-evolve',
        text: text('The first in decide, the second in evolve', 'Cái đầu ở decide, cái sau ở evolve'),
        why: text(
          'decide(state, command) may say no and gives events. evolve(state, event) meets what has happened, and computes.',
          'decide(state, command) được quyền nói không và trả về event. evolve(state, event) gặp việc đã xảy ra, nên chỉ tính.',
        ),
      },
      {
        id: 'both-evolve',
        text: text(
          'Both in evolve: there they are checked on every replay as well',
          'Cả hai ở evolve: replay lần nào cũng được kiểm tra',
        ),
        why: text(
          'That is the trouble: when the rule changes, the past fails the check and the wallet can’t be loaded.',
          'Rắc rối chính ở đó: luật đổi thì quá khứ không qua được kiểm tra và ví không nạp lại được.',
        ),
      },
      {
        id: 'both-decide',
        text: text(
          'Both in decide: it puts the new balance into the event',
          'Cả hai ở decide: nó ghi luôn số dư mới vào event',
        ),
        why: text(
          'Then the event carries a result and not a fact. Two events each with a balance can contradict each other; two amounts can’t.',
          'Khi đó event mang kết quả chứ không mang sự việc. Hai event cùng mang số dư có thể mâu thuẫn; hai số tiền thì không.',
        ),
      },
    ],
    answer: 'decide-evolve',
  },
  {
    kind: 'choice',
    id: 'what-may-go',
    item: 'study-09.1',
    ask: text(
      'The disk is full. Which of these can be deleted without losing anything that can’t be made again?',
      'Đĩa đầy. Có thể xoá thứ nào mà không mất gì không làm lại được?',
    ),
    options: [
      {
        id: 'state',
        text: text('Read models and snapshots', 'Các read model và snapshot'),
        why: text(
          'Both are computed from the events. It takes time to compute them again, and nothing else.',
          'Cả hai đều tính ra từ event. Làm lại tốn thời gian, ngoài ra không tốn gì.',
        ),
      },
      {
        id: 'old-events',
        text: text('Events before the latest snapshot', 'Các event trước snapshot mới nhất'),
        why: text(
          'Then the snapshot becomes the truth: its shape can never change, no new question can be asked of the past, and no audit is possible.',
          'Khi đó snapshot thành sự thật: không bao giờ đổi được cấu trúc của nó, không hỏi được quá khứ điều gì mới, và hết kiểm toán.',
        ),
      },
      {
        id: 'outbox',
        text: text(
          'The whole outbox: its events are in the store',
          'Toàn bộ outbox: event của nó có trong store rồi',
        ),
        why: text(
          'Rows that were confirmed, yes. The others say what has not been told yet, and that stands nowhere else.',
          'Dòng đã confirm thì được. Dòng còn lại cho biết cái gì chưa báo ra ngoài, và điều đó không nằm ở chỗ nào khác.',
        ),
      },
    ],
    answer: 'state',
  },
  {
    kind: 'trace',
    id: 'lost-race',
    item: 'study-09.2',
    ask: text(
      'A wallet has 100,000, version 7. Services A and B each want to reserve 80,000 at the same moment; A is a little faster. What happens at B, in which order?',
      'Ví có 100.000, phiên bản 7. Service A và B cùng lúc muốn giữ chỗ 80.000; A nhanh hơn một chút. Ở B xảy ra những gì, theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'load-7',
        text: text('B loads version 7 and decides: enough', 'B nạp phiên bản 7 và quyết định: đủ tiền'),
        why: text(
          'That was true when it looked. Remembering on what one decided is half of the trick.',
          'Lúc nó nhìn thì đúng vậy. Nhớ mình quyết định dựa trên cái gì là một nửa của cách này.',
        ),
      },
      {
        id: 'conflict',
        text: text('append behind 7 is refused: 8 is taken', 'append sau 7 bị từ chối: 8 đã có'),
        why: text(
          'UNIQUE (stream, version) refuses, in the same statement that would write.',
          'UNIQUE (stream, version) từ chối, ngay trong câu lệnh ghi.',
        ),
      },
      {
        id: 'load-8',
        text: text('B loads version 8', 'B nạp phiên bản 8'),
        why: text(
          'Its decision rested on version 7, so it begins anew; a limited number of times.',
          'Quyết định của nó dựa trên phiên bản 7 nên phải làm lại từ đầu; với số lần có giới hạn.',
        ),
      },
      {
        id: 'refuse',
        text: text('B decides: 20,000 are not enough', 'B quyết định: 20.000 không đủ'),
        why: text(
          'The same command, another state, another decision. Nothing is appended.',
          'Cũng command đó, trạng thái khác, quyết định khác. Không append gì.',
        ),
      },
      {
        id: 'append-9',
        text: text('the same event is appended behind 8', 'append lại đúng event đó sau 8'),
        why: text(
          'An event is the outcome of a decision. Whoever only renumbers it skips the decision, and overdraws the wallet.',
          'Event là kết quả của một quyết định. Chỉ đánh số lại là bỏ qua quyết định, và ví bị âm.',
        ),
      },
      {
        id: 'delete-8',
        text: text('A’s event 8 is taken back', 'event 8 của A bị rút lại'),
        why: text(
          'What is in the store has happened. Taking back would be a further event, and A has done nothing wrong.',
          'Có trong store là đã xảy ra. Muốn rút lại thì phải thêm một event nữa, mà A không làm gì sai.',
        ),
      },
    ],
    answer: ['load-7', 'conflict', 'load-8', 'refuse'],
  },
  {
    kind: 'choice',
    id: 'second-constraint',
    item: 'study-09.2',
    ask: text(
      'A command is delivered twice. What keeps its event from being stored twice, the second time at the next version?',
      'Một command được giao hai lần. Điều gì ngăn event của nó bị lưu hai lần, lần sau ở phiên bản kế tiếp?',
    ),
    options: [
      {
        id: 'event-id',
        text: text(
          'A unique event id derived from the command, or decide that finds the payment already there',
          'Event id unique, suy ra từ command, hoặc decide thấy thanh toán đó đã có',
        ),
        why: text(
          'The version only orders writers. That two writes mean one thing must be said by an id, or seen in the state.',
          'Version chỉ xếp hàng các bên ghi. Hai lần ghi là cùng một việc thì phải có id nói ra, hoặc nhìn thấy trong trạng thái.',
        ),
      },
      {
        id: 'version-key',
        text: text('UNIQUE (stream, version)', 'UNIQUE (stream, version)'),
        why: text(
          'The second delivery loads the new version and appends properly behind it. For that key all is well.',
          'Lần giao thứ hai nạp phiên bản mới và append đàng hoàng phía sau. Với key đó thì không có gì sai.',
        ),
      },
      {
        id: 'transaction',
        text: text('The transaction around load and append', 'Transaction bao quanh load và append'),
        why: text(
          'It keeps two at the same time apart. These two come one after the other.',
          'Nó tách hai lần chạy cùng lúc. Hai lần này nối tiếp nhau.',
        ),
      },
    ],
    answer: 'event-id',
  },
  {
    kind: 'choice',
    id: 'one-stream',
    item: 'study-09.3',
    ask: text('Which events belong into one stream?', 'Những event nào thuộc về một stream?'),
    options: [
      {
        id: 'decided-together',
        text: text(
          'Those that one decision has to look at together, such as all of one wallet',
          'Những event mà một quyết định phải nhìn cùng nhau, như mọi event của một ví',
        ),
        why: text(
          'The stream is the border inside which "nobody was faster" can be held. What must never be violated together stands together.',
          'Stream là ranh giới mà trong đó giữ được lời hứa "không ai nhanh hơn mình". Cái gì phải đúng cùng nhau thì nằm cùng nhau.',
        ),
      },
      {
        id: 'by-type',
        text: text('Those of one type: all deposits', 'Những event cùng loại: mọi lần nạp tiền'),
        why: text(
          'No decision looks at all deposits of all customers, and every writer would queue up at one version.',
          'Không quyết định nào nhìn mọi lần nạp của mọi khách, và mọi bên ghi sẽ xếp hàng ở cùng một phiên bản.',
        ),
      },
      {
        id: 'by-request',
        text: text('Those of one request, over all services', 'Những event của một request, qua mọi service'),
        why: text(
          'Those are joined by a correlation id. They have several owners, and no one of them could number them.',
          'Chúng được nối bằng correlation id. Chúng có nhiều chủ, không bên nào đánh số được.',
        ),
      },
      {
        id: 'all-in-one',
        text: text(
          'All of the service: then everything is in order',
          'Tất cả của service: khi đó mọi thứ đều có thứ tự',
        ),
        why: text(
          'In order, and one after the other: two customers would conflict who have nothing to do with each other.',
          'Có thứ tự, và phải nối đuôi nhau: hai khách chẳng liên quan gì cũng xung đột.',
        ),
      },
    ],
    answer: 'decided-together',
  },
  {
    kind: 'number',
    id: 'next-after-snapshot',
    item: 'study-09.4',
    ask: text(
      'A stream has 1,000 events. The latest snapshot is of version 900. How many events does a load read?',
      'Một stream có 1.000 event. Snapshot mới nhất ở phiên bản 900. Một lần nạp phải đọc bao nhiêu event?',
    ),
    answer: 100,
    why: text(
      '901 to 1,000. Event 900 is in the snapshot.',
      'Từ 901 tới 1.000. Event 900 đã nằm trong snapshot.',
    ),
    near: [
      {
        value: 101,
        why: text(
          'That begins with 900, which is in the snapshot, and applies it twice.',
          'Vậy là bắt đầu từ 900, cái đã nằm trong snapshot, và áp dụng nó hai lần.',
        ),
      },
      {
        value: 99,
        why: text(
          'That leaves out event 901 and is a deposit short.',
          'Vậy là bỏ sót event 901, thiếu mất một lần nạp.',
        ),
      },
      {
        value: 1000,
        why: text(
          'Without a snapshot. It would come to the same wallet, more slowly.',
          'Đó là khi không có snapshot. Cũng ra cùng một ví, chỉ chậm hơn.',
        ),
      },
      {
        value: 0,
        why: text(
          'A snapshot is a state as of a version, and 100 things have happened since.',
          'Snapshot là trạng thái tại một phiên bản, sau đó đã có 100 việc xảy ra.',
        ),
      },
    ],
    otherwise: text(
      'Ask which version the snapshot says, and which version the stream has now.',
      'Hãy hỏi snapshot ghi phiên bản nào, và stream giờ ở phiên bản nào.',
    ),
  },
  {
    kind: 'choice',
    id: 'old-snapshot',
    item: 'study-09.4',
    ask: text(
      'A new release stores reservations by payment instead of as one sum. What becomes of the snapshots of the old release?',
      'Bản mới lưu giữ chỗ theo từng thanh toán thay vì một tổng. Snapshot của bản cũ thì sao?',
    ),
    options: [
      {
        id: 'ignored',
        text: text(
          'They carry the version of the old shape, are ignored, and made anew',
          'Chúng mang phiên bản của cấu trúc cũ nên bị bỏ qua, và được tạo lại',
        ),
        why: text(
          'A cache is thrown away when its shape changes. The first load is slow, and right.',
          'Cache đổi cấu trúc thì vứt đi. Lần nạp đầu chậm, nhưng đúng.',
        ),
      },
      {
        id: 'migrated',
        text: text('A migration splits the sums', 'Một migration tách các tổng ra'),
        why: text(
          'From a sum nobody can tell which payments it was made of. The events can.',
          'Từ một tổng không ai biết nó gồm những thanh toán nào. Event thì biết.',
        ),
      },
      {
        id: 'loaded-anyway',
        text: text(
          'They are loaded: missing fields get defaults',
          'Vẫn nạp: field thiếu thì lấy giá trị mặc định',
        ),
        why: text(
          'Then wallets begin with no reservations at all, and the money is spent a second time.',
          'Khi đó ví bắt đầu với không khoản giữ chỗ nào, và tiền được tiêu lần thứ hai.',
        ),
      },
    ],
    answer: 'ignored',
  },
  {
    kind: 'choice',
    id: 'impure',
    item: 'study-09.5',
    ask: text(
      'Which line inside evolve keeps two replays alike?',
      'Dòng nào trong evolve vẫn giữ cho hai lần replay giống nhau?',
    ),
    options: [
      {
        id: 'event-time',
        text: text('paidAt = event.time', 'paidAt = event.time'),
        why: text(
          'The time stands in the event and is the same whenever it is read.',
          'Thời điểm nằm trong event, đọc lúc nào cũng như nhau.',
        ),
      },
      {
        id: 'now',
        text: text('paidAt = Date.now()', 'paidAt = Date.now()'),
        why: text(
          'Each replay writes its own date. Reports of March move to the day of the last restart.',
          'Mỗi lần replay ghi một ngày khác. Báo cáo tháng ba nhảy sang ngày khởi động lại gần nhất.',
        ),
      },
      {
        id: 'rate',
        text: text('vnd = event.usd * rates.today()', 'vnd = event.usd * rates.today()'),
        why: text(
          'The rate that was applied is part of what happened and belongs into the event, put there by decide.',
          'Tỷ giá đã áp dụng là một phần của việc đã xảy ra và phải nằm trong event, do decide ghi vào.',
        ),
      },
      {
        id: 'push',
        text: text('state.entries.push(event)', 'state.entries.push(event)'),
        why: text(
          'It changes the state it was given. If that was a snapshot in a cache, the next load finds the entry there already.',
          'Nó sửa chính trạng thái được đưa vào. Nếu đó là snapshot trong cache thì lần nạp sau thấy sẵn mục này rồi.',
        ),
      },
    ],
    answer: 'event-time',
  },
  {
    kind: 'order',
    id: 'upcast-order',
    item: 'study-09.8',
    ask: text(
      'A v1 event is read by code that knows v3. Put the steps in order.',
      'Một event v1 được đọc bởi code chỉ biết v3. Xếp các bước theo thứ tự.',
    ),
    lines: [
      {
        id: 'load',
        text: text('the row is loaded as it was written', 'nạp dòng đó y như lúc viết'),
        why: text(
          'First, and it stays as it is: nobody rewrites history.',
          'Trước tiên, và nó giữ nguyên: không ai viết lại lịch sử.',
        ),
      },
      {
        id: 'one-two',
        text: text('the step v1→v2 fills in the currency VND', 'bước v1→v2 điền đồng tiền VND'),
        why: text(
          'In v1 there was no other currency; that knowledge belongs into this step and into no other.',
          'Thời v1 không có đồng tiền nào khác; hiểu biết đó nằm ở bước này và chỉ bước này.',
        ),
      },
      {
        id: 'two-three',
        text: text('the step v2→v3 renames the amount', 'bước v2→v3 đổi tên field số tiền'),
        why: text(
          'Each step knows its neighbour only, so a v4 adds one step and touches none.',
          'Mỗi bước chỉ biết bước cạnh nó, nên có v4 thì thêm một bước, không sửa bước nào.',
        ),
      },
      {
        id: 'evolve',
        text: text('evolve applies the v3 event', 'evolve áp dụng event v3'),
        why: text(
          'It has one case for each type, however old the store is.',
          'Nó chỉ có một nhánh cho mỗi loại, dù store cũ tới đâu.',
        ),
      },
    ],
    answer: ['load', 'one-two', 'two-three', 'evolve'],
  },
]
