-- migrate:up

-- Describe what the column contains, and who writes it. Existing rows get null, so the table is not rewritten. The CHECK
-- applies to new rows at once; the next migration validates existing rows.

alter table public.example add column sample text;

alter table public.example
    add constraint example_sample_check check (char_length(sample) between 1 and 100) not valid;

-- EXPLAIN reveals row estimates to every caller, so keep no statistics on user-written columns
alter table public.example alter column sample set statistics 0;

comment on column public.example.sample is 'What it contains, 1 to 100 characters; null if unknown.';

-- migrate:down

alter table public.example drop column sample;
