/** What the cluster calls itself to those who connect. */
export const CLUSTER_NAME = 'keybuzz-queue';
