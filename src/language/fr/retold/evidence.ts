/** What src/jobs/evidence-judging.ts finds of credentials and of proofs that primaries move. */
export const evidence: Readonly<Record<string, string>> = {
  'no failover or drill of it ever ended well in our logs':
    "aucune bascule ni aucun essai de bascule ne s'est jamais bien terminé d'après nos journaux",
  'its outage was not measured': 'interruption non mesurée',
  'outage {1}': 'interruption {1}',
  '{1} day ago': 'il y a {1} jour',
  '{1} days ago': 'il y a {1} jours',
  '{1}, more than {2}': '{1}, plus de {2}',
  '{1}, run {2}, {3}, {4}': '{1}, exécution {2}, {3}, {4}',
  'on {1:word}: {2}': 'sur {1} : {2}',
  '{1}.env is not there': "{1}.env n'existe pas",
  '{1}.env lacks {2}': 'il manque à {1}.env : {2}',
  '{1}.env is {2}, not 0600': '{1}.env est en {2}, et non en 0600',
  '{1} is not there': "{1} n'existe pas",
  '{1} is {2}, not 0700': '{1} est en {2}, et non en 0700',
  '{1} 0600, complete': '{1} en 0600, complets',
};
