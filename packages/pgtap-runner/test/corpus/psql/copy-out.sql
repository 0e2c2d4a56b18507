copy (values ('1..1'), ('ok 1')) to stdout;
