-- migrate:up

-- Describe the change and its reason.

-- migrate:down

-- irreversible: state the reason, or write here the SQL that undoes it, in reverse order
