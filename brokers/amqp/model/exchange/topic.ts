/**
 * Topic: keys and patterns are words between dots; `*` stands for one word, `#` for any number (AMQP 0-9-1 section 3.1.3.3).
 * As in RabbitMQ, the empty key has no words, and between two dots lies an empty word.
 *
 * Patterns lie in a tree with one level per word, so a key walks only the branches that can match it.
 */
import type { FieldTable } from '../../wire/field-table.ts'
import type { Binding } from '../binding.ts'
import type { Router } from './exchange.ts'

class Node {
  readonly children = new Map<string, Node>()
  readonly bindings = new Set<Binding>()
}

/** The words of a key or pattern. */
export function wordsOf(key: string): readonly string[] {
  return key === '' ? [] : key.split('.')
}

export class TopicRouter implements Router {
  readonly #root = new Node()

  add(binding: Binding): void {
    let node = this.#root
    for (const word of wordsOf(binding.routingKey)) {
      let child = node.children.get(word)
      if (child === undefined) {
        child = new Node()
        node.children.set(word, child)
      }
      node = child
    }
    node.bindings.add(binding)
  }

  remove(binding: Binding): void {
    const words = wordsOf(binding.routingKey)
    const path = [this.#root]
    for (const word of words) {
      const child = path[path.length - 1]?.children.get(word)
      if (child === undefined) return
      path.push(child)
    }
    path[path.length - 1]?.bindings.delete(binding)
    this.#prune(path, words)
  }

  /** Takes empty branches away, leaf first. */
  #prune(path: readonly Node[], words: readonly string[]): void {
    for (let depth = words.length; depth > 0; depth--) {
      const node = path[depth] as Node
      if (node.bindings.size > 0 || node.children.size > 0) return
      path[depth - 1]?.children.delete(words[depth - 1] as string)
    }
  }

  route(routingKey: string, _headers: FieldTable, follow: (binding: Binding) => void): void {
    const words = wordsOf(routingKey)
    // `#` can reach one node on several ways: each (node, words eaten) is walked once, which also bounds the work.
    const seen = new Map<Node, Set<number>>()
    walk(this.#root, 0)

    function walk(node: Node, at: number): void {
      const places = seen.get(node) ?? new Set()
      if (places.has(at)) return
      seen.set(node, places.add(at))
      if (at === words.length) node.bindings.forEach(follow)
      const hash = node.children.get('#')
      if (hash !== undefined) for (let next = at; next <= words.length; next++) walk(hash, next)
      if (at === words.length) return
      const word = words[at] as string
      const literal = word === '#' || word === '*' ? undefined : node.children.get(word)
      if (literal !== undefined) walk(literal, at + 1)
      const star = node.children.get('*')
      if (star !== undefined) walk(star, at + 1)
    }
  }
}
