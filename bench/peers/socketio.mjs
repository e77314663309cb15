// Socket.IO as its documentation begins: rooms, a message to all of a room. Beside it a bare handler for plain requests.
import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer((request, response) => {
  const room = request.url.slice("/rooms/".length);
  if (request.method === "GET") {
    return answer(response, []);
  }
  let text = "";
  request.on("data", (piece) => {
    text += piece;
  });
  request.on("end", () => {
    const message = JSON.parse(text);
    io.to(room).emit("message", message);
    answer(response, message);
  });
});

function answer(response, value) {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
  response.end(body);
}

const io = new Server(server);

io.on("connection", (socket) => {
  const room = String(socket.handshake.query.room);
  socket.join(room);
  socket.on("message", (message) => io.to(room).emit("message", message));
});

server.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
