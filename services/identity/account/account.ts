// The pages where people look after their own account: which there are, who may open them, and how forms are let in.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '@polyclinic/kit';
import { cameFromHere, send } from '../interactions/answer.ts';
import { readForm } from '../interactions/form.ts';
import { ACCOUNT, REGISTER } from '../oidc/routes.ts';
import { troublePage } from '../pages/notice-pages.ts';
import { acceptInvitation, acceptRegistration } from './accept.ts';
import { changeAddress, confirmAddress } from './change-address.ts';
import { changePassword } from './change-password.ts';
import { clinicDoor } from './clinic-door.ts';
import { forgotPassword } from './forgot-password.ts';
import { home } from './home.ts';
import { invitePerson, people } from './people.ts';
import { PROGRAMS, programs } from './programs.ts';
import { register } from './register.ts';
import { resetPassword } from './reset-password.ts';
import { SECOND_FACTOR, secondFactor } from './second-factor.ts';
import { signIns } from './sign-ins.ts';
import { personOf, signInAddress } from './signed-in.ts';
import type { AccountPage, AccountRooms, Person } from './visit.ts';

/** Open to everybody: their links prove who comes. */
const OPEN: Readonly<Record<string, AccountPage<Person | null>>> = {
  [`${ACCOUNT}/forgot`]: forgotPassword,
  [`${ACCOUNT}/reset`]: resetPassword,
  [`${ACCOUNT}/new-address`]: confirmAddress,
  [REGISTER]: register,
  [`${ACCOUNT}/registration`]: acceptRegistration,
  [`${ACCOUNT}/invitation`]: acceptInvitation,
};

/** For whoever is signed in in this browser. */
const OWN: Readonly<Record<string, AccountPage<Person>>> = {
  [ACCOUNT]: home,
  [`${ACCOUNT}/password`]: changePassword,
  [`${ACCOUNT}/address`]: changeAddress,
  [`${ACCOUNT}/sign-ins`]: signIns,
  [SECOND_FACTOR]: secondFactor,
};

/** For admins, about the clinic they are signed in to. */
const ADMINS: Readonly<Record<string, AccountPage<Person>>> = {
  [`${ACCOUNT}/people`]: people,
  [`${ACCOUNT}/invite`]: invitePerson,
  [`${ACCOUNT}/clinic`]: clinicDoor,
  [PROGRAMS]: programs,
};

/** Answers `/oidc/account` and below. */
export async function handleAccount(rooms: AccountRooms, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const [path = '', query = ''] = (req.url ?? '').split('?');
  const [open, admins] = [entry(OPEN, path), entry(ADMINS, path)];
  const own = admins ?? entry(OWN, path);
  if (open === undefined && own === undefined) return send(res, 404, troublePage('There is no such page.'));
  const isPost = req.method === 'POST';
  if (!isPost && req.method !== 'GET' && req.method !== 'HEAD')
    return send(res, 405, troublePage('This page can only be opened or posted.'));
  if (isPost && !cameFromHere(rooms.origin, req))
    return send(res, 403, troublePage('The form came from another site.'));
  try {
    const visit = { query: new URLSearchParams(query), from: rooms.addressOf(req) };
    const form = isPost ? await readForm(req) : null;
    if (open !== undefined) return answer(res, await open.answer(rooms, { ...visit, form, person: null }));
    const person = await personOf(rooms, req, res);
    if (person === null) return toSignIn(rooms, visit.query, res);
    // Only a browser has this cookie, and a browser says where a form comes from.
    if (isPost && req.headers.origin === undefined && req.headers['sec-fetch-site'] === undefined)
      return send(res, 403, troublePage('The form does not say where it comes from.'));
    if (admins !== undefined && !person.account.membership.roles.includes('admin'))
      return send(res, 403, troublePage('This page is for admins.'));
    answer(res, await own!.answer(rooms, { ...visit, form, person }));
  } catch (error) {
    if (error instanceof Refusal) return send(res, error.status, troublePage(error.message));
    throw error;
  }
}

const entry = <P>(pages: Readonly<Record<string, AccountPage<P>>>, path: string): AccountPage<P> | undefined =>
  Object.hasOwn(pages, path) ? pages[path] : undefined;

const answer = (res: ServerResponse, { status, page }: Awaited<ReturnType<AccountPage<null>['answer']>>): void =>
  send(res, status, page);

function toSignIn(rooms: AccountRooms, query: URLSearchParams, res: ServerResponse): void {
  // Back from signing in and still nobody: cookies are off, or the sign-in was broken off. Asking again would go in circles.
  if (query.has('code') || query.has('error')) {
    send(res, 400, troublePage('You are not signed in. Polyclinic needs cookies for that.'));
    return;
  }
  res.writeHead(303, { location: signInAddress(rooms.origin), 'cache-control': 'no-store' });
  res.end();
}
