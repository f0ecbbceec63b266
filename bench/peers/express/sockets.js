"use strict";
const { Server } = require("socket.io");
const cookie = require("cookie-parser");
const { personOf } = require("./auth");

exports.openSockets = (server) => {
  const io = new Server(server);
  io.engine.use(cookie());
  io.use((socket, next) => {
    const user = personOf(socket.request.cookies.sid);
    if (!user) return next(new Error("not signed in"));
    socket.data.user = user;
    return next();
  });
  io.on("connection", (socket) => {
    const { id, role } = socket.data.user;
    socket.join(`user-${id}`);
    if (role === "admin") socket.join("admin");
  });
  return io;
};
