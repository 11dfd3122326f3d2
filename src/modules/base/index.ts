import type { Module } from '../contract.ts';
import { assessBase } from './assess.ts';
import { CHECKS } from './checks.ts';
import { planBase, probesOf } from './plan.ts';
import { SETTINGS, type BaseSettings } from './settings.ts';

/**
 * Module 2: what every host has, whatever runs on it. `clusters` are the locks of the modules that live on its hosts: it
 * takes them all, so that no primary moves while its neighbours are being changed.
 */
export function createBase(clusters: readonly string[], settings: BaseSettings = SETTINGS): Module {
  return {
    name: 'base',
    number: 2,
    title: 'Base system and security',
    requires: ['inventory'],
    isPerHost: true,
    verbs: ['status', 'plan', 'deploy'],
    locks: [...new Set(['base', ...clusters])].sort(),
    credentials: [],
    checks: CHECKS,
    hosts: (inventory) => inventory.hosts,
    plan: (request, hashOf) => planBase(request, hashOf, settings),
    probes: (inventory) => probesOf(inventory, settings),
    assess: (inventory, answers) => assessBase(inventory, answers, settings),
  };
}
