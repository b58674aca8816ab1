import { one, type Route } from '../route.ts';
import { presentAccount } from './presenter.ts';

/** `/Accounts/{sid}`. */
export function accountRoutes(): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '',
      handle: async ({ account, place }) => one(200, 'Account', presentAccount(account, place)),
    },
  ];
}
