// Writes the same page into a file, so that a plain web server can hand it out.
const fs = require('node:fs');
const greeting = require('greeting');

fs.mkdirSync('dist', { recursive: true });
fs.writeFileSync('dist/index.html', `<h1>${greeting('static edition')}</h1>\n`);
console.log('wrote dist/index.html');
