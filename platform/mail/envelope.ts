// A letter as the bytes that travel, the same whichever way it goes: https://www.rfc-editor.org/rfc/rfc5322
import { createTransport } from 'nodemailer';
import type { Letter } from './port.ts';

/** Generates without sending. Files and URLs can't be named as content, whatever a text says. */
const writer = createTransport({
  streamTransport: true,
  buffer: true,
  newline: 'windows',
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** One address, as people have them: no list, no name, no line breaks that could begin a header. */
const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,189}$/;

/** The letter's bytes. @throws Error for an address that is none */
export async function writeLetter(from: string, { id, to, subject, text }: Letter): Promise<Buffer> {
  if (!ADDRESS.test(to)) throw new Error('a letter needs one address to go to');
  const { message } = await writer.sendMail({
    from,
    // As parts, so that nothing in an address is read as a second one.
    to: { name: '', address: to },
    subject,
    text,
    messageId: `<${id}@polyclinic.invalid>`,
    // Nobody's absence note is wanted: https://www.rfc-editor.org/rfc/rfc3834#section-5
    headers: { 'Auto-Submitted': 'auto-generated' },
  });
  return message as unknown as Buffer;
}
