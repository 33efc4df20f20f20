/**
 * How a piece of TypeScript is cut: its functions, how long and how deeply nested each is, and statements that stand there more than
 * once. The only place where code is looked at and not run: a refactoring changes nothing else.
 */
import ts from 'typescript'

export interface FunctionShape {
  readonly name: string
  /** Line on which it begins, from 1. */
  readonly line: number
  /** Statements in it, those of functions inside it left out. */
  readonly statements: number
  /** Lines with code in it, inner functions included: whoever reads it has to scroll past them. */
  readonly lines: number
  /** How deep blocks, branches, loops and callbacks lie in each other. */
  readonly depth: number
}

export interface Structure {
  readonly functions: readonly FunctionShape[]
  /** Code of three statements or more in a row that stands there again. */
  readonly repeated: readonly { readonly line: number; readonly again: number }[]
}

/** So many statements in a row, found twice, are a copy. */
const copiedStatements = 3

export function structureOf(source: string): Structure {
  const file = ts.createSourceFile('subject.ts', source, ts.ScriptTarget.Latest, true)
  const functions: FunctionShape[] = []
  const runs: { readonly text: string; readonly line: number }[] = []
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart()).line + 1
  const visit = (node: ts.Node): void => {
    if (isFunction(node) && node.body !== undefined) functions.push(shapeOf(node, lineOf(node)))
    if (ts.isBlock(node) || ts.isSourceFile(node)) {
      const { statements } = node
      for (let at = 0; at + copiedStatements <= statements.length; at += 1) {
        const run = statements.slice(at, at + copiedStatements)
        if (run.some((each) => ts.isImportDeclaration(each))) continue
        runs.push({ text: run.map(textOf).join('\n'), line: lineOf(run[0] as ts.Node) })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  const repeated = runs.flatMap(({ text, line }, at) => {
    const first = runs.findIndex((each) => each.text === text)
    return first < at ? [{ line: runs[first]?.line ?? 1, again: line }] : []
  })
  return { functions, repeated }
}

type WithBody = ts.FunctionLikeDeclaration

function isFunction(node: ts.Node): node is WithBody {
  return ts.isFunctionLike(node) && 'body' in node
}

function shapeOf(node: WithBody, line: number): FunctionShape {
  const body = node.body as ts.Node
  let statements = 0
  let depth = 0
  const walk = (inner: ts.Node, at: number): void => {
    const isDeeper =
      ts.isIfStatement(inner) ||
      ts.isIterationStatement(inner, false) ||
      ts.isTryStatement(inner) ||
      isFunction(inner) ||
      ts.isSwitchStatement(inner)
    // `else if` is a row of doors, not a room in a room.
    const isElseIf =
      ts.isIfStatement(inner) && ts.isIfStatement(inner.parent) && inner.parent.elseStatement === inner
    const next = isDeeper && !isElseIf ? at + 1 : at
    depth = Math.max(depth, next)
    if (ts.isStatement(inner) && !ts.isBlock(inner) && !isInInner(inner, node)) statements += 1
    ts.forEachChild(inner, (child) => walk(child, next))
  }
  ts.forEachChild(body, (child) => walk(child, 0))
  const text = node.getText()
  const lines = text
    .split('\n')
    .filter((each) => /\S/.test(each) && !/^\s*(?:\/\/|\*|\/\*)/.test(each)).length
  return { name: nameOf(node), line, statements, lines, depth }
}

/** Whether a statement belongs to a function inside the outer one. */
function isInInner(node: ts.Node, outer: ts.Node): boolean {
  for (let at = node.parent; at !== undefined && at !== outer; at = at.parent) if (isFunction(at)) return true
  return false
}

function nameOf(node: WithBody): string {
  if (node.name !== undefined) return node.name.getText()
  const { parent } = node
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText()
    : 'a function without a name'
}

/** Without comments and layout. */
function textOf(node: ts.Node): string {
  return node
    .getText()
    .replace(/\/\/.*$/gm, '')
    .replace(/\s+/g, ' ')
}
