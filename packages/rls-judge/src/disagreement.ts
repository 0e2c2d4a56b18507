import type pg from 'pg'
import type { Verdict } from './check.ts'
import type { Intent } from './intent.ts'

/**
 * Tables and columns that exist only in the intent or only in the database. Each would make hundreds of other checks
 * fail, so the suite reports only these.
 */
export async function disagreements(
  client: pg.Client,
  { file, tables, views = {} }: Intent,
): Promise<Verdict[]> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(TABLES)
  const actualTables = new Map(rows.map(({ table, columns }) => [table, columns]))
  const intended = new Map(
    Object.entries({ ...tables, ...views }).map(([name, { columns }]) => [name, columns]),
  )
  const onlyThere = (what: string, name: string): Verdict => ({
    name: `${name} is in the database and not in ${file}`,
    diagnosis: `Either write it in ${file}, with who may do what,\nor write a migration that drops this ${what}.`,
  })
  const onlyIntended = (what: string, name: string): Verdict => ({
    name: `${name} is in ${file} and not in the database`,
    diagnosis: `Either write a migration that adds this ${what} (make new name=…) and run make migrate,\nor remove it from ${file}.`,
  })
  const found: Verdict[] = []
  for (const [table, columns] of actualTables) {
    const wanted = intended.get(table)
    if (!wanted) found.push(onlyThere('table', `public.${table}`))
    else
      for (const column of columns.filter((each) => !wanted.includes(each)))
        found.push(onlyThere('column', `public.${table}.${column}`))
  }
  for (const [table, columns] of intended) {
    const actual = actualTables.get(table)
    if (!actual) found.push(onlyIntended('table', `public.${table}`))
    else
      for (const column of columns.filter((each) => !actual.includes(each)))
        found.push(onlyIntended('column', `public.${table}.${column}`))
  }
  return found
}

// Without partitions, which belong to their table, and tables of extensions.
const TABLES = `
  select c.relname::text as table,
    array(
      select attname::text from pg_attribute
      where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum
    ) as columns
  from pg_class c
  where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p', 'v')
    and not c.relispartition
    and not exists (
      select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
  order by c.relname
`
