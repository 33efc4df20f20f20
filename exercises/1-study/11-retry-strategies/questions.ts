/** The questions of study-11. Every wrong answer is somebody's sincere belief; its explanation says what it overlooks. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'worth-a-retry',
    item: 'study-11.1',
    ask: text(
      'Which of these failures of a payment is worth trying again, unchanged, after a delay?',
      'Lỗi nào sau đây của một thanh toán đáng thử lại y nguyên sau một lúc chờ?',
    ),
    options: [
      {
        id: 'busy',
        text: text('503 from the card network: overloaded', 'Mạng thẻ trả 503: quá tải'),
        why: text(
          'The cause is a state of the other side that passes by itself. That is what a delay can wait for.',
          'Nguyên nhân là một trạng thái của phía bên kia, tự nó sẽ qua. Đó là thứ mà chờ đợi có ích.',
        ),
      },
      {
        id: 'declined',
        text: text(
          '402 from the card network: declined by the issuer',
          'Mạng thẻ trả 402: ngân hàng phát hành từ chối',
        ),
        why: text(
          'A refusal is an answer, not a failure to answer. Asking the same again gets the same, and some networks charge for it.',
          'Từ chối là một câu trả lời, không phải là không trả lời được. Hỏi lại y nguyên thì nhận lại y nguyên, có mạng thẻ còn tính phí.',
        ),
      },
      {
        id: 'unreadable',
        text: text('The amount in the message is "forty"', 'Số tiền trong message là "bốn mươi"'),
        why: text(
          'It will be "forty" tomorrow as well. What changes is the code that reads it, and for that somebody must look.',
          'Ngày mai nó vẫn là "bốn mươi". Thứ thay đổi được là code đọc nó, mà muốn vậy phải có người nhìn tới.',
        ),
      },
      {
        id: 'timed-out',
        text: text(
          'The charge timed out: nobody knows whether it happened',
          'Lệnh trừ tiền bị timeout: không ai biết đã trừ hay chưa',
        ),
        why: text(
          'Only with an idempotency key, or after asking for the outcome. Tried again unchanged and without either, it may be a second charge.',
          'Chỉ khi có idempotency key, hoặc sau khi hỏi kết quả. Thử lại y nguyên mà không có cả hai thì có thể là trừ tiền lần nữa.',
        ),
      },
    ],
    answer: 'busy',
  },
  {
    kind: 'choice',
    id: 'retries-and-overload',
    item: 'study-11.1',
    ask: text(
      'A service can handle 100 requests a second and gets 120. Each failed request is tried again up to three times at once. What happens to the load?',
      'Một service chịu được 100 request một giây và nhận 120. Mỗi request lỗi được thử lại ngay, tối đa ba lần. Tải thay đổi ra sao?',
    ),
    options: [
      {
        id: 'grows',
        text: text(
          'It grows: what fails comes again on top of what is new, and more fails',
          'Tăng lên: phần lỗi quay lại chồng lên phần mới, và càng nhiều cái lỗi',
        ),
        why: text(
          'Retries are load, and they come when there is too much of it. The overload keeps itself up even when the 120 go back to 90: a metastable failure.',
          'Retry cũng là tải, và nó tới đúng lúc tải đã quá nhiều. Quá tải tự nuôi chính nó ngay cả khi 120 đã giảm về 90: một lỗi metastable.',
        ),
      },
      {
        id: 'evens-out',
        text: text(
          'It evens out: the 20 go through a second later',
          'Cân bằng lại: 20 cái đó qua được sau một giây',
        ),
        why: text(
          'That would need a second in which fewer than 100 come. At 120 a second there is none, and retries at once do not even wait for one.',
          'Muốn vậy phải có một giây chỉ có dưới 100 request tới. Với 120 một giây thì không có giây nào như thế, mà retry ngay còn chẳng chờ.',
        ),
      },
      {
        id: 'stays',
        text: text(
          'It stays at 120: a retry replaces the request that failed',
          'Giữ nguyên 120: retry thay cho request đã lỗi',
        ),
        why: text(
          'It replaces it for the caller. For the service it is one request more, for the work of one.',
          'Với bên gọi thì thay. Với service thì đó là thêm một request, cho phần việc của một.',
        ),
      },
    ],
    answer: 'grows',
  },
  {
    kind: 'number',
    id: 'fourth-delay',
    item: 'study-11.2',
    unit: text('milliseconds', 'mili giây'),
    ask: text(
      'Base 200 ms, factor 3, cap 4,000 ms, no jitter. How long is the fourth delay?',
      'Giá trị đầu 200 ms, hệ số 3, trần 4.000 ms, không jitter. Khoảng chờ thứ tư dài bao nhiêu?',
    ),
    answer: 4000,
    why: text(
      '200, 600, 1,800, and then 5,400, of which the cap leaves 4,000.',
      '200, 600, 1.800, rồi 5.400, mà trần chỉ cho 4.000.',
    ),
    near: [
      {
        value: 5400,
        why: text('200 · 3³ = 5,400 is more than the cap allows.', '200 · 3³ = 5.400 vượt quá trần.'),
      },
      {
        value: 1800,
        why: text(
          '1,800 is the third: the first delay is the base itself.',
          '1.800 là khoảng chờ thứ ba: khoảng đầu chính là giá trị đầu.',
        ),
      },
      {
        value: 1600,
        why: text(
          '1,600 doubles each time; the factor here is 3.',
          '1.600 là nhân đôi mỗi lần; ở đây hệ số là 3.',
        ),
      },
    ],
    otherwise: text(
      'Write the delays down one after another: base, base · factor, … and cut off what is above the cap.',
      'Viết lần lượt các khoảng chờ: giá trị đầu, nhân hệ số, … rồi cắt phần vượt trần.',
    ),
  },
  {
    kind: 'choice',
    id: 'fixed-is-enough',
    item: 'study-11.3',
    ask: text(
      'For which of these is a fixed delay of 5 seconds good enough?',
      'Trường hợp nào sau đây chờ cố định 5 giây là đủ tốt?',
    ),
    options: [
      {
        id: 'one-job',
        text: text(
          'One nightly job that waits for a file which another job writes',
          'Một job chạy đêm chờ file do job khác ghi ra',
        ),
        why: text(
          'One caller, a cause that has nothing to do with load, and nobody who is waiting: there is no herd to spread and no overload to get out of the way of.',
          'Chỉ một bên gọi, nguyên nhân không liên quan tới tải, cũng không ai đang chờ: không có đàn nào để trải ra, không có quá tải nào để tránh.',
        ),
      },
      {
        id: 'all-consumers',
        text: text('400 consumers that have lost their broker', '400 consumer vừa mất broker'),
        why: text(
          'Every five seconds all 400 come at once. What has just come up is knocked down again, in step.',
          'Cứ năm giây cả 400 tới cùng lúc. Thứ vừa dậy lại bị quật xuống, đều như nhịp.',
        ),
      },
      {
        id: 'checkout',
        text: text('A checkout that a customer is looking at', 'Trang thanh toán mà khách đang nhìn'),
        why: text(
          'Five seconds are too long for the first attempt after a short hiccup, and too short for the tenth.',
          'Năm giây là quá lâu cho lần thử đầu sau một trục trặc ngắn, và quá ngắn cho lần thứ mười.',
        ),
      },
    ],
    answer: 'one-job',
  },
  {
    kind: 'number',
    id: 'budget',
    item: 'study-11.4',
    unit: text('requests a second', 'request mỗi giây'),
    ask: text(
      'A client makes 1,000 first attempts a second. Its retry budget is 10 %: retries may be at most a tenth of the first attempts. The service is down completely. How many requests a second does it get from this client?',
      'Một client gửi 1.000 lần thử đầu mỗi giây. Retry budget là 10 %: retry nhiều nhất bằng một phần mười số lần thử đầu. Service sập hoàn toàn. Mỗi giây nó nhận bao nhiêu request từ client này?',
    ),
    answer: 1100,
    why: text(
      'A budget limits retries to a share of the traffic, however much fails. With "three retries each" it would be 4,000.',
      'Budget giới hạn retry theo tỉ lệ lưu lượng, bất kể bao nhiêu cái lỗi. Còn "mỗi cái retry ba lần" thì là 4.000.',
    ),
    near: [
      {
        value: 4000,
        why: text(
          'That is three retries for each, without a budget.',
          'Đó là mỗi cái retry ba lần, không có budget.',
        ),
      },
      {
        value: 1000,
        why: text(
          'The first attempts alone; the tenth on top is allowed.',
          'Mới tính lần thử đầu; còn được thêm một phần mười.',
        ),
      },
      {
        value: 100,
        why: text(
          'These are the retries alone. First attempts are still made.',
          'Đó chỉ là phần retry. Các lần thử đầu vẫn được gửi.',
        ),
      },
    ],
    otherwise: text(
      'Add the first attempts and a tenth of them.',
      'Cộng số lần thử đầu với một phần mười của nó.',
    ),
  },
  {
    kind: 'choice',
    id: 'which-jitter',
    item: 'study-11.5',
    ask: text(
      'The backoff stands at 8 seconds. Three rules draw the next delay: A between 0 and 8; B between 4 and 8; C between the base and three times the previous delay, with a cap. Which is which?',
      'Backoff đang ở 8 giây. Ba quy tắc bốc khoảng chờ tiếp theo: A từ 0 tới 8; B từ 4 tới 8; C từ giá trị đầu tới ba lần khoảng chờ trước, có trần. Đâu là đâu?',
    ),
    options: [
      {
        id: 'full-equal-decorrelated',
        text: text('A full, B equal, C decorrelated', 'A full, B equal, C decorrelated'),
        why: text(
          'Full spreads the most and may not wait at all; equal keeps half of the delay for certain; decorrelated remembers its last delay instead of counting attempts.',
          'Full trải rộng nhất và có khi không chờ chút nào; equal giữ chắc một nửa; decorrelated nhớ khoảng chờ trước thay vì đếm số lần.',
        ),
      },
      {
        id: 'equal-full-decorrelated',
        text: text('A equal, B full, C decorrelated', 'A equal, B full, C decorrelated'),
        why: text(
          '"Equal" means two equal halves, one fixed and one drawn. A draws the whole of it.',
          '"Equal" là hai nửa bằng nhau, một nửa cố định, một nửa bốc. A thì bốc toàn bộ.',
        ),
      },
      {
        id: 'decorrelated-equal-full',
        text: text('A decorrelated, B equal, C full', 'A decorrelated, B equal, C full'),
        why: text(
          'Decorrelated is the one that depends on the delay before it, and that is C.',
          'Decorrelated là quy tắc phụ thuộc khoảng chờ trước, tức là C.',
        ),
      },
    ],
    answer: 'full-equal-decorrelated',
  },
]
