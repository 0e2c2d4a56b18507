import type pg from 'pg'
import type { ConnectionString } from 'postgres-kit/connection-string.ts'
import { messageOf } from 'postgres-kit/failure.ts'
import { withOwnerClient } from 'postgres-kit/owner-client.ts'
import type { Comparison } from '../catalog/comparison.ts'
import { readRelations } from '../catalog/relations.ts'
import { catalog } from '../catalog.ts'
import { compare, type Part, type Verdict } from '../check.ts'
import type { Intent } from '../intent.ts'
import { type Nodes, readServer } from '../platform.ts'
import type { Project } from '../project.ts'

/** The catalogs of the node that callers reach and of those behind it, and every part of a table. */
export function wireCatalog({ intent, platform }: Project, database: ConnectionString): Part {
  const here = catalog({ intent, platform })
  return {
    file: here.file,
    async *run(client, options) {
      yield* undone(client, () => here.run(client, options))
      const { nodes } = platform.wire ?? {}
      if (!nodes) return
      for (const node of await nodes.reach(client, database)) yield* onNode(node, intent, nodes)
    },
  }
}

async function* onNode(node: ConnectionString, intent: Intent, nodes: Nodes): AsyncGenerator<Verdict> {
  const found: Verdict[] = []
  try {
    await withOwnerClient(node, async (client) => {
      const { platform } = nodes
      for await (const verdict of undone(client, () => catalog({ intent, platform }).run(client, {})))
        found.push(verdict)
      for await (const verdict of undone(client, () => parts(client, intent, nodes))) found.push(verdict)
    })
  } catch (error) {
    found.push({ name: 'its catalog can be read', diagnosis: messageOf(error) })
  }
  for (const verdict of found) yield { ...verdict, name: `${node.name}: ${verdict.name}` }
}

/** Every part of a table is like its table on this node. What is neither was never seen by the comparison above. */
async function* parts(client: pg.Client, intent: Intent, nodes: Nodes): AsyncGenerator<Verdict> {
  await client.query("set local search_path = ''")
  const { platform, showParts, allowed } = nodes
  const comparison: Comparison = { intent, platform, server: await readServer(client, platform) }
  const whole = await readRelations(client, comparison)
  await client.query(showParts)
  for (const [name, facts] of await readRelations(client, comparison)) {
    if (whole.has(name)) continue
    const table = whole.get(name.replace(/_\d+$/, ''))
    const own = facts.filter((line) => !allowed.some((each) => each.test(line)) || table?.includes(line))
    yield table
      ? compare(`${name} is like its table`, own.toSorted(), table.toSorted())
      : { name, diagnosis: `${name} is part of no table of ${intent.file}` }
  }
}

async function* undone(client: pg.Client, work: () => AsyncGenerator<Verdict>): AsyncGenerator<Verdict> {
  await client.query('begin')
  try {
    yield* work()
  } finally {
    await client.query('rollback')
  }
}
