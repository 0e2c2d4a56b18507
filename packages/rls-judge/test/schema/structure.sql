-- The structure of the tables and functions of schema.sql, which the intent does not describe.

begin;
select plan(6);

create function pg_temp.lines(body text) returns setof text language sql immutable
as $$ select btrim(line) from regexp_split_to_table(body, E'\n') line where btrim(line) <> '' $$;

select set_eq(
    $$select concat_ws(' ', attrelid::regclass, quote_ident(attname), format_type(atttypid, atttypmod),
            case when attnotnull then 'not null' end, case when attidentity <> '' then 'identity' end,
            case when attgenerated <> '' then 'generated' end, pg_get_expr(adbin, adrelid))
        from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
        join pg_class on pg_class.oid = attrelid and relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        where attnum > 0 and not attisdropped$$,
    $$select pg_temp.lines($lines$
        "Line Items" "Item No" uuid not null gen_random_uuid()
        "Line Items" "Org" bigint not null
        "Line Items" "Unit Price" numeric(10,2) not null
        "Line Items" "What ""it"" is" text
        "Line Items" "order" integer not null 0
        "Line Items" project_id bigint
        countries code text not null
        countries label text not null
        memberships org_id bigint not null
        memberships person uuid not null
        notes body text not null
        notes deleted_at timestamp with time zone
        notes id uuid not null gen_random_uuid()
        notes org_id bigint not null
        notes size integer generated char_length(body)
        organisations id bigint not null identity
        organisations name title not null
        projects changed_at timestamp with time zone not null now()
        projects id bigint not null identity
        projects org_id bigint not null
        projects place address
        projects state project_state not null 'open'::project_state
        projects title title not null
        readings org_id bigint not null
        readings read_on timestamp with time zone not null
        readings sensor integer not null
        readings value double precision not null
        webhooks id bigint not null identity
        webhooks secret text not null
    $lines$)$$,
    'the columns'
);
select set_eq(
    $$select concat_ws(' ', conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid))
        from pg_constraint where conrelid <> 0 and connamespace = 'public'::regnamespace and contype <> 'n' and coninhcount = 0$$,
    $$select pg_temp.lines($lines$
        "Line Items" "Line Items_Org_fkey" FOREIGN KEY ("Org") REFERENCES organisations(id) ON DELETE CASCADE
        "Line Items" "Line Items_Org_project_id_fkey" FOREIGN KEY ("Org", project_id) REFERENCES projects(org_id, id) ON DELETE CASCADE
        "Line Items" "Line Items_Unit Price_check" CHECK (("Unit Price" >= (0)::numeric))
        "Line Items" "Line Items_pkey" PRIMARY KEY ("Item No")
        countries countries_pkey PRIMARY KEY (code)
        memberships memberships_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id) ON DELETE CASCADE
        memberships memberships_person_fkey FOREIGN KEY (person) REFERENCES identity.people(id) ON DELETE CASCADE
        memberships memberships_pkey PRIMARY KEY (org_id, person)
        notes notes_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id) ON DELETE CASCADE
        notes notes_pkey PRIMARY KEY (id)
        organisations organisations_pkey PRIMARY KEY (id)
        projects projects_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id) ON DELETE CASCADE
        projects projects_org_id_id_key UNIQUE (org_id, id)
        projects projects_pkey PRIMARY KEY (id)
        readings readings_org_id_fkey FOREIGN KEY (org_id) REFERENCES organisations(id) ON DELETE CASCADE
        readings readings_pkey PRIMARY KEY (org_id, sensor, read_on)
        webhooks webhooks_pkey PRIMARY KEY (id)
    $lines$)$$,
    'the constraints'
);
select set_eq(
    $$select concat_ws(' ', conrelid::regclass, quote_ident(conname), 'inherited')
        from pg_constraint where conrelid <> 0 and connamespace = 'public'::regnamespace and contype <> 'n' and coninhcount > 0$$,
    $$select pg_temp.lines($lines$
        readings_2025 readings_2025_pkey inherited
        readings_2025 readings_org_id_fkey inherited
        readings_later readings_later_pkey inherited
        readings_later readings_org_id_fkey inherited
    $lines$)$$,
    'the constraints of partitions'
);
select set_eq(
    $$select pg_get_triggerdef(pg_trigger.oid) from pg_trigger join pg_class on pg_class.oid = tgrelid
        where relnamespace = 'public'::regnamespace and not tgisinternal$$,
    $$select pg_temp.lines($lines$
        CREATE TRIGGER projects_touch BEFORE UPDATE ON public.projects FOR EACH ROW EXECUTE FUNCTION ops.touch()
    $lines$)$$,
    'the triggers'
);
select is_empty(
    $$select concat_ws(' ', tgrelid::regclass, tgname) from pg_trigger join pg_class on pg_class.oid = tgrelid
        where relnamespace in ('public'::regnamespace, 'identity'::regnamespace) and tgenabled <> 'O'$$,
    'every trigger fires, those of foreign keys too'
);
select set_eq(
    $$select concat_ws(' ', pg_proc.oid::regprocedure, provolatile, md5(coalesce(nullif(prosrc, ''), pg_get_functiondef(pg_proc.oid))))
        from pg_proc where pronamespace in ('public'::regnamespace, 'identity'::regnamespace, 'ops'::regnamespace)$$,
    $$select pg_temp.lines($lines$
        "Items of"(bigint) s 21c1bcbcf4c2dc576ba98d82b70600aa
        archive_note(uuid) v 865106c72933622b9360aec128000dcc
        city_of(address) i e627d690c47b4ff06b51e77d181a6816
        identity.caller() s d4b44ad9c2544318866aa5979760ecef
        ops.touch() v fb5516ecbbdcb341f29ea996e3413807
    $lines$)$$,
    'the functions, each with the fingerprint of its body'
);

select * from finish();
rollback;
