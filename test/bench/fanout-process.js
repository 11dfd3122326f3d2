// One fan-out as a program of its own, from its start to its end: what a command line tool would take with our code.
// Arguments: a file with the job and the targets as JSON.
import { readFileSync } from 'node:fs';
import { createSshPool, loadKnownHosts, runRead } from '../../dist/ssh/index.js';
import { createRedact } from '../../dist/secret.js';

const { targets, keyFile, knownHostsFile, script, args, mark } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const pool = createSshPool({ keyFile, knownHosts: () => loadKnownHosts(knownHostsFile) });
const request = { script, args, secrets: [], mode: 'read', timeoutSeconds: 60, redact: createRedact() };
const results = await Promise.all(targets.map((target) => runRead(pool, target, request)));
results.forEach(({ outcome, output }) => process.stdout.write(`${outcome} ${output}`));
process.exitCode = results.every(({ outcome, output }) => outcome === 'ok' && output.includes(mark)) ? 0 : 1;
await pool.close();
