-- Made by "make sum" from migrations/20261101090100_create_user_profiles.sql; do not edit.
set lock_timeout = '5s';
set statement_timeout = '5min';

-- One row per account: what the product knows about its user. A trigger on auth.users makes it; users change
-- their name, and the server changes plan and usage.

create table public.user_profiles (
    id uuid not null default gen_random_uuid(),
    user_id uuid not null default auth.uid(),
    name text,
    plan_type text not null default 'free',
    usage_count integer not null default 0,
    subscription_status text not null default 'inactive',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint user_profiles_pkey primary key (user_id),
    constraint user_profiles_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint user_profiles_name_check check (char_length(name) between 1 and 200),
    constraint user_profiles_plan_type_check check (plan_type in ('free', 'pro', 'enterprise')),
    constraint user_profiles_usage_count_check check (usage_count >= 0),
    constraint user_profiles_subscription_status_check check (
        subscription_status in ('inactive', 'trialing', 'active', 'past_due', 'canceled')
    )
);

comment on table public.user_profiles is 'One row per account, made at sign-up: the user''s name, plan and usage.';
comment on column public.user_profiles.id is 'Public identifier of the profile; the key is user_id.';
comment on column public.user_profiles.user_id is 'The account this profile belongs to.';
comment on column public.user_profiles.name is 'Display name, 1 to 200 characters; null until the user gives one.';
comment on column public.user_profiles.plan_type is 'Plan the account is on. Written by the server only.';
comment on column public.user_profiles.usage_count is 'Agent requests made in the current billing period. Written by the server only.';
comment on column public.user_profiles.subscription_status is 'State of the subscription at the payment provider. Written by the server only.';
comment on column public.user_profiles.created_at is 'When the profile was made.';
comment on column public.user_profiles.updated_at is 'When the row last changed; kept by a trigger, never goes backwards.';

create trigger user_profiles_touch_updated_at
    before update on public.user_profiles
    for each row execute function private.touch_updated_at();

revoke all on table public.user_profiles from public, anon, authenticated, service_role;

alter table public.user_profiles enable row level security;

-- EXPLAIN shows everybody how many rows PostgreSQL expects: it is not to know what users write.
alter table public.user_profiles
    alter column name set statistics 0,
    alter column plan_type set statistics 0,
    alter column usage_count set statistics 0,
    alter column subscription_status set statistics 0,
    alter column updated_at set statistics 0;

create policy user_profiles_select_own on public.user_profiles
    as permissive
    for select
    to authenticated
    using (user_id = (select auth.uid()));

grant select on table public.user_profiles to authenticated;

create policy user_profiles_update_own on public.user_profiles
    as permissive
    for update
    to authenticated
    using (user_id = (select auth.uid()))
    with check (user_id = (select auth.uid()));

grant update (name) on table public.user_profiles to authenticated;

grant select, insert, update, delete on table public.user_profiles to service_role;

create function private.create_user_profile() returns trigger
    language plpgsql
    volatile
    security definer
    set search_path = ''
as $$
begin
    -- Sign-up data comes from outside: whatever it holds, the sign-up succeeds.
    insert into public.user_profiles (user_id, name)
    values (
        new.id,
        nullif(pg_catalog.left(pg_catalog.btrim(new.raw_user_meta_data ->> 'name'), 200), '')
    );
    return new;
end
$$;

comment on function private.create_user_profile() is 'After-insert trigger on auth.users: makes the account''s profile.';

revoke all on function private.create_user_profile() from public, anon, authenticated, service_role;

create trigger users_create_user_profile
    after insert on auth.users
    for each row execute function private.create_user_profile();

-- Accounts that were there before this migration.
insert into public.user_profiles (user_id, name)
select users.id, nullif(left(btrim(users.raw_user_meta_data ->> 'name'), 200), '')
from auth.users;
