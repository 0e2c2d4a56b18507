import { enableDiagram } from './diagram.ts'
import { enableRoles } from './roles.ts'
import { enableSearch } from './search.ts'

enableSearch()
enableDiagram()
enableRoles()

// On a narrow screen, the list of a section's pages is above the page and starts collapsed.
if (matchMedia('(max-width: 60rem)').matches) document.querySelector('.side details')?.removeAttribute('open')
