const http = require('node:http');
const greeting = require('greeting');

const model = 'garden sundial';

const server = http.createServer((request, response) => {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${greeting(model)} It is ${new Date().toISOString()}\n`);
});

server.listen(4000, () => console.log('listening on port 4000'));

process.on('SIGTERM', () => {
  console.log('SIGTERM received, the sundial rests');
  process.exit(0);
});
