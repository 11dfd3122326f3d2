/** What the checks of src/modules/redis find, by its English. */
export const redis: Readonly<Record<string, string>> = {
  'port 6379': 'le port 6379',
  'the Sentinel on {1} did not say since when it knows the master':
    "le Sentinel sur {1} n'a pas dit depuis quand il connaît le maître",
  'the Sentinel on {1} leads a failover': 'le Sentinel sur {1} mène une bascule',
  'the Sentinel on {1} has known this master for {2} s only: a failover just happened':
    "le Sentinel sur {1} ne connaît ce maître que depuis {2} s : une bascule vient d'avoir lieu",
  'every Sentinel has known the master for {1} s or longer': 'chaque Sentinel connaît le maître depuis {1} s ou plus',
  'redis-update-master on {1} has given no result yet': "redis-update-master sur {1} n'a encore donné aucun résultat",
  'redis-update-master on {1} gave its last result {2} s ago':
    'redis-update-master sur {1} a donné son dernier résultat il y a {2} s',
  'redis-update-master on {1} has not known the master for {2} s: {3}':
    'redis-update-master sur {1} ne connaît plus le maître depuis {2} s : {3}',
  'redis-update-master on {1} takes {2} for the master': 'pour redis-update-master sur {1}, le maître est {2}',
  '{1} did not say how its timer is': "{1} n'a pas dit dans quel état est son minuteur",
  'redis-update-master is not on {1}: its HAProxy was not installed by us':
    "redis-update-master n'est pas sur {1} : son HAProxy n'a pas été installé par nous",
  'the timer of redis-update-master on {1} is {2}': 'le minuteur de redis-update-master sur {1} est {2}',
  'both HAProxy are told that {1} is master': 'les deux HAProxy savent que {1} est maître',
  '{1} is the only master': '{1} est le seul maître',
  'the Sentinel on {1} names no master': 'le Sentinel sur {1} ne désigne aucun maître',
  "{1} can't confirm that it is master": '{1} ne peut pas confirmer être maître',
  '{1} is named master but says {2}': '{1} est désigné maître mais répond : {2}',
  'all Sentinels name {1}, and it is master': 'tous les Sentinel désignent {1}, et il est maître',
  'every Sentinel reaches quorum and majority': 'chaque Sentinel atteint le quorum et la majorité',
  'each Sentinel knows {1} others and {2} replicas': 'chaque Sentinel connaît {1} autres et {2} répliques',
  'no Sentinel is in TILT': "aucun Sentinel n'est en TILT",
  '{1:names} follow {2}': '{1} suivent {2}',
  '{1} counts {2} of {3} replicas online': '{1} compte en ligne {2} des {3} répliques',
  '{1} did not say its offsets': "{1} n'a pas donné ses offsets",
  'a replica is {1} bytes behind': 'une réplique a {1} octets de retard',
  '{1} did not say how many good replicas it has': "{1} n'a pas dit combien de bonnes répliques il a",
  '{1} has no replica within the allowed lag, so it refuses every write: bring a replica back, or see "Only one node is left" in the README of the module':
    "{1} n'a aucune réplique dans le retard permis, et refuse donc toute écriture : ramenez une réplique, ou voyez « Only one node is left » dans le README du module",
  'writes wait for 1 of {1} good replicas': 'les écritures attendent 1 des {1} bonnes répliques',
  'append-only file and snapshots are written': 'le fichier append-only et les instantanés sont écrits',
  '{1} did not say how much memory it uses': "{1} n'a pas dit combien de mémoire il utilise",
  '{1} uses {2} % of its memory': '{1} utilise {2} % de sa mémoire',
  'at most {1} of the memory is used, and nothing may be evicted':
    'au plus {1} de la mémoire est utilisé, et rien ne peut être évincé',
  '{1} did not say its run_id': "{1} n'a pas donné son run_id",
  'several say that they are master: {1}': 'plusieurs se disent maître : {1}',
  'the master is not known': "le maître n'est pas connu",
  'no Redis says that it is master': 'aucun Redis ne se dit maître',
  '{1} did not say its role': "{1} n'a pas donné son rôle",
};
