CREATE TABLE IF NOT EXISTS sales (day date PRIMARY KEY, total numeric NOT NULL);
