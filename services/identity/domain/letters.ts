// What identity writes to people. No clinical detail and no names: mail is read on lock screens.

/** Minutes a link is good for, by what it is for. A week for an invitation: people are on leave. */
export const LINK_MINUTES = { reset: 30, 'new-address': 30, registration: 24 * 60, invitation: 7 * 24 * 60 } as const;
export type LinkPurpose = keyof typeof LINK_MINUTES;

/** Letters with nothing to do but know. */
export type Notice =
  | 'already-registered'
  | 'second-factor-changed'
  | 'password-changed'
  | 'address-asked'
  | 'address-changed';
export type LetterKind = LinkPurpose | Notice;

interface Written {
  readonly subject: string;
  readonly text: string;
}

const PATHS: Readonly<Record<LinkPurpose, string>> = {
  reset: '/oidc/account/reset',
  'new-address': '/oidc/account/new-address',
  registration: '/oidc/account/registration',
  invitation: '/oidc/account/invitation',
};

export const isLinkPurpose = (kind: string): kind is LinkPurpose => Object.hasOwn(LINK_MINUTES, kind);

/** The address of the page that a link leads to. */
export const linkTo = (baseUrl: string, purpose: LinkPurpose, token: string): string =>
  `${baseUrl}${PATHS[purpose]}?link=${token}`;

const NOT_YOU = 'If that was not you, choose a new password at once and tell your clinic:';

/** @param link where to go: the link itself, or for a notice the page to choose a new password */
export function writeLetter(kind: LetterKind, link: string): Written {
  const [subject, ...lines] = WORDS[kind](link);
  return {
    subject: subject ?? '',
    text: `${lines.join('\n')}\n\nPolyclinic sent this by itself; nobody reads answers.\n`,
  };
}

const WORDS: Readonly<Record<LetterKind, (link: string) => readonly string[]>> = {
  reset: (link) => [
    'Choose a new password',
    'Somebody asked to choose a new password for this e-mail address. To go on, open this within 30 minutes:',
    '',
    link,
    '',
    'If it was not you, there is nothing to do: your password stays as it is.',
  ],
  'new-address': (link) => [
    'Confirm your e-mail address',
    'Somebody wants to sign in to Polyclinic with this e-mail address from now on. To confirm, open this within 30 minutes:',
    '',
    link,
    '',
    'If it was not you, there is nothing to do.',
  ],
  registration: (link) => [
    'Confirm your registration',
    'Somebody registered this e-mail address with a clinic. To go on and choose a password, open this within a day:',
    '',
    link,
    '',
    'If it was not you, there is nothing to do: no account exists until the link is used.',
  ],
  invitation: (link) => [
    'You are invited to Polyclinic',
    'A clinic invites you to sign in to Polyclinic. To accept, open this within a week:',
    '',
    link,
    '',
    'If you know of no such clinic, there is nothing to do.',
  ],
  'already-registered': (link) => [
    'You already have an account',
    'Somebody registered this e-mail address with a clinic, but it already has an account. Sign in with it, or choose a new password:',
    '',
    link,
    '',
    'If it was not you, there is nothing to do.',
  ],
  'second-factor-changed': (link) => [
    'Your second step was changed',
    'The second step of signing in to your account was turned on or off.',
    '',
    NOT_YOU,
    link,
  ],
  'password-changed': (link) => [
    'Your password was changed',
    'The password of your account was changed, and you were signed out everywhere.',
    '',
    NOT_YOU,
    link,
  ],
  'address-asked': (link) => [
    'Your e-mail address is about to change',
    'Somebody who is signed in as you asked to use another e-mail address for your account. It changes once the new address is confirmed.',
    '',
    NOT_YOU,
    link,
  ],
  'address-changed': (link) => [
    'Your e-mail address was changed',
    'Your account has a new e-mail address. From now on you sign in with the new one; this went to both.',
    '',
    NOT_YOU,
    link,
  ],
};
