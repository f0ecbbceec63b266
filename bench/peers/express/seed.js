"use strict";
// The client "bob" and the admin "admin1", both with the password of the environment's PASSWORD.
const db = require("./db");
const { hashPassword } = require("./auth");

const add = db.prepare("INSERT INTO users (username, password, role) VALUES (?, ?, ?)");
const password = hashPassword(process.env.PASSWORD);
db.transaction(() => {
  add.run("bob", password, "client");
  add.run("admin1", password, "admin");
})();
