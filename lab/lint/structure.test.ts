/** Functions, their length and depth, and copies. */
import { describe, expect, it } from 'vitest'
import { structureOf } from './structure.ts'

describe('structureOf', () => {
  it('counts statements without those of inner functions, and lines with them', () => {
    const { functions } = structureOf(
      'function outer() {\n  const a = 1\n  // a comment\n  const inner = () => {\n    a()\n    b()\n  }\n\n  return inner\n}\n',
    )
    expect(functions).toEqual([
      { name: 'outer', line: 1, statements: 3, lines: 8, depth: 1 },
      { name: 'inner', line: 4, statements: 2, lines: 4, depth: 0 },
    ])
  })

  it('counts rooms in rooms, and a row of else ifs as one', () => {
    const depthOf = (source: string) => structureOf(`function f() { ${source} }`).functions[0]?.depth
    expect(depthOf('if (a) { b() } else if (c) { d() } else if (e) { g() }')).toBe(1)
    expect(depthOf('try { for (const a of b) { if (c) d() } } catch { e() }')).toBe(3)
    expect(depthOf('on(() => { if (a) b() })')).toBe(2)
  })

  it('finds three statements that stand there twice, however they are laid out', () => {
    const { repeated } = structureOf(
      'function f() {\n  if (a) {\n    one()\n    two(1,  2)\n    three() // why\n  } else {\n    one()\n    two(1, 2)\n    three()\n  }\n}',
    )
    expect(repeated).toEqual([{ line: 3, again: 7 }])
    expect(structureOf('one()\ntwo()\none()\ntwo()').repeated).toEqual([])
  })
})
