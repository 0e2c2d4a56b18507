-- migrate:up

-- What changes, and why.

-- migrate:down

-- What undoes it, in reverse order; or: -- irreversible: why
