/** What surrounds an error of any kind. */
export const errors = {
  unexpected: (what: string): string =>
    `Unexpected error: ${what}. This is a defect of the bot; its log has the details.`,
  toDo: '*To do:*',
};
