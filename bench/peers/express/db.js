"use strict";
const Database = require("better-sqlite3");

const db = new Database(process.env.DATABASE || "desk.db");
db.pragma("journal_mode = WAL");
db.pragma("synchronous = NORMAL");
db.pragma("foreign_keys = ON");

db.exec(`
  CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY, username TEXT NOT NULL UNIQUE, password TEXT NOT NULL, role TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users(id), created_at TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS codes (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, user_id INTEGER NOT NULL REFERENCES users(id),
    platform TEXT NOT NULL, account_number TEXT NOT NULL, plan TEXT NOT NULL, status TEXT NOT NULL,
    created_at TEXT NOT NULL, activated_at TEXT);
  CREATE INDEX IF NOT EXISTS codes_user ON codes (user_id, id);
  CREATE INDEX IF NOT EXISTS codes_status ON codes (status, id);
  CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY, licence TEXT NOT NULL UNIQUE, user_id INTEGER NOT NULL REFERENCES users(id),
    platform TEXT NOT NULL, account_number TEXT NOT NULL, plan TEXT NOT NULL, status TEXT NOT NULL, expires_at TEXT);
  CREATE INDEX IF NOT EXISTS accounts_user ON accounts (user_id, id);
  CREATE TABLE IF NOT EXISTS notifications (
    id INTEGER PRIMARY KEY, user_id INTEGER, message TEXT NOT NULL, level TEXT NOT NULL, created_at TEXT NOT NULL);
`);

module.exports = db;
