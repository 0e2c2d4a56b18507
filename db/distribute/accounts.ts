import type pg from 'pg'
import type { Step } from './step.ts'

/** The distributed table of account ids. Tables refer to it instead of auth.users, which stays on the coordinator. */
export const ACCOUNTS = 'private.accounts'

/**
 * auth.users cannot be distributed, because its unique key on the e-mail does not contain the id. As a reference table, it
 * would make sign-ups and account deletions wait for each other.
 */
export const ACCOUNTS_STEP: Step = {
  name: `${ACCOUNTS} has the id of every account, kept by a trigger on auth.users`,
  async left(client) {
    const { rows } = await client.query<{ table: boolean; trigger: boolean }>(
      `select to_regclass($1) is not null as table,
         exists (select from pg_trigger where tgrelid = 'auth.users'::regclass and tgname = 'users_create_account') as trigger`,
      [ACCOUNTS],
    )
    if (rows[0]?.table !== true) return [...CREATE, FILL]
    if (!rows[0].trigger) return [TRIGGER, FILL]
    return (await isFilled(client)) ? [] : [FILL]
  },
}

async function isFilled(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ users: string; accounts: string }>(
    `select (select count(*) from auth.users) as users, (select count(*) from ${ACCOUNTS}) as accounts`,
  )
  return rows[0]?.users === rows[0]?.accounts
}

/** Triggers run in the order of their names. This one must run before users_create_user_profile, whose row refers to the account. */
const TRIGGER = `create trigger users_create_account
    after insert or delete or update of id on auth.users
    for each row execute function private.keep_accounts()`

/** Creating the trigger locks auth.users, so no account can be added between them and the insert. */
export const CREATE: readonly string[] = [
  `create table ${ACCOUNTS} (
    id uuid not null,
    constraint accounts_pkey primary key (id)
)`,
  `comment on table ${ACCOUNTS} is 'The ids of auth.users, distributed, so that foreign keys can refer to them. Kept by a trigger.'`,
  `revoke all on table ${ACCOUNTS} from public, anon, authenticated, service_role`,
  `alter table ${ACCOUNTS} enable row level security`,
  `create function private.keep_accounts() returns trigger
    language plpgsql
    volatile
    security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'INSERT' then
        insert into ${ACCOUNTS} (id) values (new.id);
    elsif tg_op = 'DELETE' then
        -- The rows of the account are deleted with it.
        delete from ${ACCOUNTS} where accounts.id = old.id;
    elsif new.id <> old.id then
        raise exception 'the id of an account cannot be changed' using errcode = 'feature_not_supported';
    end if;
    return null;
end
$$`,
  `comment on function private.keep_accounts() is 'After-row trigger on auth.users: keeps ${ACCOUNTS}.'`,
  'revoke all on function private.keep_accounts() from public, anon, authenticated, service_role',
  TRIGGER,
]

const FILL = `insert into ${ACCOUNTS} (id) select id from auth.users on conflict do nothing`
