// Runs inside the sandbox, which has no network: carries 127.0.0.1:PORT to the unix socket of the allow-list proxy,
// then runs the command and ends as it ended.  node bridge.mjs PORT SOCKET COMMAND [ARG...]
import { spawn } from 'node:child_process';
import net from 'node:net';
import os from 'node:os';

const [port, socket, command, ...args] = process.argv.slice(2);

const server = net.createServer((client) => {
  const upstream = net.connect(socket);
  const end = () => (client.destroy(), upstream.destroy());
  client.on('error', end).on('close', end);
  upstream.on('error', end).on('close', () => client.destroySoon()); // soon: what it said last may not be written yet
  client.pipe(upstream).pipe(client);
});

server.listen(Number(port), '127.0.0.1', () => {
  const child = spawn(command, args, { stdio: 'inherit' });
  child.on('error', (error) => (console.error(String(error)), process.exit(127)));
  child.on('exit', (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
});
