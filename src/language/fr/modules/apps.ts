/** Titles of what src/modules/apps brings, by their English. */
export const apps: Readonly<Record<string, string>> = {
  'KeyBuzz applications': 'Applications KeyBuzz',
  'Rollouts are complete': 'Les déploiements sont complets',
  'Pods come up': 'Les pods démarrent',
  'Services have endpoints': 'Les services ont des endpoints',
  'Pinned images': 'Images épinglées',
  'Pods are spread': 'Les pods sont répartis',
  'Configuration is there': 'La configuration est là',
  'Names answer through every worker': 'Les noms répondent par chaque worker',
  'Names answer through both public load balancers': 'Les noms répondent par les deux répartiteurs de charge publics',
  'Apply the applications, and see each rollout to its end':
    "Appliquer les applications, et suivre chaque déploiement jusqu'au bout",
  'Ask whether the applications can bear it': 'Demander si les applications peuvent le supporter',
  'Delete a pod of each application, then drain a worker, and watch their names':
    'Supprimer un pod de chaque application, puis vider un worker, et surveiller leurs noms',
  'Open the worker again': 'Rouvrir le worker',
  'Ask every master, until all is whole again':
    "Interroger chaque maître, jusqu'à ce que tout soit à nouveau au complet",
  'Ask every application by its name, through each worker':
    'Interroger chaque application par son nom, par chaque worker',
  'Delete the namespace with all applications': 'Supprimer le namespace avec toutes les applications',
};
