-- migrate:up

-- Say what changes, and why, and change it below. The new CHECK holds for new rows at once; the next migration looks at
-- those that are there. To allow less than before, first change the rows that would break it.

alter table public.example
    drop constraint example_sample_check,
    add constraint example_sample_check check (
        new_expression
    ) not valid;

-- migrate:down

-- Fails while rows hold what the old CHECK refuses: change them first. It looks at every row while nobody writes.
alter table public.example
    drop constraint example_sample_check,
    add constraint example_sample_check check (
        old_expression
    );
