const http = require('node:http');
const greeting = require('greeting');

const edition = 'first edition';

const server = http.createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(`<h1>${greeting(edition)}</h1>\n`);
});

server.listen(3000, () => console.log('listening on port 3000'));

process.on('SIGTERM', () => {
  console.log('SIGTERM received, goodbye');
  process.exit(0);
});
