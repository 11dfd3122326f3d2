import type { HostAnswer } from '../../src/modules/contract.ts';

/** A change of what one host said. */
export type Fault = [host: string, facts: Record<string, string>];

/** The answers with faults in them; a fact given as `''` was not said. */
export function faultyAnswers(healthy: readonly HostAnswer[], faults: readonly Fault[]): HostAnswer[] {
  return healthy.map((answer) => {
    const changed = faults.filter(([host]) => host === answer.host).map(([, facts]) => facts);
    const facts = Object.entries(Object.fromEntries([answer.facts, ...changed].flatMap((one) => Object.entries(one))));
    return { ...answer, facts: Object.fromEntries(facts.filter(([, value]) => value !== '')) };
  });
}

/** The answers without what these hosts said. */
export function silentAnswers(healthy: readonly HostAnswer[], hosts: readonly string[]): HostAnswer[] {
  return healthy.map((answer) =>
    hosts.includes(answer.host) ? { ...answer, outcome: 'unknown', facts: {}, reason: 'no answer in 20 s' } : answer,
  );
}
