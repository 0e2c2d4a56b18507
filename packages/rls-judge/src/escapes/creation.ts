import type { Verdict } from '../check.ts'
import { expectCode } from '../session.ts'
import type { Stage } from '../stage.ts'

/** No role of the API can create a permanent object. */
export async function* creation({ intent, actors, attempt }: Stage): AsyncGenerator<Verdict> {
  for (const actor of actors.filter(({ name }) =>
    ['anon', 'authenticator', 'bob', 'service_role'].includes(name),
  )) {
    for (const schema of [...Object.keys(intent.schemas), 'pg_catalog']) {
      for (const statement of [
        `create table ${schema}.mine (id uuid)`,
        `create function ${schema}.mine() returns int language sql as 'select 1'`,
        `create type ${schema}.mine as enum ('a')`,
        `create domain ${schema}.mine as text`,
        `create view ${schema}.mine as select 1`,
        `create sequence ${schema}.mine`,
        `create operator ${schema}.=== (function = pg_catalog.texteq, leftarg = text, rightarg = text)`,
      ]) {
        yield expectCode(`${actor.name} cannot: ${statement}`, await attempt(actor, statement), '42501')
      }
    }
    for (const statement of [
      'create schema mine',
      'create language mine handler plpgsql_call_handler',
      'create event trigger mine on ddl_command_start execute function event_trigger_fires()',
      'create publication mine for all tables',
      'create foreign data wrapper mine',
      'create server mine foreign data wrapper mine',
      "do language c 'x'",
      'create cast (text as uuid) with inout as implicit',
      'create access method mine type index handler bthandler',
    ]) {
      const { code, message } = await attempt(actor, statement)
      const name = `${actor.name} cannot: ${statement}`
      // 42704 and 42883: PostgreSQL may find that an object is missing before it checks privileges
      yield ['42501', '42704', '42883', '0A000'].includes(code)
        ? { name }
        : { name, diagnosis: `have: ${code} ${message}\nwant: 42501` }
    }
  }
}
