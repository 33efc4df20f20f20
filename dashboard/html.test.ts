/** Templates: what is put in is inert, what is HTML stays HTML. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeHtml, html } from './html.ts'

describe('a template', () => {
  it('escapes what is put in, in text and in attributes', () => {
    const said = `<script>alert("x")</script> & 'quote'`
    expect(html`<p title="${said}">${said}</p>`.source).toBe(
      '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;quote&#39;">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;quote&#39;</p>',
    )
  })

  it('takes HTML as it is, lists in order, and leaves nothing out of nothing', () => {
    const items = ['a', '<b>'].map((each) => html`<li>${each}</li>`)
    expect(html`<ul>${items}${undefined}${false}${null}${[]}</ul>${0}`.source).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>0',
    )
  })

  it('lets no text become markup, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...`<>"'&;#lt a=`)), (letters) => {
        const said = letters.join('')
        expect(escapeHtml(said)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/)
      }),
    )
  })

  it('shows control characters, which no page may hold', () => {
    expect(escapeHtml('a\u0000b\u001b[2Jc\td\n')).toBe('a\\x00b\\x1b[2Jc\td\n')
  })
})
