-- What example is made of, and which values it refuses.

begin;
\ir helpers.sql
select plan(11);

select results_eq(
    $$select pg_temp.columns_of('public.example')$$,
    pg_temp.lines($$
        id uuid not null default gen_random_uuid()
        user_id uuid not null default auth.uid()
        name text not null
        created_at timestamp with time zone not null default now()
        updated_at timestamp with time zone not null default now()
    $$),
    'example has these columns'
);
select results_eq(
    $$select pg_temp.constraints_of('public.example')$$,
    pg_temp.lines($$
        example_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200)))
        example_pkey PRIMARY KEY (user_id, id)
        example_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE
    $$),
    'example has these constraints'
);
select results_eq(
    $$select pg_temp.indexes_of('public.example')$$,
    pg_temp.lines($$
        CREATE UNIQUE INDEX example_pkey ON public.example USING btree (user_id, id)
        CREATE INDEX example_user_id_created_at_idx ON public.example USING btree (user_id, created_at DESC, id DESC)
    $$),
    'example has these indexes'
);
select results_eq(
    $$select pg_temp.triggers_of('public.example')$$,
    pg_temp.lines($$
        CREATE TRIGGER example_touch_updated_at BEFORE UPDATE ON public.example FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at()
    $$),
    'example has these triggers'
);
select results_eq(
    $$select pg_temp.policies_of('public.example')$$,
    pg_temp.lines($$
        permissive example_delete_own for delete to authenticated
        permissive example_insert_own for insert to authenticated
        permissive example_select_own for select to authenticated
        permissive example_update_own for update to authenticated
    $$),
    'example has these policies'
);
select is_empty(
    $$select pg_temp.triggers_not_firing('public.example')$$,
    'every trigger of example fires, those of foreign keys too'
);
select ok(
    (select relrowsecurity from pg_class where oid = 'public.example'::regclass),
    'row level security is on'
);

insert into public.example (user_id, name) values (pg_temp.account(), 'fine');
select is(
    pg_temp.violated($$update public.example set name = '' where user_id = pg_temp.account()$$),
    '23514 example_name_check', 'an empty name is refused'
);
select is(
    pg_temp.violated($$update public.example set name = repeat('n', 201) where user_id = pg_temp.account()$$),
    '23514 example_name_check', 'a name over 200 characters is refused'
);
select is(
    pg_temp.violated($$update public.example set name = null where user_id = pg_temp.account()$$),
    '23502 name', 'a row has a name'
);
select is(
    pg_temp.violated($$insert into public.example (user_id, name) values (gen_random_uuid(), 'fine')$$),
    '23503 example_user_id_fkey', 'a row needs an account'
);

select * from finish();
rollback;
