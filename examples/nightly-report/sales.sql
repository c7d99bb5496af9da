create table if not exists sales (day text not null, sku text not null, quantity integer not null, price real not null);
