import { enableDiagram } from './diagram.ts'
import { enableRoles } from './roles.ts'
import { enableSearch } from './search.ts'

enableSearch()
enableDiagram()
enableRoles()

// The list of a section's pages begins closed where it would stand above the page.
if (matchMedia('(max-width: 60rem)').matches) document.querySelector('.side details')?.removeAttribute('open')
