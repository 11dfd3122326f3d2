/** Titles of what src/modules/base brings, by their English. */
export const base: Readonly<Record<string, string>> = {
  'Base system and security': 'Socle système et sécurité',
  'Base services run': 'Les services du socle tournent',
  'No swap': 'Pas de swap',
  Firewall: 'Pare-feu',
  'Names resolve': 'Les noms sont résolus',
  Clock: 'Horloge',
  'Kernel settings': 'Réglages du noyau',
  'No reboot is due': "Aucun redémarrage n'est en attente",
  'Disks have room': 'Les disques ont de la place',
  'Security updates': 'Mises à jour de sécurité',
};
