-- migrate:up

-- Describe the change and its reason, and edit the CHECK below. It applies to new rows at once; the next migration
-- validates existing rows. If the new CHECK is narrower, first change the rows that violate it.

alter table public.example drop constraint example_sample_check;

alter table public.example
    add constraint example_sample_check check (
        new_expression
    ) not valid;

-- migrate:down

-- Fails if rows violate the old CHECK: change them first. It scans the table and blocks writes meanwhile.
alter table public.example drop constraint example_sample_check;

alter table public.example
    add constraint example_sample_check check (
        old_expression
    );
