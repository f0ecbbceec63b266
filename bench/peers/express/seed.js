"use strict";
// node seed.js ADMINS: people "admin1" … and the client "bob", all with the password of the environment's PASSWORD.
const db = require("./db");
const { hashPassword } = require("./auth");

const add = db.prepare("INSERT INTO users (username, password, role) VALUES (?, ?, ?)");
const password = hashPassword(process.env.PASSWORD);
db.transaction(() => {
  add.run("bob", password, "client");
  for (let n = 1; n <= Number(process.argv[2]); n += 1) add.run(`admin${n}`, password, "admin");
})();
