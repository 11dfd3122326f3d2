/** When checks pass that several modules have, by their English. */
export const shared: Readonly<Record<string, string>> = {
  "less than 85 % of the data's file system is used (fails from 95 %)":
    'moins de 85 % du système de fichiers des données est utilisé (échec à partir de 95 %)',
};
