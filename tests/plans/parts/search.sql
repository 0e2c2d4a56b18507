-- Six searches, in both modes of the plan cache, by the large user and by a small one, after six calls by other users.
-- `test.state` is the state of the statistics.

select pg_temp.become_owner();
select is(
    pg_temp.faults_of_search(search, words, pg_temp.account_of(who), mode), '',
    format('%s, %s: %s(%L) by the %s user', current_setting('test.state'), mode, search, words, who)
)
from unnest(array['force_custom_plan', 'force_generic_plan']) mode,
    unnest(array['search_documents', 'search_chunks']) search,
    unnest(array['common', 'rare', 'middling -rare']) words,
    unnest(array['large', 'small']) who;
select pg_temp.become_owner();
