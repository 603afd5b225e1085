CREATE TABLE tiles (id bigint PRIMARY KEY, image bytea NOT NULL);
