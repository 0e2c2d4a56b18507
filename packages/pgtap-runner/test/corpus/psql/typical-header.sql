\unset ECHO
\set QUIET 1
-- Turn off echo and keep things quiet.
\pset format unaligned
\pset tuples_only true
\pset pager off
\set ON_ERROR_ROLLBACK 1
\set ON_ERROR_STOP true
BEGIN;
SELECT plan(2);
SELECT pass('a');
SELECT lives_ok('select 1');
SELECT * FROM finish();
ROLLBACK;
