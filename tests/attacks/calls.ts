import type { Fixtures } from 'rls-judge/matrix/fixtures.ts'
import type { Call, Calls } from 'rls-judge/project.ts'

/** How each function of db/access.ts is called. The result shows whether a temporary object affected it. */
export function calls({ ids }: Fixtures): Calls {
  const people = `('${ids.ada}', '${ids.bob}')`
  return {
    prepare: [
      `update public.documents set content_text = 'oak' where user_id in ${people}`,
      `update public.document_chunks set content = 'oak' where user_id in ${people}`,
    ],
    functions: callsOf(ids),
    statements: [
      { sql: 'select user_id, filename from public.documents', as: 'authenticated' },
      { sql: 'insert into public.agent_sessions default values returning user_id', as: 'authenticated' },
    ],
  }
}

function callsOf(ids: Fixtures['ids']): Readonly<Record<string, Call>> {
  const authenticated = (sql: string): Call => ({ sql, as: 'authenticated' })
  return {
    'private.caller_id()': authenticated('select private.caller_id()'),
    'private.find_documents(tsquery,integer)': authenticated(
      "select id from private.find_documents('oak'::pg_catalog.tsquery, 100)",
    ),
    'private.find_chunks(tsquery,integer)': authenticated(
      "select id from private.find_chunks('oak'::pg_catalog.tsquery, 100)",
    ),
    'public.search_documents(text,integer)': authenticated(
      "select id, headline from public.search_documents('oak', 10)",
    ),
    'public.search_chunks(text,integer)': authenticated(
      "select id, headline from public.search_chunks('oak', 10)",
    ),
    'private.search_terms(text)': authenticated(
      "select private.search_terms('oak -elm')::pg_catalog.text as terms",
    ),
    'private.search_headline(text,tsquery)': authenticated(
      "select private.search_headline('<oak>', 'oak'::pg_catalog.tsquery) as headline",
    ),
    'private.fold_text(text)': authenticated("select private.fold_text('étage') as folded"),
    'private.search_text(text)': authenticated(
      "select private.search_text('oakElm in élan.txt 船') as indexed",
    ),
    'private.weighted_tsvector(text,"char",text)': authenticated(
      `select private.weighted_tsvector('oak', 'A'::pg_catalog."char", 'elm')::pg_catalog.text as vector`,
    ),
    'private.touch_updated_at()': {
      as: 'service_role',
      sql: `update public.documents set filename = 'touched' where user_id operator(pg_catalog.=) '${ids.ada}' returning updated_at operator(pg_catalog.>) created_at as later`,
    },
    'private.create_user_profile()': {
      as: 'none',
      sql: `insert into auth.users (id) values ('${NEW_ACCOUNT}');
        select count(*)::pg_catalog.int4 as profiles from public.user_profiles where user_id operator(pg_catalog.=) '${NEW_ACCOUNT}'`,
    },
  }
}

const NEW_ACCOUNT = 'a0000000-0000-4000-8000-0000000000ff'
