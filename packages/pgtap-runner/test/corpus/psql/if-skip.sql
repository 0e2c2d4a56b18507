select true as old \gset
\if :old
select '1..0 # SKIP too old';
\q
\endif
select 1/0;
