// Mail as the rooms see it: a letter in plain text to one address. How it travels is the adapter's matter.

export interface Letter {
  /** The same for every attempt at one letter, so that a repeated one can be told from a second one. */
  readonly id: string;
  /** One address, without a name. */
  readonly to: string;
  readonly subject: string;
  /** Plain text. No clinical detail: mail is read on lock screens and kept by strangers. */
  readonly text: string;
}

export interface Mail {
  /** Resolves once the letter is in safe hands: on disk, or taken by the mail server. @throws when it is not */
  send(letter: Letter): Promise<void>;
  close(): void;
}
