import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinApproved, previewEnroll } from '../../src/jobs/enroll.ts';
import type { RunState } from '../../src/jobs/state.ts';
import type { Workshop } from '../../src/jobs/workshop.ts';
import type { EnrollStep } from '../../src/modules/contract.ts';
import { createRedact, Secret } from '../../src/secret.ts';
import { createSshPool, runRead } from '../../src/ssh/index.ts';
import { assemble } from '../ssh/assemble.ts';
import { startTestServer, type TestServer } from '../ssh/test-server.ts';

const secret = new Secret('PROBE_TOKEN', 'canary-for-the-wrong-host');
const step: EnrollStep = { kind: 'enroll', id: 'enroll', title: 'x', impact: 'disruptive', host: 'test-01' };

/** What the worker knows of a server, with pinned keys in a file of the test's own. */
function workshopFor(server: TestServer, knownHostsFile: string): Workshop {
  const host = { name: 'test-01', privateIp: '127.0.0.1', user: 'root' };
  const inventory = { file: 'servers.tsv', hosts: [host] };
  return { inventory, knownHostsFile, sshPort: server.target.port } as unknown as Workshop;
}

describe('a host whose key has changed', () => {
  it('is asked nothing and told nothing: the outcome is unknown, with both ways on', async () => {
    const seen: string[] = [];
    const old = await startTestServer(({ channel }) => channel.end());
    const other = await startTestServer(({ command }) => seen.push(command));
    const pool = createSshPool({ keyFile: old.keyFile, knownHosts: () => old.knownHosts });
    const request = { script: assemble('true'), args: [], mode: 'read' as const, timeoutSeconds: 5 };
    const result = await runRead(pool, other.target, { ...request, secrets: [secret], redact: createRedact([secret]) });
    expect(result).toMatchObject({ outcome: 'unknown', exitCode: null, code: 'KEYBUZZ_HOST_KEY_MISMATCH' });
    expect(result.reason).toContain('test-01 (127.0.0.1) shows another key than the pinned one: SHA256:');
    expect(result.fix).toContain('keybuzz enroll test-01');
    expect(seen).toEqual([]);
    await pool.close();
    await Promise.all([old.close(), other.close()]);
  });

  it('since its new one was approved is not pinned, and the file stays as it was', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'keybuzz-attack-'));
    const file = join(directory, 'known_hosts');
    writeFileSync(file, '');
    const approved = await startTestServer(({ channel }) => channel.end());
    const { changes } = await previewEnroll(workshopFor(approved, file), step);
    expect(changes).toEqual([expect.objectContaining({ kind: 'host-key' })]);
    const between = await startTestServer(({ channel }) => channel.end());
    const state = { approval: { changes } } as unknown as RunState;
    await expect(pinApproved(workshopFor(between, file), state, step)).rejects.toMatchObject({
      code: 'KEYBUZZ_HOST_KEY_CHANGED',
      fix: expect.stringContaining('somebody may stand between us and the host'),
    });
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(await pinApproved(workshopFor(approved, file), state, step)).toEqual(changes);
    await Promise.all([approved.close(), between.close()]);
    rmSync(directory, { recursive: true });
  });
});
