// Mail: one port, a folder on one machine, a mail server elsewhere.
export { folderMail } from './folder.ts';
export type { Letter, Mail } from './port.ts';
export { smtpMail } from './smtp.ts';
