-- For H2 and PostgreSQL alike. Nothing of a person stands here in clear: every record is encrypted under the person's own key.

create table about (
    name varchar(32) primary key,
    content varchar(200) not null
);

-- counts changes of persons and tokens, so that whoever remembers them knows when to look again
create table changes (
    one integer primary key,
    revision bigint not null
);
insert into changes values (1, 0);

create table persons (
    person varchar(32) primary key,
    record bytea not null
);

create table wallets (
    person varchar(32) primary key references persons (person),
    record bytea not null
);

create table sessions (
    person varchar(32) not null references persons (person),
    number integer not null,
    record bytea not null,
    primary key (person, number)
);

create table tokens (
    person varchar(32) not null references persons (person),
    number integer not null,
    record bytea not null,
    primary key (person, number)
);
