import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dependentsOf, orderOf } from '../../src/modules/order.ts';
import { MODULES } from '../../src/modules/index.ts';

interface Numbered {
  name: string;
  number: number;
  requires: string[];
}

/** Modules that require only ones before them in a hidden order, shuffled and numbered at will. */
const anyModules: fc.Arbitrary<Numbered[]> = fc
  .array(fc.record({ number: fc.nat(20), picks: fc.array(fc.nat(20), { maxLength: 4 }) }), { maxLength: 12 })
  .map((parts) =>
    parts.map(({ number, picks }, index) => ({
      name: `m${index}`,
      number,
      requires: index === 0 ? [] : [...new Set(picks.map((pick) => `m${pick % index}`))],
    })),
  )
  .chain((modules) => fc.shuffledSubarray(modules, { minLength: modules.length }));

describe('the order of modules', () => {
  it('has each module once, after all that it requires, and the same whatever order they came in', () => {
    fc.assert(
      fc.property(anyModules, (modules) => {
        const names = orderOf(modules).map(({ name }) => name);
        expect([...names].sort()).toEqual(modules.map(({ name }) => name).sort());
        for (const { name, requires } of modules) {
          for (const required of requires) expect(names.indexOf(required)).toBeLessThan(names.indexOf(name));
        }
        expect(orderOf([...modules].reverse()).map(({ name }) => name)).toEqual(names);
      }),
    );
  });

  it('never lets a higher number go first where nothing forces it to', () => {
    fc.assert(
      fc.property(anyModules, (modules) => {
        const ordered = orderOf(modules);
        ordered.forEach((module, index) => {
          const next = ordered[index + 1];
          if (next === undefined || next.requires.includes(module.name)) return;
          expect(module.number).toBeLessThanOrEqual(next.number);
        });
      }),
    );
  });

  it('finds all that depend on a module: those that can not be ordered without it', () => {
    fc.assert(
      fc.property(anyModules, fc.nat(20), (modules, pick) => {
        const chosen = modules[pick % Math.max(1, modules.length)];
        if (chosen === undefined) return;
        const needs = (name: string): boolean =>
          modules
            .find((one) => one.name === name)
            ?.requires.some((required) => required === chosen.name || needs(required)) ?? false;
        const expected = modules.map(({ name }) => name).filter(needs);
        expect(dependentsOf(modules, chosen.name)).toEqual(expected);
      }),
    );
  });

  it.each([
    [
      'a circle',
      [
        { name: 'a', number: 1, requires: ['b'] },
        { name: 'b', number: 2, requires: ['a'] },
      ],
      'a -> b -> a',
    ],
    ['itself', [{ name: 'a', number: 1, requires: ['a'] }], 'a -> a'],
    [
      'a circle behind an innocent one',
      [
        { name: 'innocent', number: 1, requires: ['b'] },
        { name: 'b', number: 2, requires: ['c'] },
        { name: 'c', number: 3, requires: ['b'] },
      ],
      'b -> c -> b',
    ],
    ['what there is not', [{ name: 'a', number: 1, requires: ['ghost'] }], 'a requires ghost'],
    [
      'two of a name',
      [
        { name: 'a', number: 1, requires: [] },
        { name: 'a', number: 2, requires: [] },
      ],
      'two modules a',
    ],
  ])('refuses %s, and says which', (_, modules, message) => {
    expect(() => orderOf(modules)).toThrow(message);
  });

  it('is there for the modules of the registry, base before all that serve', () => {
    const names = orderOf(MODULES).map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['inventory', 'base']);
    expect(dependentsOf(MODULES, 'base')).toEqual(expect.arrayContaining(['postgresql', 'redis']));
  });
});
