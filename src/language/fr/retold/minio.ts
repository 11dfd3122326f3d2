/** What the checks of src/modules/minio find, by its English. */
export const minio: Readonly<Record<string, string>> = {
  '{1} did not say its {2} health': "{1} n'a pas donné sa santé ({2})",
  '{1}: {2} (HTTP {3})': '{1} : {2} (HTTP {3})',
  'nobody listens for MinIO on {1}': "rien n'écoute pour MinIO sur {1}",
  'MinIO on {1} says that it does not live (HTTP {2})': "MinIO sur {1} dit qu'il ne vit pas (HTTP {2})",
  'MinIO on {1} does not say whether it lives': "MinIO sur {1} ne dit pas s'il vit",
  'all {1} live': 'les {1} vivent',
  'objects can not be written': 'les objets ne peuvent pas être écrits',
  'objects can not be read': 'les objets ne peuvent pas être lus',
  'asked of all {1}: writes and reads have their quorum': 'demandé aux {1} : écritures et lectures ont leur quorum',
  'without it writes would end': "sans lui les écritures s'arrêteraient",
  '{1} did not say its parity': "{1} n'a pas donné sa parité",
  '{1} does not see {2} online': '{1} ne voit pas {2} en ligne',
  '{1} counts {2}, which is not in the inventory': "{1} compte {2}, qui n'est pas dans l'inventaire",
  '{1} sees {2} of {3} drives of {4} in order': '{1} voit {2} disques de {4} en bon état sur {3}',
  'the nodes name different parities: {1}': 'les nœuds donnent des parités différentes : {1}',
  'parity 0: an object is lost with any one drive': "parité 0 : un objet est perdu avec n'importe quel disque",
  '{1} drives, parity EC:{2}: objects bear the loss of {3} of them':
    "{1} disques, parité EC:{2} : les objets supportent la perte de {3} d'entre eux",
  '{1} sees drives of {2} being healed': '{1} voit des disques de {2} en réparation',
  'no drive is being healed': "aucun disque n'est en réparation",
  '{1} did not say its deployment id': "{1} n'a pas donné son identifiant de déploiement",
  'the nodes are of different clusters: {1}': 'les nœuds sont de grappes différentes : {1}',
  'one cluster, all run {1}': 'une seule grappe, tous exécutent {1}',
  '{1} did not say whether unsigned requests are refused': "{1} n'a pas dit si les requêtes non signées sont refusées",
  'asked by {1} without a signature, it answered HTTP {2}, not 403':
    'interrogé par {1} sans signature, il a répondu HTTP {2}, et non 403',
  'signed requests are answered, others refused': 'les requêtes signées ont une réponse, les autres un refus',
  '{1} did not say what {2} is': "{1} n'a pas dit ce qu'est {2}",
  'on {1} {2} is {3}': 'sur {1} {2} est {3}',
  'deploy lb writes the names where the zone is at Hetzner, elsewhere enter at its DNS host: {1}':
    'deploy lb écrit les noms là où la zone est chez Hetzner, ailleurs saisissez chez son hébergeur DNS : {1}',
  'the names lead to the nodes, on every node': 'les noms mènent aux nœuds, sur chaque nœud',
  '{1} did not say where its drives are': "{1} n'a pas dit où sont ses disques",
  "a drive of {1} is on the system's file system: objects may fill it":
    'un disque de {1} est sur le système de fichiers du système : les objets peuvent le remplir',
  'MinIO is archived and gets no security updates any more; keep it inside the private network, and move to Garage, SeaweedFS or AIStor (README.md of the module, "The way out")':
    'MinIO est archivé et ne reçoit plus de mises à jour de sécurité ; gardez-le dans le réseau privé, et passez à Garage, SeaweedFS ou AIStor (README.md du module, « The way out »)',
  '{1} did not say which nodes and drives it sees': "{1} n'a pas dit quels nœuds et disques il voit",
};
