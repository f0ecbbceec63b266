"use strict";
// Robots ask whether their licence is valid: the same lines as the desk's, in the same order, signed in the same way.
const router = require("express").Router();
const { createHash, generateKeyPairSync, sign } = require("node:crypto");
const db = require("../db");

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const keyId = createHash("sha256").update(publicKey.export({ type: "spki", format: "der" })).digest("hex").slice(0, 16);
const modulus = Buffer.from(publicKey.export({ format: "jwk" }).n, "base64url").toString("hex").toUpperCase();

const OFFLINE = 72 * 3600;
const CHECK_AFTER = { VALID: 6 * 3600, PENDING: 300, EXPIRED: 300, SUSPENDED: 300 };
const MESSAGES = {
  VALID: "The licence is valid.",
  NOT_FOUND: "There is no such licence.",
  PENDING: "The code waits for its activation.",
  EXPIRED: "The licence has expired.",
  SUSPENDED: "The licence is suspended.",
  ACCOUNT_MISMATCH: "This licence is for another account number.",
  PLATFORM_MISMATCH: "This licence is for the other platform.",
};
const MOST = {
  v: 1, licence: 40, product: 32, platform: 20, account: 20, server: 64, mode: 20, version: 20, terminal: 64, nonce: 32,
};

const find = db.prepare(`
  SELECT codes.platform, codes.account_number, codes.status AS code, accounts.status AS account, accounts.expires_at
  FROM codes LEFT JOIN accounts ON accounts.licence = codes.code WHERE codes.code = ?`);

const unreadable = (body) =>
  Object.keys(MOST).find((name) => typeof body[name] !== "string" || body[name].length > MOST[name]) ||
  (/^[0-9a-f]{32}$/i.test(body.nonce) ? null : "nonce");

const verdict = (licence, asked, now) => {
  if (!licence) return "NOT_FOUND";
  if (licence.account_number !== asked.account) return "ACCOUNT_MISMATCH";
  if (licence.platform !== asked.platform.toLowerCase()) return "PLATFORM_MISMATCH";
  if (!licence.account) return { pending: "PENDING", expired: "EXPIRED" }[licence.code] || "SUSPENDED";
  if (licence.account === "suspended") return "SUSPENDED";
  return licence.expires_at && Date.parse(licence.expires_at) <= now ? "EXPIRED" : "VALID";
};

const hex = (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
const escaped = (sign) => Array.from(Buffer.from(sign), hex).join("");
const inAscii = (value) => value.replace(/[^\x21-\x24\x26-\x7e]/gu, (sign) => escaped(sign));

router.post("/robot/check", (req, res) => {
  const asked = req.body || {};
  const field = unreadable(asked);
  if (field) return res.status(400).type("text/plain").send(`error=${field}\n`);
  const now = Date.now();
  const licence = find.get(asked.licence.toUpperCase());
  const code = verdict(licence, asked, now);
  const seconds = Math.floor(now / 1000);
  const end = code !== "VALID" ? seconds : licence.expires_at && Math.floor(Date.parse(licence.expires_at) / 1000);
  const lines =
    `v=1\ncode=${code}\nlicence=${inAscii(asked.licence)}\nproduct=${inAscii(asked.product)}\n` +
    `platform=${inAscii(asked.platform)}\naccount=${inAscii(asked.account)}\nserver=${inAscii(asked.server)}\n` +
    `mode=${inAscii(asked.mode)}\nterminal=${inAscii(asked.terminal)}\nnow=${seconds}\nexpires=${end || "never"}\n` +
    `valid_until=${Math.min(end || Infinity, seconds + OFFLINE)}\n` +
    `check_after=${CHECK_AFTER[code] || CHECK_AFTER.VALID}\n` +
    `message=${MESSAGES[code]}\nnonce=${asked.nonce}\nkey=${keyId}\n`;
  // Not in a thread of Node's pool: on one core that costs more, and takes as long.
  const signature = sign("sha256", Buffer.from(lines), privateKey).toString("base64");
  return res.set("Cache-Control", "no-store").type("text/plain").send(`${lines}sig=${signature}\n`);
});

router.get("/robot/keys", (req, res) => {
  res.type("text/plain").send(`key=${keyId}\nmodulus=${modulus}\nexponent=65537\n`);
});

module.exports = router;
