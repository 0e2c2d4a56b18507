-- migrate:up

-- Looks at the rows that were there before the constraint, while everybody goes on reading and writing. A file of its
-- own: in one transaction with the migration before, everybody would wait for it.

alter table public.example validate constraint example_sample_check;

-- migrate:down

-- The constraint again as the migration before made it, from its own definition.

do $$
declare
    definition text := (
        select pg_get_constraintdef(oid)
        from pg_constraint
        where conrelid = 'public.example'::regclass
            and conname = 'example_sample_check'
    );
begin
    execute format(
        'alter table public.example drop constraint example_sample_check, add constraint example_sample_check %s not valid',
        definition
    );
end
$$;
