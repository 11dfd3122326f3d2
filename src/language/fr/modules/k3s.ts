/** Titles of what src/modules/k3s brings, by their English. */
export const k3s: Readonly<Record<string, string>> = {
  'API of each master': 'API de chaque maître',
  'Nodes are Ready': 'Les nœuds sont Ready',
  'etcd is whole': 'etcd est au complet',
  'System pods': 'Pods du système',
  "Pods' network and DNS": 'Réseau et DNS des pods',
  Certificates: 'Certificats',
  'Snapshots of etcd': "Instantanés d'etcd",
  'One version': 'Une seule version',
  'Room on disks and in etcd': 'Place sur les disques et dans etcd',
  'See whether packets come through between all nodes, both ways':
    'Voir si les paquets passent entre tous les nœuds, dans les deux sens',
  'Begin the cluster with one master': 'Commencer la grappe avec un maître',
  'Let each other master join': 'Faire entrer chaque autre maître',
  'Let the workers join, one first': "Faire entrer les workers, d'abord un seul",
  "Apply the ingress and the probe of the pods' network": "Appliquer l'ingress et la sonde du réseau des pods",
  'Begin to write markers through the API of each master':
    "Commencer à écrire des marqueurs par l'API de chaque maître",
  'Cordon and drain one master, restart it, and let it take pods again':
    'Isoler et vider un maître, le redémarrer, et lui laisser reprendre des pods',
  'Start again what was stopped, and let it take pods': 'Redémarrer ce qui a été arrêté, et lui laisser des pods',
  'Kill one master, and wait until the others go on and notice it':
    "Tuer un maître, et attendre que les autres continuent et s'en aperçoivent",
  'Write through the API of each master, and read it through the others':
    "Écrire par l'API de chaque maître, et le lire par les autres",
  'Stop K3s and its pods on the workers for good, and move its data aside':
    'Arrêter pour de bon K3s et ses pods sur les workers, et mettre ses données de côté',
  'Stop K3s and its pods on the masters for good, and move its data aside':
    'Arrêter pour de bon K3s et ses pods sur les maîtres, et mettre ses données de côté',
};
