/** The knowledge check: the letter of an option chooses it. */

document.addEventListener('keydown', ({ key, ctrlKey, metaKey, altKey, target }) => {
  if (ctrlKey || metaKey || altKey || (target instanceof HTMLInputElement && target.type !== 'radio')) return
  const option = document.querySelector<HTMLInputElement>(
    `.question input[type="radio"][value="${CSS.escape(key)}"]`,
  )
  if (option === null) return
  option.checked = true
  option.focus()
})
