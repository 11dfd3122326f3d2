import type { checklist as english } from '../en/checklist.ts';

export const checklist: typeof english = {
  sections: {
    base: 'Socle',
    stateful: 'Services à état',
    stateless: 'Services sans état',
    balancers: 'Répartiteurs de charge',
    failovers: 'Bascules éprouvées',
  },
  lines: {
    base: 'Socle système sur tous les serveurs',
    network: 'Réseau 10.0.0.0/16 : chaque hôte de module joint ses pairs',
    dns: 'DNS interne',
    credentials: "Secrets d'accès, 0700 et 0600",
    mariadb: 'MariaDB et ProxySQL',
    keybuzz: '10.0.0.5 et 10.0.0.6',
    k3sMaster: 'Maître K3s',
  },
  more: (number) => `${number} de plus`,
  pass: (module, passing, checks) => `${module} : ${passing} contrôles réussis sur ${checks}`,
  notPart: (module) => `${module} : ne fait pas encore partie de ce bot`,
  notAskedYet: (module) => `${module} : pas encore interrogé`,
  noAnswers: (module) => `${module} : aucune réponse`,
  nobodyAnswered: "personne n'y a répondu",
  notLookedAt: 'pas encore examiné',
  summary: (passing, lines, percent) => `${passing} lignes réussies sur ${lines} (${percent} %)`,
  blocking: ({ module, checks, blocks }) =>
    `${module} n'est pas valide (${checks}) : ${blocks === '' ? 'rien ne repose dessus' : `cela bloque le déploiement de ${blocks}`}. Voir : status ${module}`,
};
