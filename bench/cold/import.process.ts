import { pathToFileURL } from 'node:url';

/** Imports one file and prints the milliseconds that it took: `node import.process.ts FILE`. */
const started = performance.now();
await import(pathToFileURL(process.argv[2] ?? '').href);
console.log(performance.now() - started);
process.exit(0);
