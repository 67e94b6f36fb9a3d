// Serves the folder that it stands in, as any static host would.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';

const types = { html: 'text/html; charset=utf-8', js: 'text/javascript' };

createServer(async (request, response) => {
  const name = request.url === '/' ? 'index.html' : request.url.slice(1);
  if (!['index.html', 'app.js'].includes(name)) return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': types[name.split('.').pop()] });
  response.end(await readFile(new URL(name, import.meta.url)));
}).listen(Number(process.env.APP_PORT ?? 4173), 'localhost');
