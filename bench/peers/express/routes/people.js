"use strict";
const router = require("express").Router();
const { signIn } = require("../auth");

router.post("/login", (req, res) => {
  const found = signIn(req.body.username, req.body.password);
  if (!found) return res.status(401).json({ error: { message: "Wrong name or password." } });
  res.cookie("sid", found.token, { httpOnly: true, sameSite: "lax" });
  return res.json({ username: found.user.username, role: found.user.role });
});

module.exports = router;
