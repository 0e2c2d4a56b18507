-- migrate:up

-- What the column holds, and who writes it. Rows that are there get null, so nobody waits for the table to be written
-- again; the CHECK holds for new rows at once, and the next migration looks at the others.

alter table public.example
    add column sample text,
    add constraint example_sample_check check (char_length(sample) between 1 and 100) not valid,
    -- EXPLAIN reveals row estimates to every caller, so keep no statistics on user-written columns
    alter column sample set statistics 0;

comment on column public.example.sample is 'What it holds, 1 to 100 characters; null where it is not known.';

-- migrate:down

alter table public.example drop column sample;
