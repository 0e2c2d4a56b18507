/** Lets a reader select one role, which hides the others. The address contains the selection. */
export function enableRoles(): void {
  const choice = document.querySelector<HTMLSelectElement>('#role')
  if (!choice) return
  choice.closest('.choice')?.removeAttribute('hidden')
  const show = () => {
    for (const element of document.querySelectorAll<HTMLElement>('[data-role]'))
      element.hidden = choice.value !== '' && element.dataset.role !== choice.value
  }
  choice.value = new URLSearchParams(location.search).get('role') ?? ''
  show()
  choice.addEventListener('change', () => {
    const query = choice.value === '' ? '' : `?role=${encodeURIComponent(choice.value)}`
    history.replaceState(undefined, '', `${location.pathname}${query}${location.hash}`)
    show()
  })
}
