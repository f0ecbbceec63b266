"use strict";
const router = require("express").Router();
const { randomBytes } = require("node:crypto");
const db = require("../db");
const { need } = require("../auth");

const PLANS = new Set(["7", "30", "90", "180", "365", "lifetime"]);
const insert = db.prepare(`
  INSERT INTO codes (code, user_id, platform, account_number, plan, status, created_at)
  VALUES (@code, @user_id, @platform, @account_number, @plan, 'pending', @created_at) RETURNING *`);
const note = db.prepare("INSERT INTO notifications (user_id, message, level, created_at) VALUES (?, ?, ?, ?)");
const codesOf = db.prepare("SELECT * FROM codes WHERE user_id = ? ORDER BY id DESC LIMIT 50");
const accountsOf = db.prepare("SELECT * FROM accounts WHERE user_id = ? ORDER BY id DESC LIMIT 50");

const generate = db.transaction((user, body) => {
  const created_at = new Date().toISOString();
  const code = insert.get({
    code: randomBytes(15).toString("hex").toUpperCase().match(/.{6}/g).join("-"),
    user_id: user.id,
    platform: body.platform,
    account_number: body.account_number,
    plan: String(body.plan),
    created_at,
  });
  note.run(null, `${user.username} generated a code.`, "info", created_at);
  return code;
});

router.post("/api/generate-code", need(), (req, res) => {
  const { platform, account_number, plan } = req.body;
  if (!["mt4", "mt5"].includes(platform) || !/^\d{4,12}$/.test(account_number) || !PLANS.has(String(plan))) {
    return res.status(422).json({ error: { message: "Please check the fields." } });
  }
  const code = generate(req.user, req.body);
  const io = req.app.get("io");
  io.to("admin").emit("admin-notification", { level: "info", message: `${req.user.username} generated a code.` });
  io.to("admin").emit("codes-updated", { id: code.id, status: code.status });
  io.to(`user-${req.user.id}`).emit("codes-updated", { id: code.id, status: code.status });
  return res.status(201).json(code);
});

router.get("/api/codes", need(), (req, res) => res.json({ items: codesOf.all(req.user.id) }));
router.get("/api/accounts", need(), (req, res) => res.json({ items: accountsOf.all(req.user.id) }));

module.exports = router;
