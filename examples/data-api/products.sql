-- Run at each start; it changes nothing that is there.
create table if not exists products (
  id bigint generated always as identity primary key,
  name text not null unique,
  price numeric(13, 4) not null check (price >= 0),
  stock integer not null default 0 check (stock >= 0)
);
