-- migrate:up

-- Validates the rows that are older than the constraint, without blocking reads or writes. It needs its own file: in
-- one transaction with the previous migration, every query would wait for it.

alter table public.example validate constraint example_sample_check;

-- migrate:down

-- Recreates the constraint from its own definition, not validated, as the previous migration made it.

do $$
declare
    definition text := (
        select pg_get_constraintdef(oid)
        from pg_constraint
        where conrelid = 'public.example'::regclass
            and conname = 'example_sample_check'
    );
begin
    alter table public.example drop constraint example_sample_check;
    execute format('alter table public.example add constraint example_sample_check %s not valid', definition);
end
$$;
