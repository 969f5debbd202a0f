// What both ways of sending promise, held to by the same stories: a folder, and a real mail server on this machine.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { folderMail, type Letter, type Mail, smtpMail } from './index.ts';

const FROM = 'Polyclinic <no-reply@clinic.example>';

interface Way {
  readonly mail: Mail;
  /** Everything that arrived, in no order. */
  arrived(): Promise<string[]>;
  /** Makes sending fail from now on. */
  breakDown(): Promise<void>;
}

const cleanUp: (() => Promise<void>)[] = [];
after(async () => {
  for (const each of cleanUp) await each();
});

async function byFolder(): Promise<Way> {
  const root = await mkdtemp(join(tmpdir(), 'polyclinic-mail-'));
  cleanUp.push(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, 'mail');
  return {
    mail: folderMail({ folder, from: FROM }),
    arrived: async () => {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
      for (const name of names) assert.equal((await stat(join(folder, name))).mode & 0o077, 0);
      return await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    },
    breakDown: async () => {
      await rm(folder, { recursive: true });
      await writeFile(folder, 'no folder');
    },
  };
}

async function bySmtp(): Promise<Way> {
  const taken = new Map<string, string>();
  const server = new SMTPServer({
    hideSTARTTLS: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'clinic' && password === 'p@ss/word' ? done(null, { user: username }) : done(new Error('no')),
    allowInsecureAuth: true,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        // As mail programs do, by Message-ID.
        taken.set(/^message-id: (.*)$/im.exec(text)?.[1] ?? '', text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const mail = smtpMail({ url: `smtp://clinic:p%40ss%2Fword@127.0.0.1:${port}`, from: FROM });
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  cleanUp.push(async () => {
    mail.close();
    await stop();
  });
  return {
    mail,
    arrived: async () => [...taken.values()],
    breakDown: async () => {
      mail.close();
      await stop();
    },
  };
}

const letter = (more: Partial<Letter> = {}): Letter => ({
  id: 'letter-1',
  to: 'ana@example.org',
  subject: 'Grüße – 你好',
  text: 'First line\n.\nFrom here on: https://clinic.example/?a=1&b=2\n',
  ...more,
});

for (const [name, open] of [
  ['a folder', byFolder],
  ['a mail server', bySmtp],
] as const) {
  test(`${name}: a letter arrives as it was written`, async () => {
    const { mail, arrived } = await open();
    await mail.send(letter());
    const [text = ''] = await arrived();
    assert.match(text, /^From: Polyclinic <no-reply@clinic.example>\r?$/m);
    assert.match(text, /^To: ana@example.org\r?$/m);
    assert.match(text, /^Subject: =\?UTF-8\?/m);
    assert.match(text, /^Message-ID: <letter-1@polyclinic.invalid>\r?$/m);
    assert.match(text, /^Auto-Submitted: auto-generated\r?$/m);
    const body = text
      .slice(text.indexOf('\r\n\r\n') + 4)
      .replaceAll('=\r\n', '')
      .replaceAll('=3D', '=');
    assert.ok(body.includes('First line\r\n.'), body);
    assert.ok(body.includes('https://clinic.example/?a=1&b=2'), body);
  });

  test(`${name}: a repeated attempt is the same letter, another is a second`, async () => {
    const { mail, arrived } = await open();
    await mail.send(letter());
    await mail.send(letter({ text: 'again' }));
    assert.equal((await arrived()).length, 1);
    await mail.send(letter({ id: 'letter-2' }));
    assert.equal((await arrived()).length, 2);
  });

  test(`${name}: neither address nor subject can smuggle in a header or a second receiver`, async () => {
    const { mail, arrived } = await open();
    for (const to of ['a@example.org, b@example.org', 'a@example.org\r\nBcc: b@example.org', 'a', 'A <a@example.org>'])
      await assert.rejects(mail.send(letter({ to })));
    await mail.send(letter({ subject: 'Hello\r\nBcc: b@example.org' }));
    const all = await arrived();
    assert.equal(all.length, 1);
    assert.ok(!/^bcc:/im.test(all[0] ?? ''));
  });

  test(`${name}: what could not be handed over is told`, async () => {
    const { mail, breakDown } = await open();
    await mail.send(letter());
    await breakDown();
    await assert.rejects(mail.send(letter({ id: 'letter-3' })));
  });
}
