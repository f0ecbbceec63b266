"use strict";
const router = require("express").Router();
const { signIn } = require("../auth");

router.post("/login", (req, res) => {
  const session = signIn(req.body.username, req.body.password);
  if (!session) return res.status(401).json({ error: { message: "Wrong name or password." } });
  res.cookie("sid", session.token, { httpOnly: true, sameSite: "lax" });
  return res.json({ username: session.user.username, role: session.user.role });
});

module.exports = router;
