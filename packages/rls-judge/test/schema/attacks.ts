import type { Attacks, Call } from '../../src/project.ts'

const as = (role: Call['as'], sql: string): Call => ({ as: role, sql })

/** How the functions of schema.sql are called. */
export const ATTACKS: Attacks = {
  clientPath: 'public, pg_temp',
  calls: ({ seeds }) => ({
    prepare: [
      `update public."Line Items" set project_id = ${seeds.bob.number} where "Org" = ${seeds.bob.number}`,
    ],
    functions: {
      'public.archive_note(uuid)': as(
        'authenticated',
        `select public.archive_note('${seeds.bob.row}'::pg_catalog.uuid)`,
      ),
      'public."Items of"(bigint)': as(
        'authenticated',
        `select "Item No" from public."Items of"(${seeds.bob.number})`,
      ),
      'public.city_of(public.address)': as(
        'authenticated',
        "select public.city_of(row('Main Street', 'Ulm')::public.address)",
      ),
      'ops.touch()': as(
        'service_role',
        `update public.projects set title = 'touched' where id operator(pg_catalog.=) ${seeds.bob.number} returning changed_at operator(pg_catalog.=) pg_catalog.now() as touched`,
      ),
    },
    statements: [
      as('authenticated', 'select id, title from public.projects'),
      as(
        'authenticated',
        `insert into public.notes (org_id, body) values (${seeds.bob.number}, 'oak') returning body`,
      ),
    ],
  }),
  channels: [],
}
