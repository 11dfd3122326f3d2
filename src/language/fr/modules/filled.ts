/** Titles with something filled in: the English, and the French with what the groups found. */
export const filled: readonly (readonly [RegExp, string])[] = [
  [
    /^Set up the base of (\d+) hosts \(wave (\d+) of (\d+)\)$/,
    'Mettre en place le socle de $1 hôtes (vague $2 sur $3)',
  ],
  [/^Set up the base of (\S+) \(wave (\d+) of (\d+)\)$/, 'Mettre en place le socle de $1 (vague $2 sur $3)'],
  [
    /^Promote the replica that has most of what (\S+) wrote$/,
    'Promouvoir la réplique qui a le plus de ce que $1 a écrit',
  ],
  [
    /^Turn off (\S+), so that it can't go on as primary; nothing is promoted before it is off$/,
    "Éteindre $1, pour qu'il ne reste pas primaire ; rien n'est promu avant qu'il soit éteint",
  ],
  [/^Ask whether (\S+) is valid$/, 'Demander si $1 est valide'],
  [/^Ask whether (\S+) is valid on its (\d+) hosts$/, 'Demander si $1 est valide sur ses $2 hôtes'],
  [/^Ask whether (\S+) is valid on ([^\s,]+)$/, 'Demander si $1 est valide sur $2'],
  [
    /^Ask whether (\S+) is valid, and go on whatever it is$/,
    "Demander si $1 est valide, et continuer quoi qu'il en soit",
  ],
  [
    /^Ask whether (\S+) is valid on its (\d+) hosts, and go on whatever it is$/,
    "Demander si $1 est valide sur ses $2 hôtes, et continuer quoi qu'il en soit",
  ],
  [
    /^Ask whether (\S+) is valid on ([^\s,]+), and go on whatever it is$/,
    "Demander si $1 est valide sur $2, et continuer quoi qu'il en soit",
  ],
  [/^Note which checks of (\S+) pass$/, 'Noter quels contrôles de $1 réussissent'],
  [
    /^Ask (\S+) until all that passed before passes again$/,
    "Interroger $1 jusqu'à ce que tout ce qui réussissait réussisse à nouveau",
  ],
  [
    /^Reboot (\S+), until it answers with another boot$/,
    "Redémarrer $1, jusqu'à ce qu'il réponde d'un nouveau démarrage",
  ],
  [
    /^Reset (\S+), until it answers with another boot$/,
    "Réinitialiser $1, jusqu'à ce qu'il réponde d'un nouveau démarrage",
  ],
  [
    /^Turn on (\S+), until it answers with another boot$/,
    "Allumer $1, jusqu'à ce qu'il réponde d'un nouveau démarrage",
  ],
  [/^Learn and pin the SSH key of (\S+)$/, 'Apprendre et épingler la clé SSH de $1'],
  [/^Take the lock (\S+) away from its holder$/, 'Retirer le verrou $1 à qui le tient'],
];
