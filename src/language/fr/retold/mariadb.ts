/** What the checks of src/modules/mariadb find, by its English. */
export const mariadb: Readonly<Record<string, string>> = {
  'has no data': "n'a aucune donnée",
  'run galera_new_cluster there': 'lancez-y galera_new_cluster',
  "write safe_to_bootstrap: 1 into its grastate.dat, and 0 into the others'":
    'mettez safe_to_bootstrap à 1 dans son grastate.dat, et à 0 dans ceux des autres',
  '{1} has the newest data: {2}, then deploy again': '{1} a les données les plus récentes : {2}, puis redéployez',
  'see "All members are down" in README.md': 'voir « All members are down » dans README.md',
  'no member runs, and their data is of several clusters: {1}; decide whose data counts':
    'aucun membre ne tourne, et leurs données sont de plusieurs grappes : {1} ; décidez lesquelles comptent',
  'no member runs, {1}: {2}. {3}': 'aucun membre ne tourne, {1} : {2}. {3}',
  'and none may begin the cluster': 'et aucun ne peut commencer la grappe',
  'but {1} would begin the cluster, which is not the newest alone':
    'mais {1} commencerait la grappe, sans être seul à avoir les données les plus récentes',
  '{1} run; others join them': '{1} tournent ; les autres les rejoignent',
  '{1} run, but none has the majority; see "No majority" in README.md':
    "{1} tournent, mais aucun n'a la majorité ; voir « No majority » dans README.md",
  '{1} was not stopped in order; deploy finds out where it stands (wsrep_recover)':
    "{1} n'a pas été arrêté en bon ordre ; deploy trouve où il en est (wsrep_recover)",
  'MariaDB of {1} is starting or stopping; where it stands is known when that is over':
    "MariaDB de {1} démarre ou s'arrête ; où il en est sera connu quand ce sera fini",
  'no member runs; the cluster begins on {1}': 'aucun membre ne tourne ; la grappe commence sur {1}',
  '{1} differs: {2}': '{1} diffère : {2}',
  'all are in the same view (number {1}) of the same cluster':
    'tous sont dans la même vue (numéro {1}) de la même grappe',
  'is in no cluster': "n'est dans aucune grappe",
  'is joining': 'rejoint la grappe',
  'gives a copy to another, or was desynced (donor/desynced)':
    'donne une copie à un autre, ou a été désynchronisé (donor/desynced)',
  'has joined and catches up': 'a rejoint la grappe et rattrape son retard',
  '{1} did not say its wsrep_local_state': "{1} n'a pas donné son wsrep_local_state",
  'has wsrep_local_state {1}': 'a wsrep_local_state à {1}',
  'all {1} are synced': 'les {1} sont synchronisés',
  'the pause for flow control': 'la pause du contrôle de flux',
  'the queue': 'la file',
  'the share of conflicts': 'la part de conflits',
  'the pause for flow control of {1} is {2} %': 'la pause du contrôle de flux de {1} est de {2} %',
  'the queue of {1} is {2}': 'la file de {1} est de {2}',
  'the share of conflicts of {1} is {2} %': 'la part de conflits de {1} est de {2} %',
  '{1}: at most {2}{3}': '{1} : au plus {2}{3}',
  'all have what Galera demands, the same cluster name and version':
    'tous ont ce que Galera exige, le même nom de grappe et la même version',
  '{1} did not say how much it remembers and writes': "{1} n'a pas dit combien il retient et écrit",
  'gcache of {1} remembers {2} s of writes, less than {3} s':
    "le gcache de {1} retient {2} s d'écritures, moins de {3} s",
  'every gcache remembers at least {1} of writes': "chaque gcache retient au moins {1} d'écritures",
  'all {1} have the majority': 'les {1} ont la majorité',
  'each sees {1} members': 'chacun voit {1} membres',
  'all take statements': 'tous acceptent les requêtes',
  'nobody is desynced, refuses queries or only reads':
    "personne n'est désynchronisé, ne refuse les requêtes ni n'est en lecture seule",
  'all have applied every earlier write': 'tous ont appliqué toutes les écritures précédentes',
  'erpnext logs in and sees its database on all': 'erpnext se connecte et voit sa base sur tous',
};
