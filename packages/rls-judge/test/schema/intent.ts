import { COMMANDS, type Intent } from '../../src/intent.ts'

/** The policies of tables that belong to the members of an organisation. */
const memberOf = (column: string) =>
  `${column} in (select m.org_id from public.memberships m where m.person = (select identity.caller()))`

/** The intent of schema.sql. */
export const INTENT: Intent = {
  file: 'schema/intent.ts',
  ownerColumn: 'person',
  tables: {
    organisations: {
      columns: ['id', 'name'],
      rows: { owner: 'id', rule: memberOf('id'), named: 'members' },
      authenticated: { select: true },
      service_role: COMMANDS,
      identity: 'id',
    },
    memberships: {
      columns: ['org_id', 'person'],
      authenticated: { select: true },
      service_role: COMMANDS,
    },
    projects: {
      columns: ['id', 'org_id', 'title', 'state', 'place', 'changed_at'],
      rows: {
        owner: 'org_id',
        rule: 'exists (select from public.memberships m where m.org_id = projects.org_id and m.person = (select identity.caller()))',
        named: 'members',
      },
      authenticated: {
        select: true,
        insert: ['org_id', 'title', 'state'],
        update: ['title', 'state'],
        delete: true,
      },
      service_role: COMMANDS,
      identity: 'id',
    },
    'Line Items': {
      columns: ['Item No', 'Org', 'project_id', 'Unit Price', 'order', 'What "it" is'],
      rows: { owner: 'Org', rule: memberOf('"Org"'), named: 'members' },
      authenticated: {
        select: true,
        insert: ['Org', 'project_id', 'Unit Price', 'order', 'What "it" is'],
        update: ['Unit Price', 'order', 'What "it" is'],
        delete: true,
      },
      service_role: COMMANDS,
    },
    notes: {
      columns: ['id', 'org_id', 'body', 'size', 'deleted_at'],
      rows: {
        owner: 'org_id',
        rule: `deleted_at is null and ${memberOf('org_id')}`,
        named: 'members',
        hidden: { deleted_at: 'now()' },
      },
      authenticated: { select: true, insert: ['org_id', 'body'], update: ['body'] },
      service_role: COMMANDS,
    },
    readings: {
      columns: ['org_id', 'sensor', 'read_on', 'value'],
      rows: { owner: 'org_id', rule: memberOf('org_id'), named: 'members' },
      authenticated: { select: true, insert: ['org_id', 'sensor', 'read_on', 'value'] },
      service_role: ['select', 'insert'],
      partitioned: true,
    },
    countries: {
      columns: ['code', 'label'],
      rows: 'everybody',
      authenticated: { select: true },
      service_role: COMMANDS,
    },
    webhooks: {
      columns: ['id', 'secret'],
      rows: 'server',
      authenticated: {},
      service_role: COMMANDS,
      identity: 'id',
    },
  },
  views: {
    project_overview: {
      columns: ['id', 'org_id', 'title', 'shouted'],
      of: 'projects',
      select: ['authenticated', 'service_role'],
    },
  },
  functions: {
    'public.archive_note(uuid)': { execute: ['authenticated'], security: 'definer' },
    'public."Items of"(bigint)': { execute: ['authenticated'], security: 'invoker' },
    'public.city_of(public.address)': { execute: ['authenticated'], security: 'invoker' },
    'ops.touch()': { execute: [], security: 'invoker' },
  },
  schemas: {
    public: ['public', 'anon', 'authenticated', 'service_role'],
    identity: ['anon', 'authenticated', 'service_role'],
    ops: [],
  },
  types: ['public.project_state', 'public.title', 'public.address'],
  sampled: ['code', 'label'],
}
