/** The platform's checklist: its lines, and what is found where no check could be asked. */
export const checklist = {
  sections: {
    base: 'Base',
    stateful: 'Stateful',
    stateless: 'Stateless',
    balancers: 'Load balancers',
    failovers: 'Failovers tested',
  },
  lines: {
    base: 'Base system on all servers',
    network: 'Network 10.0.0.0/16: every module host reaches its peers',
    dns: 'Internal DNS',
    credentials: 'Credentials, 0700 and 0600',
    mariadb: 'MariaDB and ProxySQL',
    keybuzz: '10.0.0.5 and 10.0.0.6',
    k3sMaster: 'K3s master',
  },
  more: (number: number): string => `${number} more`,
  pass: (module: string, passing: number, checks: number): string => `${module}: ${passing} of ${checks} checks pass`,
  notPart: (module: string): string => `${module}: not part of this bot yet`,
  notAskedYet: (module: string): string => `${module}: not asked yet`,
  noAnswers: (module: string): string => `${module}: no answers`,
  nobodyAnswered: 'nobody answered it',
  notLookedAt: 'not looked at yet',
  summary: (passing: number, lines: number, percent: number): string =>
    `${passing} of ${lines} lines pass (${percent} %)`,
  blocking: (what: { module: string; checks: string; blocks: string }): string =>
    `${what.module} is not valid (${what.checks}): ${what.blocks === '' ? 'nothing is built on it' : `it blocks the deployment of ${what.blocks}`}. See: status ${what.module}`,
};
