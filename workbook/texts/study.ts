/** The words around questions and experiments. */
import type { Text } from '#lab/verdict'

/** What an engine must have, by its capabilities. */
const capabilityTexts: Readonly<Record<string, Text>> = {
  kill: { en: 'a broker that may be killed', vi: 'broker được phép kill' },
  freeze: { en: 'a broker that may be frozen', vi: 'broker được phép đóng băng' },
  nodes: { en: 'nodes that may be killed one by one', vi: 'các node được phép kill từng cái' },
  inspect: { en: 'a view into what it holds', vi: 'cách xem nó đang giữ những gì' },
  'virtual-time': { en: 'a clock that can be moved ahead', vi: 'đồng hồ tua được về phía trước' },
  tidies: {
    en: 'a Kafka that deletes and compacts within seconds',
    vi: 'Kafka xoá và compact trong vòng vài giây',
  },
  tls: { en: 'TLS', vi: 'TLS' },
}

export const studyTexts = {
  answerChoice: (last: string): Text => ({
    en: `one letter, a to ${last}`,
    vi: `một chữ cái, từ a đến ${last}`,
  }),
  answerNumber: (unit: string): Text => ({
    en: unit === '' ? 'a number' : `a number (${unit})`,
    vi: unit === '' ? 'một con số' : `một con số (${unit})`,
  }),
  answerOrder: {
    en: 'the numbers in order, such as 2 1 3',
    vi: 'các số theo đúng thứ tự, ví dụ 2 1 3',
  },
  answerTrace: {
    en: 'the numbers of what is seen, in order, such as 3 1; some lines never come',
    vi: 'số của những dòng sẽ thấy, theo thứ tự, ví dụ 3 1; có dòng không bao giờ tới',
  },
  your: (how: string): Text => ({ en: `your answer (${how})`, vi: `câu trả lời của bạn (${how})` }),
  quitWith: { en: 'enter skips, q quits', vi: 'enter để bỏ qua, q để thoát' },
  notAnAnswer: (how: string): Text => ({
    en: `That is no answer here. It takes ${how}.`,
    vi: `Ở đây không trả lời như vậy. Cần ${how}.`,
  }),
  question: (item: string, number: number, of: number): Text => ({
    en: `${item}   question ${number} of ${of}`,
    vi: `${item}   câu ${number} trên ${of}`,
  }),
  again: { en: 'again, because it was missed', vi: 'hỏi lại vì đã trả lời sai' },
  right: { en: 'Right.', vi: 'Đúng.' },
  notRight: { en: 'Not so.', vi: 'Không phải vậy.' },
  comesAgain: {
    en: 'It comes again; a missed question counts once it was answered right twice.',
    vi: 'Câu này sẽ được hỏi lại; câu đã sai chỉ được tính sau hai lần trả lời đúng.',
  },
  onceMore: { en: 'Once more later on, then it counts.', vi: 'Lát nữa đúng thêm một lần nữa thì được tính.' },
  proven: (item: string): Text => ({ en: `${item} verified`, vi: `${item} đã kiểm chứng` }),
  lostAgain: (item: string): Text => ({ en: `${item} is open again`, vi: `${item} lại là chưa làm` }),
  asked: (right: number, of: number): Text => ({
    en: `${right} of ${of} questions answered right`,
    vi: `đã trả lời đúng ${right} trên ${of} câu`,
  }),
  nothingDue: (what: string, day: string | undefined): Text => ({
    en: `Every question of ${what} is answered right.${day === undefined ? '' : ` The next one comes again on ${day}.`} To answer them all once more: npm run quiz ${what} all`,
    vi: `Mọi câu hỏi của ${what} đều đã trả lời đúng.${day === undefined ? '' : ` Câu tiếp theo sẽ hỏi lại vào ngày ${day}.`} Muốn làm lại tất cả: npm run quiz ${what} all`,
  }),
  allLessons: { en: 'the lessons', vi: 'các bài học' },
  nothingDueAnywhere: (day: string | undefined): Text => ({
    en: `No question is due.${day === undefined ? '' : ` The next one comes again on ${day}.`} A lesson's questions once more: npm run quiz study-01 all`,
    vi: `Chưa tới hạn câu hỏi nào.${day === undefined ? '' : ` Câu tiếp theo sẽ hỏi lại vào ngày ${day}.`} Làm lại câu hỏi của một bài: npm run quiz study-01 all`,
  }),
  noQuestions: (id: string): Text => ({
    en: `${id} has no questions: it is proven by ${id}'s check.`,
    vi: `${id} không có câu hỏi: mục này được chứng minh bằng check của ${id}.`,
  }),
  itemNotAsked: (item: string, kinds: readonly string[]): Text => ({
    en: `${item} is proven by ${kinds.join(', ')}, not by a question: npm run check ${item}`,
    vi: `${item} được chứng minh bằng ${kinds.join(', ')}, không phải bằng câu hỏi: npm run check ${item}`,
  }),
  howPlain: (command: string): Text => ({
    en: `There is no terminal to type in. Answer with: ${command}`,
    vi: `Ở đây không có terminal để gõ. Trả lời bằng: ${command}`,
  }),
  nothingWaits: (command: string): Text => ({
    en: `No question of this waits for an answer. See one first: ${command}`,
    vi: `Chưa có câu hỏi nào ở đây chờ trả lời. Xem câu hỏi trước: ${command}`,
  }),
  notKept: {
    en: 'Your answer could not be kept, because .workbook/ can’t be written: make the checkout writable for your user.',
    vi: 'Không lưu được câu trả lời vì không ghi được vào .workbook/: cấp quyền ghi thư mục này cho user của bạn.',
  },
  stopped: {
    en: 'Stopped. Every answer so far is kept.',
    vi: 'Đã dừng. Mọi câu trả lời tới giờ đều được lưu.',
  },
  experiments: { en: 'experiments', vi: 'thí nghiệm' },
  questions: { en: 'questions', vi: 'câu hỏi' },
  notRun: { en: 'not run yet', vi: 'chưa chạy' },
  foreseen: { en: 'foreseen', vi: 'đoán đúng' },
  surprised: { en: 'came out otherwise than you said', vi: 'kết quả khác điều bạn đoán' },
  watched: { en: 'watched without a prediction', vi: 'đã xem, không đoán' },
  predict: { en: 'Before the run: what will happen?', vi: 'Trước khi chạy: bạn đoán điều gì xảy ra?' },
  predictPlain: (command: string): Text => ({
    en: `Say what you expect, and it is played: ${command}   (answer=none plays it without)`,
    vi: `Nói điều bạn đoán rồi xem chạy: ${command}   (answer=none để chạy mà không đoán)`,
  }),
  enterWatches: { en: 'enter alone watches without one', vi: 'chỉ nhấn enter thì xem mà không đoán' },
  youSaid: { en: 'you said   ', vi: 'bạn đoán   ' },
  itWas: { en: 'it was     ', vi: 'kết quả    ' },
  seen: { en: 'seen       ', vi: 'đã thấy    ' },
  noOption: { en: 'none of the answers on offer', vi: 'không giống lựa chọn nào' },
  otherwise: {
    en: 'On this engine it came out otherwise than the lesson says. That is ours to explain, not yours.',
    vi: 'Trên engine này kết quả khác với bài học. Đó là việc chúng tôi phải giải thích, không phải lỗi của bạn.',
  },
  noExperiment: (name: string, names: readonly string[]): Text => ({
    en: `There is no experiment "${name}" here. There are: ${names.join(', ')}.`,
    vi: `Ở đây không có thí nghiệm "${name}". Hiện có: ${names.join(', ')}.`,
  }),
  engineCannot: (engine: string, name: string, needs: readonly string[], other: string): Text => {
    const words = (lang: keyof Text): string =>
      needs.map((need) => capabilityTexts[need]?.[lang] ?? need).join(', ')
    return {
      en: `The engine "${engine}" can't play ${name}. It needs ${words('en')}: engine=${other} has that.`,
      vi: `Engine "${engine}" không chạy được ${name}. Thí nghiệm này cần ${words('vi')}: engine=${other} có.`,
    }
  },
  noExperiments: (task: string): Text => ({
    en: `${task} has no experiments: npm run exercise ${task} live plays its scenario.`,
    vi: `${task} không có thí nghiệm: npm run exercise ${task} live chạy kịch bản của bài.`,
  }),
  experimentsHeld: (count: number): Text => ({
    en: `${count} experiment${count === 1 ? '' : 's'} came out as the lesson says`,
    vi: `${count} thí nghiệm cho kết quả đúng như bài học`,
  }),
  byQuestions: (items: readonly string[], task: string): Text => ({
    en: `${items.join(', ')}: proven by questions: npm run quiz ${task}`,
    vi: `${items.join(', ')}: chứng minh bằng câu hỏi: npm run quiz ${task}`,
  }),
  lessonDone: (task: string): Text => ({
    en: `${task}: every item is verified.`,
    vi: `${task}: mọi mục đã được kiểm chứng.`,
  }),
  keys: {
    experiment: { en: 'experiment', vi: 'thí nghiệm' },
    quiz: { en: 'quiz', vi: 'câu hỏi' },
  },
} as const
