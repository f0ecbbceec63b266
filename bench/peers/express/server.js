"use strict";
// The stack that Codedesk replaces, as it is usually written: JSON routes, and an event that tells the browser to fetch again.
const http = require("node:http");
const express = require("express");
const cookieParser = require("cookie-parser");
const { openSockets } = require("./sockets");
const { signedIn } = require("./auth");

const app = express();
const server = http.createServer(app);
const io = openSockets(server);

app.disable("x-powered-by");
app.set("io", io);
app.use(express.json({ limit: "64kb" }));
app.use(express.urlencoded({ extended: false, limit: "64kb" }));
app.use(require("./routes/robots")); // before what only people need
app.use(cookieParser());
app.use(signedIn);
app.use(require("./routes/people"));
app.use(require("./routes/codes"));
app.use(require("./routes/admin"));
app.get("/healthz", (req, res) => res.json({ ok: true }));
app.use((error, req, res, next) => {
  res.status(error.status || 500).json({ error: { message: error.message } });
});

server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
