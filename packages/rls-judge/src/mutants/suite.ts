import { catalog } from '../catalog.ts'
import type { Project } from '../project.ts'
import { runSuite } from '../suite.ts'
import type { Suite } from './judge.ts'

/** The isolation suite of a project, stopped at its first failure. */
export function suiteOf(project: Project): Suite {
  return {
    catalog: async (client) => {
      const { file, run } = catalog(project)
      for await (const { name, diagnosis } of run(client, {}))
        if (diagnosis !== undefined) return `${file}: ${name}`
      return undefined
    },
    whole: async (database) => {
      let by: string | undefined
      const { passed, failed } = await runSuite(database, project, {
        bail: true,
        report: ({ file, failures }) => {
          by ??= failures[0] && `${file}: ${failures[0].name}`
        },
      })
      return by ?? (failed > 0 || passed === 0 ? 'no test passed' : undefined)
    },
  }
}
