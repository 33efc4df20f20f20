/** What NOTES.md of mq-08 has to say: who owned what, which timeout set the pace, and what a group does not protect from. */
import { type DocumentRules, sayingHowMuch } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Who owned what', 'Ai giữ gì'),
      ask: text(
        'a table: before, after a crash, after a join, after a clean leave, with the partitions of each member',
        'một bảng: trước, sau crash, sau khi có member mới, sau khi rời đúng cách, mỗi member giữ partition nào',
      ),
      // Partitions are numbers: a whole table holds few words.
      wordsMin: 20,
      tableRowsMin: 4,
      mentions: [
        {
          oneOf: ['crash', 'kill', 'dies', 'chết'],
          why: text('a crash is one of the moments', 'crash là một trong các thời điểm'),
        },
        {
          oneOf: ['join', 'tham gia', 'vào'],
          why: text('so is a join', 'có member mới vào cũng vậy'),
        },
      ],
    },
    {
      heading: text('Which timeout set the pace', 'Timeout nào quyết định nhanh chậm'),
      ask: text(
        'the four numbers for a crash and for a clean leave, and the setting behind each',
        'bốn con số khi crash và khi rời đúng cách, và thiết lập đứng sau từng con số',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['session'],
          why: text('it decides when a dead member is given up', 'nó quyết định khi nào member chết bị loại'),
        },
        {
          oneOf: ['heartbeat'],
          why: text('it decides when the others hear of it', 'nó quyết định khi nào các member khác biết'),
        },
        { oneOf: sayingHowMuch, why: text('figures are asked for', 'cần con số') },
      ],
    },
    {
      heading: text('What it does not protect from', 'Nó không bảo vệ khỏi điều gì'),
      ask: text(
        'a member that is given up and lives on: what it still does, and what stops it',
        'một member bị loại mà vẫn sống: nó còn làm gì, và cái gì chặn nó',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: ['generation', 'fence', 'zombie', 'twice', 'hai lần', 'repeated'],
          why: text(
            'the coordinator refuses its commits, nobody refuses its writes',
            'coordinator từ chối commit của nó, còn không ai từ chối lệnh ghi của nó',
          ),
        },
      ],
    },
  ],
}
