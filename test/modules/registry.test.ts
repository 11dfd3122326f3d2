import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadInventory } from '../../src/inventory.ts';
import { ANSWERS, CheckResult, Step, type HostAnswer, type Module } from '../../src/modules/contract.ts';
import { stepsOf } from '../../src/modules/steps.ts';
import { assembleScript, findModule, MODULES } from '../../src/modules/index.ts';

const ROOT = join(import.meta.dirname, '../..');
const inventory = loadInventory(join(ROOT, 'inventory/servers.tsv'));
const hashOf = (script: string): string => assembleScript(script).hash;

/** Checks that a worker answers out of its own inventory. */
const KNOWN_TO_WORKER = ['inventory/unique', 'inventory/servers', 'inventory/roles'];

/** Scripts that change nothing, by name. */
const READS = /\/(?:status|test)-|-verdict\.sh$/;

const allSteps = (module: Module): Step[] => module.verbs.flatMap((verb) => stepsOf(module, verb, inventory, hashOf));

describe('the registry', () => {
  it('has every folder of src/modules, and only those', () => {
    const folders = readdirSync(join(ROOT, 'src/modules'), { withFileTypes: true }).filter((one) => one.isDirectory());
    expect(MODULES.map((module) => module.name).sort()).toEqual(folders.map((folder) => folder.name).sort());
  });

  it('finds a module by its name, and none by another', () => {
    for (const module of MODULES) expect(findModule(module.name)).toBe(module);
    expect(findModule('constructor')).toBeUndefined();
  });
});

describe.each(MODULES.map((module) => [module.name, module] as const))('module %s', (_, module) => {
  it('plans steps of the contract, each id once in its plan, always the same', () => {
    for (const verb of module.verbs) {
      const steps = stepsOf(module, verb, inventory, hashOf);
      expect(steps).not.toEqual([]);
      expect(steps.map((step) => Step.parse(step))).toEqual(steps);
      expect(new Set(steps.map((step) => step.id)).size).toBe(steps.length);
      expect(stepsOf(module, verb, inventory, hashOf)).toEqual(steps);
    }
  });

  it('gives scripts only hosts and credentials that it declares', () => {
    const hosts = module.hosts(inventory).map((host) => host.name);
    const credentials = module.credentials.map((credential) => credential.name);
    const scripts = [...allSteps(module).filter((step) => step.kind === 'script'), ...module.probes(inventory)];
    for (const step of scripts) {
      if ('confirm' in step && step.confirm !== undefined) expect(useSecretsOf(step.confirm.script)).toEqual([]);
    }
    for (const script of scripts) {
      const named = 'work' in script ? script.work.map((work) => work.host) : [script.host];
      expect(hosts).toEqual(expect.arrayContaining(named));
      expect(credentials).toEqual(expect.arrayContaining(script.secrets));
      for (const name of credentials.filter((one) => !script.secrets.includes(one))) {
        expect(useSecretsOf(script.script)).not.toContain(name);
      }
      expect(useSecretsOf(script.script)).toEqual(script.secrets);
    }
  });

  it('runs change scripts as changes and reads as reads', () => {
    for (const step of allSteps(module)) {
      if (step.kind !== 'script') continue;
      expect(step.mode === 'read').toBe(READS.test(step.script));
      if (step.mode === 'change') expect(step.impact).not.toBe('none');
    }
    for (const probe of module.probes(inventory)) expect(probe.script).toContain('/status-');
  });

  it('demands only checks that it has, and gives each a criterion and its source', () => {
    const ids = module.checks.map((check) => check.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const step of allSteps(module))
      if (step.kind === 'checks') expect(ids).toEqual(expect.arrayContaining(step.must));
    for (const check of module.checks) {
      expect(check.title.length).toBeGreaterThan(3);
      expect(check.criterion.length).toBeGreaterThan(10);
      expect(check.source.length).toBeGreaterThan(10);
    }
  });

  it('answers each check once and in order, whatever the hosts say', () => {
    const names = module.hosts(inventory).map((host) => host.name);
    const words = ['master', 'slave', 'answers', 'stopped', 'silent', '0', '1', '2', 'ok', '10.0.0.123', 'up', ''];
    const keys = factKeysOf(module);
    const facts = fc.dictionary(fc.constantFrom(...keys), fc.oneof(fc.constantFrom(...words), fc.string()));
    const answer = fc.record({
      host: fc.constantFrom(...names, 'a-stranger'),
      outcome: fc.constantFrom('ok' as const, 'failed' as const, 'unknown' as const),
      facts,
      checks: fc.constant<HostAnswer['checks']>([]),
      reason: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 8 }), (answers: HostAnswer[]) => {
        const results = module.assess(inventory, answers);
        expect(results.map((result) => result.check)).toEqual(module.checks.map((check) => check.id));
        for (const result of results) {
          expect(CheckResult.parse(result)).toEqual(result);
          expect(ANSWERS).toContain(result.answer);
          expect(result.text).not.toBe('');
        }
      }),
    );
  });

  it('passes nothing that hosts must tell when nobody answers', () => {
    const asked = module
      .assess(inventory, [])
      .filter(({ check }) => !KNOWN_TO_WORKER.includes(`${module.name}/${check}`));
    expect(asked.length).toBeGreaterThan(0);
    for (const { check, answer } of asked) expect([check, answer]).toEqual([check, 'unknown']);
  });
});

/** The secrets that a script declares with use_secrets. */
function useSecretsOf(script: string): string[] {
  return /^ {2}use_secrets (.+)$/m.exec(assembleScript(script).text)?.[1]?.split(' ') ?? [];
}

/** Keys of the facts that the module's status scripts can print, as far as they stand in their texts. */
function factKeysOf(module: Module): string[] {
  const texts = module.probes(inventory).map((probe) => assembleScript(probe.script).text);
  const found = texts.flatMap((text) =>
    [...text.matchAll(/fact(?:_of)? ([a-z.]+[a-z])/g)].map((match) => match[1] ?? ''),
  );
  return [...new Set(['redis.role', 'sentinel.ip', 'proxy.run_id', 'redis.run_id', ...found])];
}
