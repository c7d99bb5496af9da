create table if not exists orders (
  id integer primary key,
  total numeric not null,
  status text not null
);
