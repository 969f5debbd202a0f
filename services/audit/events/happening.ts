// What happened, in the audit service's own terms: one user-visible access or change and at most one patient.

export interface Happening {
  /** Makes the event's id: the same happening told twice is kept once. */
  readonly id: string;
  readonly clinic: number;
  /** ISO instant. */
  readonly at: string;
  /** FHIR's word for it, `login` or `logout`. */
  readonly interaction: string;
  readonly outcome: Outcome;
  /** The FHIR resource that stands for the user, or the id of the user or program; '' where nobody was recognised. */
  readonly who: string;
  readonly client: string;
  readonly address: string;
  readonly patient: string | null;
  /** `Type/id`, `Type/id/_history/3` or `Type`; '' at system level. */
  readonly what: string;
  readonly query: string;
  readonly requestId: string;
}

/** http://hl7.org/fhir/R4/valueset-audit-event-outcome.html */
export type Outcome = '0' | '4' | '8';

/** Done, refused or not found, or failed through a fault of ours. */
export const outcomeOf = (status: number): Outcome => (status < 400 ? '0' : status < 500 ? '4' : '8');
