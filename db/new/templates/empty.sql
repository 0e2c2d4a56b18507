-- migrate:up

-- What changes, and why.

-- migrate:down

-- irreversible: say why, or write here what undoes it, in reverse order
