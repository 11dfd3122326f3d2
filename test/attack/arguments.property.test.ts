import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { DefectError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { quote, quoteAll } from '../../src/ssh/quote.ts';
import { buildRead } from '../../src/ssh/transport.ts';
import { buildWork } from '../../src/ssh/work.ts';
import { assemble } from '../ssh/assemble.ts';
import { bash } from '../ssh/bash.ts';
import { hostile, inputsOf, TIMEOUT_MS, type Share } from './inputs.ts';

/** One bash takes so many inputs, so that a million of them need no million processes. */
const BATCH = 100;

const batches = fc.array(hostile, { minLength: BATCH, maxLength: BATCH });
const batched = (share: Share) => ({ ...inputsOf(share), numRuns: Math.ceil(inputsOf(share).numRuns / BATCH) });

/** What a shell can hold at all: a half character becomes U+FFFD on its way out, and NUL is refused. */
function holdable(texts: readonly string[]): string[] {
  return texts.filter((text) => !text.includes('\0')).map((text) => Buffer.from(text).toString());
}

const PRINT = 'printf "%s\\0" "$@"';

describe('whatever an argument of a script is', () => {
  it(
    'reaches the script through the real command line and bash as it is, and runs nothing',
    () => {
      const directory = mkdtempSync(join(tmpdir(), 'keybuzz-attack-'));
      fc.assert(
        fc.property(batches, (texts) => {
          const args = holdable(texts);
          const request = { script: assemble(PRINT), args, mode: 'read' as const, secrets: [], timeoutSeconds: 60 };
          const { command, stdin } = buildRead(request);
          const ran = bash(['-c', `cd ${quote(directory)} && ${command}`], stdin);
          expect(ran).toMatchObject({ code: 0, stderr: '' });
          expect(ran.stdout.split('\0').slice(0, -1)).toEqual(args);
          expect(readdirSync(directory)).toEqual([]);
        }),
        batched('script arguments'),
      );
      rmSync(directory, { recursive: true });
    },
    TIMEOUT_MS,
  );

  it('is refused by an error of ours when it holds NUL, wherever it would stand', () => {
    const withNul = fc.tuple(hostile, hostile).map(([before, after]) => `${before}\0${after}`);
    fc.assert(
      fc.property(withNul, (text) => {
        for (const build of [() => quote(text), () => quoteAll(['a', text]), () => buildWork(KEY, [text], false)]) {
          expect(build).toThrow(DefectError);
        }
      }),
    );
  });

  it(
    'reaches detached work through the text of its unit as it is, and so does a secret',
    () => {
      const directory = mkdtempSync(join(tmpdir(), 'keybuzz-attack-'));
      const script = join(directory, 'script');
      writeFileSync(script, PRINT);
      const runs = join('/var/lib/keybuzz/runs', 'brave-otter.deploy.1');
      fc.assert(
        fc.property(batches, (texts) => {
          const args = holdable(texts);
          // The very text of the unit, with the one path in it led to our script.
          const work = buildWork(KEY, args, false).replace(`. ${runs}/script`, `. ${quote(script)}`);
          const ran = bash(['-s', '--', 'run'], work);
          expect(ran).toMatchObject({ code: 0, stderr: '' });
          expect(ran.stdout.split('\0').slice(0, -1)).toEqual(args);
          const [value = 'x'] = args;
          const secret = new Secret('PROBE_TOKEN', value);
          const read = {
            script: assemble('printf %s "$PROBE_TOKEN"'),
            args: [],
            mode: 'read' as const,
            timeoutSeconds: 9,
          };
          const { command, stdin } = buildRead({ ...read, secrets: [secret] });
          expect(bash(['-c', command], stdin).stdout).toBe(value);
          expect(command).not.toContain('PROBE_TOKEN');
        }),
        batched('detached arguments'),
      );
      rmSync(directory, { recursive: true });
    },
    TIMEOUT_MS,
  );
});

const KEY = { run: 'brave-otter', step: 'deploy', attempt: 1 };
