"use strict";
const router = require("express").Router();
const db = require("../db");
const { need } = require("../auth");

const LIST = "SELECT codes.*, users.username AS owner FROM codes JOIN users ON users.id = codes.user_id";
const page = db.prepare(`${LIST} WHERE codes.id < ? ORDER BY codes.id DESC LIMIT 50`);
const pageOfStatus = db.prepare(`${LIST} WHERE status = ? AND codes.id < ? ORDER BY codes.id DESC LIMIT 50`);
const find = db.prepare("SELECT * FROM codes WHERE id = ?");
const activate = db.prepare(
  "UPDATE codes SET status = 'activated', activated_at = ? WHERE id = ? AND status = 'pending' RETURNING *",
);
const open = db.prepare(`
  INSERT INTO accounts (licence, user_id, platform, account_number, plan, status, expires_at)
  VALUES (@code, @user_id, @platform, @account_number, @plan, 'valid', @expires_at) RETURNING *`);
const note = db.prepare("INSERT INTO notifications (user_id, message, level, created_at) VALUES (?, ?, ?, ?)");

const activateCode = db.transaction((id, admin) => {
  const now = new Date();
  const code = activate.get(now.toISOString(), id);
  if (!code) return null;
  const days = code.plan === "lifetime" ? null : Number(code.plan);
  const expires_at = days && new Date(now.getTime() + days * 86_400_000).toISOString();
  const account = open.get({ ...code, expires_at });
  note.run(null, `${admin.username} activated ${code.code}.`, "success", now.toISOString());
  note.run(code.user_id, `Your code ${code.code} is active.`, "success", now.toISOString());
  return { code, account };
});

router.put("/api/admin/codes", need("admin"), (req, res) => {
  if (req.body.action !== "activate") return res.status(422).json({ error: { message: "Unknown action." } });
  const done = activateCode(Number(req.body.code_id), req.user);
  if (!done) return res.status(409).json({ error: { message: "Someone was first." }, code: find.get(req.body.code_id) });
  const { code, account } = done;
  const io = req.app.get("io");
  const client = io.to(`user-${code.user_id}`);
  io.to("admin").emit("admin-notification", { level: "success", message: `${req.user.username} activated a code.` });
  for (const room of [io.to("admin"), client]) {
    room.emit("codes-updated", { id: code.id, status: code.status });
    room.emit("customer-account-updated", { id: account.id, status: account.status });
  }
  client.emit("client-notification", { level: "success", message: `Your code ${code.code} is active.` });
  return res.json(code);
});

router.get("/api/admin/codes", need("admin"), (req, res) => {
  const before = Number(req.query.after) || Number.MAX_SAFE_INTEGER;
  const items = req.query.status ? pageOfStatus.all(req.query.status, before) : page.all(before);
  res.json({ items, next: items.length === 50 ? items[49].id : null });
});

router.post("/api/admin/broadcast", need("admin"), (req, res) => {
  const { message, level = "info" } = req.body;
  note.run(null, message, level, new Date().toISOString());
  req.app.get("io").emit("broadcast-notification", { level, message, at: new Date().toISOString() });
  res.status(201).json({ ok: true });
});

module.exports = router;
