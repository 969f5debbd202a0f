// What a page of the account is asked with, and what it answers.
import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import type { SecondFactorPolicy } from '../commands/sign-in-step.ts';
import type { Page } from '../pages/page.ts';
import type { Passwords } from '../passwords.ts';
import type { Account, IdentityStore } from '../store.ts';

export interface AccountRooms {
  readonly provider: Provider;
  readonly store: IdentityStore;
  readonly passwords: Passwords;
  readonly secondFactor: SecondFactorPolicy;
  readonly origin: string;
  readonly addressOf: (req: IncomingMessage) => string;
}

/** Who is signed in, in which of the person's sign-ins. */
export interface Person {
  readonly account: Account;
  readonly session: string;
}

export interface Visit<P = Person | null> {
  readonly query: URLSearchParams;
  /** null when the page was only opened. */
  readonly form: URLSearchParams | null;
  readonly person: P;
  /** The network address. */
  readonly from: string;
}

export interface Answer {
  readonly status: number;
  readonly page: Page;
}

export interface AccountPage<P> {
  answer(rooms: AccountRooms, visit: Visit<P>): Promise<Answer>;
}

export const ok = (page: Page): Answer => ({ status: 200, page });
export const wrong = (page: Page, status = 400): Answer => ({ status, page });
