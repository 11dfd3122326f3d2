/** Titles of what src/modules/inventory brings, by their English. */
export const inventory: Readonly<Record<string, string>> = {
  Inventory: 'Inventaire',
  'Every server stands once': 'Chaque serveur figure une fois',
  'Number of servers': 'Nombre de serveurs',
  'Roles of the modules': 'Rôles des modules',
  'Hosts can be reached': 'Les hôtes sont joignables',
  'Hosts are who they are said to be': 'Les hôtes sont bien ceux annoncés',
  'Private network': 'Réseau privé',
  'Hosts of a module reach each other': "Les hôtes d'un module se joignent entre eux",
};
