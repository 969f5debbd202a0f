// Letters by a mail server. Deadlines are short: whoever sends tries again, and nobody waits on a page for this.
import { createTransport } from 'nodemailer';
import { writeLetter } from './envelope.ts';
import type { Mail } from './port.ts';

const TIMES = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 } as const;
/** Connections at once: a mail server takes offence at many. */
const CONNECTIONS = 2;

/**
 * @param url `smtps://user:password@host`, or `smtp://` for a server that upgrades by STARTTLS. A password travels
 *   encrypted or not at all; only a server on this machine may go without.
 */
export function smtpMail({ url, from }: { readonly url: string; readonly from: string }): Mail {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    ...{ pool: true, maxConnections: CONNECTIONS, ...TIMES, disableFileAccess: true, disableUrlAccess: true },
    ...{ host, secure, port: port === '' ? (secure ? 465 : 587) : Number(port) },
    requireTLS: !secure && !isThisMachine(host),
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
  });
  return {
    async send(letter) {
      const raw = await writeLetter(from, letter);
      await transport.sendMail({ raw, envelope: { from: addressIn(from), to: letter.to } });
    },
    close: () => transport.close(),
  };
}

const isThisMachine = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host);

/** `Polyclinic <no-reply@clinic.example>` is no-reply@clinic.example. */
const addressIn = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
