import type { errors as english } from '../en/errors.ts';

export const errors: typeof english = {
  unexpected: (what) => `Erreur inattendue : ${what}. C'est un défaut du bot ; son journal en a les détails.`,
  toDo: '*À faire :*',
};
