/** READMEs as pages: nothing in them becomes markup or a way that we did not make. */
import { describe, expect, it } from 'vitest'
import { type Place, renderMarkdown } from './markdown.ts'

const place: Place = {
  folder: 'exercises/3-mq/02-producer',
  pageOf: (path) => (path === 'exercises/3-mq/01-setup/README.md' ? '/tasks/mq-01' : undefined),
  drawing: (nth) => `/drawings/${nth}`,
  picture: (nth) => `/pictures/${nth}`,
  drawingTitle: 'Drawing',
}
const bodyOf = (source: string): string => renderMarkdown(source, place).body.source

describe('a README', () => {
  it('has its first heading as title, the second level as contents, and ids that differ', () => {
    const { title, headings, body } = renderMarkdown(
      '# `mq-02` Producer\n\n## Run it\n\n## Run it\n\n### Chạy thử',
      place,
    )
    expect(title).toBe('mq-02 Producer')
    expect(headings).toEqual([
      { id: 'run-it', title: 'Run it' },
      { id: 'run-it-2', title: 'Run it' },
    ])
    expect(body.source).toContain('<h3 id="chạy-thử">')
    expect(body.source).not.toContain('<h1')
  })

  it.each([
    ['<script>alert(1)</script>'],
    ['<img src=x onerror=alert(1)>'],
    ['[x](javascript:alert(1))'],
    ['[x](data:text/html,<script>1</script>)'],
    ['![x](javascript:alert(1).svg)'],
    ['`<svg onload=alert(1)>`'],
    ['```ts\n</code><script>alert(1)</script>\n```'],
    ['```mermaid\n</code></pre><script>alert(1)</script>\n```'],
    ['| a |\n| --- |\n| <iframe src=//x> |'],
  ])('shows %s inert', (source) => {
    const body = bodyOf(source)
    expect(body).not.toMatch(
      /<script|<img src=x|onerror=alert\(1\)>|<iframe src="?\/\/|href="(?:javascript|data):|<svg/,
    )
  })

  it('leads to pages of ours and to https, and nowhere else', () => {
    const body = bodyOf(
      '[a](../01-setup/README.md) [b](https://example.org/x) [c](../../../etc/passwd) [d](file:///etc/passwd)',
    )
    expect(body).toContain('<a href="/tasks/mq-01">a</a>')
    expect(body).toContain('<a href="https://example.org/x">b</a>')
    expect(body).toContain('<a class="file">c</a>')
    expect(body).not.toContain('passwd"')
  })

  it('leaves comments out, frames drawings and counts pictures', () => {
    const page = renderMarkdown(
      '<!-- note -->\n```mermaid\ngraph LR\n a-->b\n```\n\n![herd](herd.svg)',
      place,
    )
    expect(page.body.source).toContain('<iframe src="/drawings/0" title="Drawing"')
    expect(page.body.source).toContain('<img src="/pictures/0" alt="herd"')
    expect(page.drawings).toEqual(['graph LR\n a-->b\n'])
    expect(page.pictures).toEqual(['exercises/3-mq/02-producer/herd.svg'])
    expect(page.body.source).not.toContain('note')
  })

  it('colours code by classes, since styles inline are forbidden', () => {
    const body = bodyOf('```ts\nconst a = "x"\n```')
    expect(body).toContain('class="hljs-keyword"')
    expect(body).not.toContain('style=')
  })
})
