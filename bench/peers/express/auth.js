"use strict";
const { randomBytes, scryptSync, timingSafeEqual } = require("node:crypto");
const db = require("./db");

const bySession = db.prepare(
  "SELECT users.id, users.username, users.role FROM sessions JOIN users ON users.id = sessions.user_id WHERE token = ?",
);
const byName = db.prepare("SELECT * FROM users WHERE username = ?");
const startSession = db.prepare("INSERT INTO sessions (token, user_id, created_at) VALUES (?, ?, ?)");

exports.hashPassword = (password, salt = randomBytes(16).toString("hex")) =>
  `${salt}:${scryptSync(password, salt, 32).toString("hex")}`;

exports.signIn = (username, password) => {
  const user = byName.get(String(username).toLowerCase());
  if (!user) return null;
  const given = exports.hashPassword(String(password), user.password.split(":")[0]);
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(user.password))) return null;
  const token = randomBytes(32).toString("hex");
  startSession.run(token, user.id, new Date().toISOString());
  return { user, token };
};

exports.personOf = (token) => (token ? bySession.get(token) : undefined);

exports.signedIn = (req, res, next) => {
  req.user = exports.personOf(req.cookies.sid);
  next();
};

exports.need = (role) => (req, res, next) => {
  if (!req.user) return res.status(401).json({ error: { message: "Please sign in." } });
  if (role && req.user.role !== role) return res.status(403).json({ error: { message: "Not for you." } });
  return next();
};
