import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { execForm, readStages, ROOT } from './stages.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('the Dockerfile', () => {
  const stages = readStages();
  const last = stages.at(-1)?.instructions ?? [];
  const of = (keyword: string) => last.filter((each) => each.keyword === keyword);

  it('has no fault that the linter knows', () => {
    expect(validate(read('Dockerfile'))).toEqual([]);
  });

  it('builds on the Node that package.json asks for', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const major = /^>=(\d+)\./.exec(engines.node)?.[1] ?? '?';
    expect(stages.map(({ base }) => base)).toEqual(stages.map(() => `node:${major}-bookworm-slim`));
  });

  it('copies only what is in the repository and not ignored', () => {
    const sources = stages.flatMap(({ instructions }) =>
      instructions
        .filter(({ keyword, flags }) => keyword === 'COPY' && flags.from === undefined)
        .flatMap(({ words }) => words.slice(0, -1)),
    );
    const allowed = read('.dockerignore').split('\n');
    for (const source of sources) {
      expect(existsSync(join(ROOT, source))).toBe(true);
      expect(allowed).toContain(`!${source}`);
    }
  });

  it('runs as a user that is not root, and says by itself whether it lives', () => {
    expect(of('USER').map(({ words }) => words)).toEqual([['node']]);
    const check = execForm(of('HEALTHCHECK')[0]?.words[0] ?? '');
    expect(check.slice(0, 2)).toEqual(['node', '-e']);
  });

  it('starts without a shell, which would keep SIGTERM from the process', () => {
    const [entry] = of('ENTRYPOINT');
    expect(execForm(entry?.words[0] ?? '')).toEqual(['node', '/app/dist/cli.js']);
  });

  it('has no secret in it', () => {
    const variables = stages.flatMap(({ instructions }) =>
      instructions.filter(({ keyword }) => /ENV|ARG/.test(keyword)),
    );
    expect(JSON.stringify(variables)).not.toMatch(/TOKEN|SECRET|PASSWORD|KEY_/);
  });
});
