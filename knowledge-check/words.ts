/** Words that the answers of more than one question can't be given without, in both languages. */

export const crash = [
  'crash',
  'dies',
  'died',
  'kill',
  'restart',
  'fails',
  'sập',
  'chết',
  'bị kill',
  'khởi động lại',
  'hỏng',
]
export const before = ['before', 'first', 'then', 'trước', 'rồi mới', 'xong mới']
export const after = ['after', 'once', 'behind', 'only when', 'sau', 'rồi mới', 'xong mới', 'khi đã']
export const twice = [
  'twice',
  'again',
  'duplicate',
  'repeat',
  'redeliver',
  'second time',
  'trùng',
  'hai lần',
  'lần nữa',
  'giao lại',
  'lặp',
]
export const lost = [
  'lost',
  'lose',
  'loses',
  'loss',
  'gone',
  'vanish',
  'disappear',
  'mất',
  'biến mất',
  'bỏ mất',
]
export const transaction = [
  'transaction',
  'atomic',
  'commit together',
  'committed together',
  'cùng lúc commit',
  'nguyên tử',
]
export const dedupe = [
  'inbox',
  'idempoten',
  'dedup',
  'unique',
  'primary key',
  'message id',
  'processed id',
  'lọc trùng',
  'khoá duy nhất',
  'id đã xử lý',
]
export const not = [
  'not',
  'never',
  'no ',
  'cannot',
  "can't",
  'without',
  'wrong',
  'instead',
  'không',
  'đừng',
  'chẳng',
  'thay vì',
]
export const outside = [
  'mail',
  'e-mail',
  'email',
  'sms',
  'card',
  'http',
  'gateway',
  'push',
  'external',
  'thẻ',
  'bên ngoài',
  'thông báo',
  'cổng thanh toán',
]
