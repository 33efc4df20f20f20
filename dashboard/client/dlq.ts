/** Dead letters: all of them are chosen at once, those that the filter hides left out. */

document.getElementById('select-all')?.addEventListener('change', ({ target }) => {
  for (const box of document.querySelectorAll<HTMLInputElement>('input[name="message"]'))
    if (box.closest('tr')?.hidden === false) box.checked = (target as HTMLInputElement).checked
})
