/** The words around the project's own tests. */
import type { Text } from '#lab/verdict'

export const testTexts = {
  leftOut: (files: number): Text => ({
    en: `${files} files of whole programs and explorations were left out: npm run test:whole`,
    vi: `Chưa chạy ${files} file test của cả chương trình và các lượt khám phá: npm run test:whole`,
  }),
  repeated: (name: string, why: string): Text => ({
    en: `· passed in a second run only: ${name} (the first: ${why})`,
    vi: `· chỉ đạt ở lần chạy thứ hai: ${name} (lần đầu: ${why})`,
  }),
  failed: (name: string, why: string): Text => ({
    en: `✗ ${name} (${why})`,
    vi: `✗ ${name} (${why})`,
  }),
  unknownReal: (name: string, similar: readonly string[], all: readonly string[]): Text => ({
    en: `Nothing here is compared with a real "${name}". ${similar[0] === undefined ? `There is: ${all.join(', ')}` : `Did you mean ${similar[0]}?`}`,
    vi: `Ở đây không có gì được đối chiếu với "${name}" thật. ${similar[0] === undefined ? `Hiện có: ${all.join(', ')}` : `Ý bạn là ${similar[0]}?`}`,
  }),
} as const
