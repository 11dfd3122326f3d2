/** What src/modules/judging.ts and judge-hosts.ts say of every module's checks. */
export const shared: Readonly<Record<string, string>> = {
  '{1} says nothing: {2}': '{1} ne dit rien : {2}',
  'was not asked': "n'a pas été interrogé",
};
