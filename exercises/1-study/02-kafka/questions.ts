/** The questions of study-02: what Kafka keeps, who reads which part of it, and what survives which failure. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'what-a-read-changes',
    item: 'study-02.1',
    ask: text(
      'A consumer fetches 100 records, processes them and commits. What is different in the cluster afterwards?',
      'Consumer fetch 100 record, xử lý rồi commit. Trong cluster có gì khác đi?',
    ),
    options: [
      {
        id: 'one-number',
        text: text(
          'One number for each partition that it read: the group’s committed offset',
          'Mỗi partition đã đọc có một con số: offset đã commit của group',
        ),
        why: text(
          'Records are appended to the end of a log and stay there. Reading is a look at it; the commit is a note about the reader, kept for the group.',
          'Record được ghi nối vào cuối log và nằm yên ở đó. Đọc chỉ là nhìn vào; commit là ghi chú về bên đọc, giữ cho group.',
        ),
      },
      {
        id: 'records-marked',
        text: text('The 100 records are marked as read', '100 record được đánh dấu đã đọc'),
        why: text(
          'No record is ever altered. A mark for each record and each group is what a queue would keep.',
          'Không record nào bị sửa. Đánh dấu từng record cho từng group là kiểu của queue.',
        ),
      },
      {
        id: 'records-deleted',
        text: text('The 100 records are deleted', '100 record bị xoá'),
        why: text(
          'Only retention and compaction delete, and neither asks a reader.',
          'Chỉ retention và compaction mới xoá, và cả hai đều không hỏi bên đọc.',
        ),
      },
    ],
    answer: 'one-number',
  },
  {
    kind: 'number',
    id: 'two-groups-five-records',
    item: 'study-02.2',
    ask: text(
      'Five records lie in a topic of three partitions. Two groups read it, one with three members and one with one. How many records are processed in all, both groups together, if nobody fails?',
      'Topic có ba partition chứa năm record. Hai group cùng đọc, một group ba member, một group một member. Nếu không ai lỗi, tổng cộng cả hai group xử lý bao nhiêu record?',
    ),
    answer: 10,
    why: text(
      'Each group reads the whole topic, once: five and five. Inside a group the members share the partitions, so three members read no more than one.',
      'Mỗi group đọc trọn topic một lần: năm và năm. Trong một group các member chia nhau partition, nên ba member đọc không nhiều hơn một.',
    ),
    near: [
      {
        value: 5,
        why: text(
          '5 would be one group. Two groups do not take from each other: the log is not emptied by reading.',
          '5 là khi chỉ có một group. Hai group không giành của nhau: đọc không làm vơi log.',
        ),
      },
      {
        value: 20,
        why: text(
          '20 counts each of the four members as a reader of everything. Members of one group share; only groups read all.',
          '20 là tính cả bốn member đều đọc tất cả. Member cùng group thì chia nhau; chỉ group mới đọc hết.',
        ),
      },
    ],
    otherwise: text(
      'Count by group, not by member, and ask what the other group’s reading changes.',
      'Hãy đếm theo group, không theo member, rồi hỏi việc đọc của group kia thay đổi gì.',
    ),
  },
  {
    kind: 'choice',
    id: 'why-partitions',
    item: 'study-02.3',
    ask: text(
      'A topic goes from one partition to eight. What is gained, and what is given up?',
      'Một topic từ một partition thành tám. Được gì và mất gì?',
    ),
    options: [
      {
        id: 'parallel-order',
        text: text(
          'Up to eight members of a group can work at once; there is order within a partition only',
          'Một group có thể có tới tám member làm cùng lúc; chỉ còn thứ tự trong từng partition',
        ),
        why: text(
          'Each partition is a log with a leader and, in a group, a reader of its own. Between two partitions Kafka promises nothing about order.',
          'Mỗi partition là một log có leader riêng và, trong một group, có một bên đọc riêng. Giữa hai partition Kafka không hứa gì về thứ tự.',
        ),
      },
      {
        id: 'copies',
        text: text(
          'There are eight copies of each record; it takes eight times the disk',
          'Mỗi record có tám bản; tốn đĩa gấp tám',
        ),
        why: text(
          'Copies are the replication factor. A record lies in one partition, whichever number of partitions there is.',
          'Số bản là replication factor. Một record chỉ nằm trong một partition, dù có bao nhiêu partition.',
        ),
      },
      {
        id: 'global-order',
        text: text(
          'Eight times the throughput; the order stays, since offsets go on counting',
          'Throughput gấp tám; thứ tự vẫn giữ vì offset cứ tăng dần',
        ),
        why: text(
          'Each partition counts its own offsets from 0. Offset 7 of one says nothing about offset 7 of another.',
          'Mỗi partition đếm offset riêng từ 0. Offset 7 của partition này không nói gì về offset 7 của partition kia.',
        ),
      },
    ],
    answer: 'parallel-order',
  },
  {
    kind: 'choice',
    id: 'which-key',
    item: 'study-02.4',
    ask: text(
      'Debits and credits of one wallet must be applied in order. By which key are they produced?',
      'Các lần cộng và trừ tiền của một ví phải được áp dụng đúng thứ tự. Gửi với key nào?',
    ),
    options: [
      {
        id: 'wallet',
        text: text('The wallet’s id', 'Id của ví'),
        why: text(
          'The same key goes to the same partition (murmur2 of the key, modulo the partitions), and a partition keeps the order in which its leader appended.',
          'Cùng key thì vào cùng partition (murmur2 của key, chia lấy dư cho số partition), và partition giữ đúng thứ tự leader đã ghi.',
        ),
      },
      {
        id: 'payment',
        text: text('The payment’s id, which is unique', 'Id của thanh toán, vì nó là duy nhất'),
        why: text(
          'Unique keys spread best and order nothing: two payments of one wallet land in different partitions.',
          'Key duy nhất thì trải đều nhất nhưng chẳng giữ thứ tự nào: hai thanh toán của một ví sẽ ở hai partition khác nhau.',
        ),
      },
      {
        id: 'merchant',
        text: text(
          'The merchant’s id, so that related payments are together',
          'Id của merchant, để các thanh toán liên quan nằm cùng nhau',
        ),
        why: text(
          'A wallet pays at many merchants, so its records scatter; and one big merchant makes one partition hot.',
          'Một ví trả tiền cho nhiều merchant nên record của nó vẫn tản mát; còn một merchant lớn lại làm nóng một partition.',
        ),
      },
      {
        id: 'timestamp',
        text: text('The timestamp, since order is about time', 'Timestamp, vì thứ tự là chuyện thời gian'),
        why: text(
          'The key chooses the partition, it does not sort. By timestamp every record goes somewhere else.',
          'Key chọn partition chứ không sắp xếp. Dùng timestamp thì mỗi record đi một nơi.',
        ),
      },
    ],
    answer: 'wallet',
  },
  {
    kind: 'number',
    id: 'largest-share',
    item: 'study-02.5',
    ask: text(
      'Ten partitions, one topic, a group of four members; one of them leaves. How many partitions does the busiest of the three have then?',
      'Mười partition, một topic, group có bốn member; một member rời đi. Trong ba member còn lại, bên nhiều nhất giữ mấy partition?',
    ),
    answer: 4,
    why: text(
      'Ten over three, dealt out whole: 4, 3, 3. The new owner of a partition begins at the group’s committed offset, so what was processed and not committed is processed again.',
      'Mười chia ba, chia nguyên cái: 4, 3, 3. Chủ mới của partition bắt đầu ở offset group đã commit, nên phần đã xử lý mà chưa commit sẽ được xử lý lại.',
    ),
    near: [
      {
        value: 3,
        why: text(
          '3 for each of three is nine; the tenth partition has a reader as well.',
          'Ba bên mỗi bên 3 mới là chín; partition thứ mười cũng phải có bên đọc.',
        ),
      },
      {
        value: 5,
        why: text(
          '5 would leave the others with 2 and 3: no assignor deals so unevenly over one topic.',
          '5 thì hai bên kia còn 2 và 3: không assignor nào chia một topic lệch như vậy.',
        ),
      },
      {
        value: 6,
        why: text(
          '6 gives all that was left behind to one member. A rebalance deals anew.',
          '6 là dồn hết phần để lại cho một member. Rebalance thì chia lại từ đầu.',
        ),
      },
    ],
    otherwise: text(
      'Deal ten partitions to three members, as evenly as whole ones go.',
      'Chia mười partition cho ba member, đều nhất có thể mà không cắt nhỏ.',
    ),
  },
  {
    kind: 'number',
    id: 'commit-which',
    item: 'study-02.6',
    ask: text(
      'A consumer has processed everything up to and including the record at offset 41. Which offset does it commit?',
      'Consumer đã xử lý xong mọi thứ, kể cả record ở offset 41. Nó commit offset nào?',
    ),
    answer: 42,
    why: text(
      'The committed offset is where reading begins again. In kafkajs commitOffsets takes 42 here, while resolveOffset takes 41 and adds the one itself.',
      'Offset đã commit là chỗ sẽ đọc tiếp. Trong kafkajs, commitOffsets nhận 42, còn resolveOffset nhận 41 rồi tự cộng một.',
    ),
    near: [
      {
        value: 41,
        why: text(
          'With 41 the record at 41 is read again after each restart (experiment one-too-few).',
          'Commit 41 thì sau mỗi lần khởi động lại, record 41 lại được đọc (thí nghiệm one-too-few).',
        ),
      },
      {
        value: 43,
        why: text(
          'With 43 the record at 42 is never read: skipped for good, and no error anywhere.',
          'Commit 43 thì record 42 không bao giờ được đọc: mất luôn mà không có lỗi nào.',
        ),
      },
    ],
    otherwise: text(
      'Ask: at which offset shall the next read begin?',
      'Hãy hỏi: lần đọc tiếp theo phải bắt đầu ở offset nào?',
    ),
  },
  {
    kind: 'choice',
    id: 'what-the-controller-does',
    item: 'study-02.7',
    ask: text(
      'A producer sends a batch to partition payments-3. Which part has the KRaft controller in that?',
      'Producer gửi một batch tới partition payments-3. Controller của KRaft có vai trò gì trong việc đó?',
    ),
    options: [
      {
        id: 'none-just-now',
        text: text(
          'None at that moment: it has decided before who leads payments-3',
          'Lúc đó thì không: nó đã quyết định từ trước ai là leader của payments-3',
        ),
        why: text(
          'The controller keeps the cluster’s metadata (topics, leaders, in-sync replicas) and elects when a broker fails. Records go from the client straight to the partition’s leader.',
          'Controller giữ metadata của cluster (topic, leader, replica in sync) và bầu lại khi broker hỏng. Record thì đi thẳng từ client tới leader của partition.',
        ),
      },
      {
        id: 'routes',
        text: text(
          'It takes the batch and passes it on to the right broker',
          'Nó nhận batch rồi chuyển cho đúng broker',
        ),
        why: text(
          'No record passes through it. The client learns the leaders from any broker’s metadata and talks to them itself.',
          'Không record nào đi qua nó. Client lấy danh sách leader từ metadata của broker bất kỳ rồi tự nói chuyện với leader.',
        ),
      },
      {
        id: 'acks',
        text: text('It acknowledges when enough replicas have copied', 'Nó xác nhận khi đủ replica đã chép'),
        why: text(
          'The leader does that: it sees its followers fetch, and answers acks=all when all in-sync replicas have the batch.',
          'Đó là việc của leader: nó thấy follower fetch tới đâu, và trả lời acks=all khi mọi replica in sync đã có batch.',
        ),
      },
    ],
    answer: 'none-just-now',
  },
  {
    kind: 'number',
    id: 'nodes-that-may-fail',
    item: 'study-02.8',
    ask: text(
      'Replication factor 3, min.insync.replicas=2, acks=all. How many of the three nodes may be down so that writing still works?',
      'Replication factor 3, min.insync.replicas=2, acks=all. Được phép hỏng mấy trong ba node mà vẫn ghi được?',
    ),
    answer: 1,
    why: text(
      'Two in-sync replicas are left, which is enough. With two nodes down the leader refuses (NOT_ENOUGH_REPLICAS): rather no write than one that a single disk holds.',
      'Còn hai replica in sync, vừa đủ. Hỏng hai node thì leader từ chối (NOT_ENOUGH_REPLICAS): thà không ghi còn hơn chỉ một đĩa giữ.',
    ),
    near: [
      {
        value: 2,
        why: text(
          '2 is what reading survives: one replica can still serve. For acks=all min.insync.replicas asks for two.',
          '2 là mức mà việc đọc còn chịu được: một replica vẫn phục vụ được. Còn acks=all thì min.insync.replicas đòi hai.',
        ),
      },
      {
        value: 0,
        why: text(
          '0 would be min.insync.replicas=3, where every broken node stops all writing.',
          '0 là khi min.insync.replicas=3, lúc đó hỏng một node là ngừng ghi hết.',
        ),
      },
    ],
    otherwise: text(
      'How many replicas must stay in sync, out of three?',
      'Trong ba replica, phải còn mấy cái in sync?',
    ),
  },
  {
    kind: 'choice',
    id: 'who-may-lead',
    item: 'study-02.9',
    ask: text(
      'Node 0 leads a partition and dies. Node 1 is in the ISR; node 2 is alive and 20,000 records behind, so it is not. unclean.leader.election.enable has its default. Who leads now, and why may not just any replica take writes at any time?',
      'Node 0 là leader của một partition và chết. Node 1 nằm trong ISR; node 2 còn sống nhưng chậm 20.000 record nên không nằm trong ISR. unclean.leader.election.enable để mặc định. Giờ ai làm leader, và vì sao không phải replica nào cũng được nhận ghi?',
    ),
    options: [
      {
        id: 'in-sync',
        text: text(
          'Node 1. One leader gives the records their offsets, or two replicas would give one offset to two records',
          'Node 1. Một leader cấp offset cho record, nếu không hai replica sẽ cấp một offset cho hai record',
        ),
        why: text(
          'A partition is one order, so one node decides it. Whoever follows must have all that was promised: that is what being in sync means.',
          'Một partition là một thứ tự, nên chỉ một node quyết định. Ai lên thay phải có đủ những gì đã hứa: in sync nghĩa là vậy.',
        ),
      },
      {
        id: 'any-alive',
        text: text(
          'Whichever of the two answers first; both have copies',
          'Bên nào trả lời trước; cả hai đều có bản sao',
        ),
        why: text(
          'With node 2, 20,000 records would be gone, acknowledged ones among them. That is an unclean election, and it is off since 0.11.',
          'Chọn node 2 thì mất 20.000 record, trong đó có cái đã xác nhận. Đó là unclean election, từ 0.11 mặc định là tắt.',
        ),
      },
      {
        id: 'nobody',
        text: text('Nobody, until node 0 is back', 'Không ai, cho tới khi node 0 trở lại'),
        why: text(
          'So it would be if no in-sync replica were left alive. Node 1 is one.',
          'Chỉ khi không còn replica in sync nào sống thì vậy. Node 1 vẫn còn.',
        ),
      },
    ],
    answer: 'in-sync',
  },
  {
    kind: 'choice',
    id: 'away-too-long',
    item: 'study-02.10',
    ask: text(
      'A topic has retention.ms of 7 days. A consumer group was off for 9 days and starts again. What does it find?',
      'Topic có retention.ms là 7 ngày. Một consumer group nghỉ 9 ngày rồi chạy lại. Nó thấy gì?',
    ),
    options: [
      {
        id: 'kept-for-group',
        text: text(
          'Everything from its committed offset on: unread records are kept for it',
          'Mọi thứ từ offset đã commit: record chưa đọc được giữ lại cho nó',
        ),
        why: text(
          'Kafka does not hold records back for anybody. Retention looks at the age of a segment, and at nothing else.',
          'Kafka không giữ lại record cho ai cả. Retention chỉ nhìn tuổi của segment, không nhìn gì khác.',
        ),
      },
      {
        id: 'gap',
        text: text(
          'Two days are missing; it goes on at the oldest record that is left, or at the end, as its reset setting says',
          'Thiếu hai ngày; nó đọc tiếp từ record cũ nhất còn lại, hoặc từ cuối, tuỳ thiết lập reset',
        ),
        why: text(
          'Its offset lies before the start of the log: OFFSET_OUT_OF_RANGE. With "latest" the other seven days are skipped as well. Alert on lag in time, well below the retention.',
          'Offset của nó nằm trước đầu log: OFFSET_OUT_OF_RANGE. Nếu đặt "latest" thì bảy ngày kia cũng bị bỏ luôn. Hãy cảnh báo theo lag tính bằng thời gian, sớm hơn retention nhiều.',
        ),
      },
      {
        id: 'blocked',
        text: text(
          'Producers were blocked after 7 days, until it read on',
          'Sau 7 ngày producer bị chặn cho tới khi nó đọc tiếp',
        ),
        why: text(
          'A log has no back-pressure from its readers: producers never notice that somebody is slow.',
          'Log không có back-pressure từ bên đọc: producer không bao giờ biết có bên nào chậm.',
        ),
      },
    ],
    answer: 'gap',
  },
]
