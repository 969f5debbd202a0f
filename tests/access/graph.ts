// Two small records that point into each other, A's (the demo patient's) and B's, with what their clinic shares.
import type { Owner } from './oracle.ts';

/** A resource of the prepared world, known by `Type/id`. */
export interface Planted {
  readonly type: string;
  readonly id: string;
  readonly owner: Owner;
  /** The text and code in every field of it that has room for one. */
  readonly word: string;
  readonly resource: Readonly<Record<string, unknown>>;
}

type Side = 'a' | 'b';
type Fields = Readonly<Record<string, unknown>>;

export const WORDS = 'http://words.example';
const PATIENTS: Readonly<Record<Side, string>> = { a: 'Patient/harbor-ana', b: 'Patient/zz-b-patient' };

/** @param mark what the words of B begin with: two worlds that differ only in B differ in it */
export function graph(mark: string, day: string): readonly Planted[] {
  return [...shared(), ...recordOf('a', 'Qown', '2093-06-06'), ...recordOf('b', mark, day)];
}

const planted = (owner: Owner, type: string, word: string, fields: Fields): Planted => {
  const id = `zz-${owner === 'shared' ? 's' : owner}-${type.toLowerCase()}`;
  const identifier = [{ system: WORDS, value: word }];
  return { type, id, owner, word, resource: { resourceType: type, id, identifier, ...fields } };
};

function shared(): readonly Planted[] {
  const of = (type: string, fields: Fields) => planted('shared', type, `Shared${type}`, fields);
  return [
    of('Organization', { name: 'Shared' }),
    of('Practitioner', { name: [{ family: 'Shared' }] }),
    of('Location', { name: 'Shared' }),
    of('Medication', { code: { text: 'Shared' } }),
    of('Questionnaire', { status: 'active', url: 'http://words.example/q', title: 'Shared' }),
  ];
}

function recordOf(side: Side, mark: string, day: string): readonly Planted[] {
  const subject = { reference: PATIENTS[side] };
  const ref = (type: string, whose: string = side) => ({ reference: `${type}/zz-${whose}-${type.toLowerCase()}` });
  // Every edge twice: within the record, and out of it into the other one.
  const both = (type: string) => [ref(type), ref(type, side === 'a' ? 'b' : 'a')];
  const [practitioner, organization] = [ref('Practitioner', 's'), ref('Organization', 's')];
  const at = `${day}T10:00:00Z`;
  const of = (type: string, fields: (word: string, code: Fields) => Fields): Planted => {
    const word = `${mark}${type}`;
    return planted(
      side,
      type,
      word,
      fields(word, { text: word, coding: [{ system: WORDS, code: word, display: word }] }),
    );
  };
  const note = (text: string) => ({ note: [{ text }] });
  const all = [
    of('Encounter', (word, code) => ({
      ...{
        status: 'finished',
        class: { system: WORDS, code: word },
        type: [code],
        subject,
        period: { start: at, end: at },
      },
      ...{
        reasonCode: [code],
        reasonReference: both('Condition'),
        diagnosis: both('Procedure').map((condition) => ({ condition })),
      },
      ...{
        participant: [{ individual: practitioner }],
        serviceProvider: organization,
        location: [{ location: ref('Location', 's') }],
      },
    })),
    of('Condition', (word, code) => ({
      ...{
        code,
        category: [code],
        severity: code,
        bodySite: [code],
        subject,
        encounter: ref('Encounter'),
        onsetString: word,
      },
      ...{
        abatementString: word,
        recordedDate: at,
        asserter: practitioner,
        evidence: [{ code: [code], detail: both('Observation') }],
      },
      ...{
        ...note(word),
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'resolved' }],
        },
      },
    })),
    of('Observation', (word, code) => ({
      ...{
        status: 'final',
        code,
        category: [code],
        subject,
        encounter: ref('Encounter'),
        effectiveDateTime: at,
        valueString: word,
      },
      ...{ method: code, performer: [practitioner], focus: both('Condition'), basedOn: both('ServiceRequest') },
      ...{ partOf: both('Procedure'), hasMember: both('QuestionnaireResponse') },
      ...{ component: [{ code: { text: word }, valueCodeableConcept: code }], ...note(word) },
    })),
    of('AllergyIntolerance', (word, code) => ({
      ...{
        code,
        patient: subject,
        encounter: ref('Encounter'),
        recordedDate: at,
        asserter: practitioner,
        ...note(word),
      },
      ...{
        clinicalStatus: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
        },
      },
      ...{ reaction: [{ substance: code, manifestation: [code], description: word, exposureRoute: code }] },
    })),
    of('MedicationRequest', (word, code) => ({
      ...{ status: 'active', intent: 'order', category: [code], medicationReference: ref('Medication', 's'), subject },
      ...{
        encounter: ref('Encounter'),
        authoredOn: at,
        requester: practitioner,
        reasonReference: both('Condition'),
        ...note(word),
      },
    })),
    of('Procedure', (word, code) => ({
      ...{
        status: 'completed',
        code,
        category: code,
        subject,
        encounter: ref('Encounter'),
        performedDateTime: at,
        reasonCode: [code],
      },
      ...{
        reasonReference: both('Condition'),
        basedOn: both('CarePlan'),
        performer: [{ actor: practitioner }],
        ...note(word),
      },
    })),
    of('Immunization', (word, code) => ({
      ...{
        status: 'completed',
        vaccineCode: code,
        patient: subject,
        encounter: ref('Encounter'),
        occurrenceDateTime: at,
        lotNumber: word,
      },
      ...{
        reasonCode: [code],
        reasonReference: both('Condition'),
        performer: [{ actor: practitioner }],
        ...note(word),
      },
    })),
    of('DiagnosticReport', (word, code) => ({
      ...{
        status: 'final',
        code,
        category: [code],
        subject,
        encounter: ref('Encounter'),
        effectiveDateTime: at,
        issued: at,
      },
      ...{
        result: both('Observation'),
        basedOn: both('ServiceRequest'),
        performer: [practitioner],
        conclusion: word,
        conclusionCode: [code],
      },
    })),
    of('DocumentReference', (word, code) => ({
      ...{
        status: 'current',
        type: code,
        category: [code],
        subject,
        date: at,
        description: word,
        author: [practitioner],
      },
      content: [
        { attachment: { title: word, url: `http://words.example/${word}` }, format: { system: WORDS, code: word } },
      ],
      context: {
        encounter: [ref('Encounter')],
        related: both('Observation'),
        facilityType: code,
        practiceSetting: code,
      },
    })),
    of('Appointment', (word, code) => ({
      ...{
        status: 'booked',
        description: word,
        comment: word,
        reasonCode: [code],
        serviceType: [code],
        start: at,
        end: at,
      },
      ...{
        reasonReference: both('Condition'),
        basedOn: both('ServiceRequest'),
        supportingInformation: both('Observation'),
      },
      participant: [subject, practitioner].map((actor) => ({ actor, status: 'accepted' })),
    })),
    of('CarePlan', (word, code) => ({
      ...{
        status: 'active',
        intent: 'plan',
        title: word,
        description: word,
        category: [code],
        subject,
        encounter: ref('Encounter'),
      },
      ...{
        addresses: both('Condition'),
        goal: both('Goal'),
        activity: both('Appointment').map((reference) => ({ reference })),
      },
      ...{ period: { start: day }, ...note(word) },
    })),
    of('Goal', (word, code) => ({
      ...{ lifecycleStatus: 'active', description: code, category: [code], subject, startDate: day, ...note(word) },
      addresses: both('Condition'),
    })),
    of('ServiceRequest', (word, code) => ({
      ...{
        status: 'active',
        intent: 'order',
        code,
        category: [code],
        subject,
        encounter: ref('Encounter'),
        authoredOn: at,
      },
      ...{ requester: practitioner, reasonCode: [code], reasonReference: both('Condition'), ...note(word) },
    })),
    of('Coverage', (word, code) => ({
      ...{
        status: 'active',
        type: code,
        beneficiary: subject,
        payor: [organization],
        dependent: word,
        period: { start: day },
      },
      class: [{ type: code, value: word, name: word }],
    })),
    of('Communication', (word, code) => ({
      ...{
        status: 'completed',
        category: [code],
        subject,
        encounter: ref('Encounter'),
        sent: at,
        sender: practitioner,
      },
      ...{
        basedOn: both('ServiceRequest'),
        about: both('Condition'),
        payload: [{ contentString: word }],
        ...note(word),
      },
    })),
    of('Task', (word, code) => ({
      ...{
        status: 'requested',
        intent: 'order',
        code,
        description: word,
        for: subject,
        encounter: ref('Encounter'),
        authoredOn: at,
      },
      ...{
        focus: ref('ServiceRequest', side === 'a' ? 'b' : 'a'),
        basedOn: both('ServiceRequest'),
        owner: practitioner,
        ...note(word),
      },
    })),
    of('QuestionnaireResponse', (word) => ({
      ...{ status: 'completed', subject, encounter: ref('Encounter'), authored: at, basedOn: both('ServiceRequest') },
      ...{
        identifier: { system: WORDS, value: word },
        item: [{ linkId: '1', text: word, answer: [{ valueString: word }] }],
      },
    })),
    of('List', (word, code) => ({
      ...{
        status: 'current',
        mode: 'working',
        title: word,
        code,
        subject,
        date: at,
        entry: both('Observation').map((item) => ({ item })),
      },
      ...note(word),
    })),
    of('RelatedPerson', (word) => ({
      patient: subject,
      name: [{ family: word, text: word }],
      address: [{ city: word }],
    })),
    of('Device', (word, code) => ({
      patient: subject,
      type: code,
      deviceName: [{ name: word, type: 'user-friendly-name' }],
      ...note(word),
    })),
  ];
  return side === 'a' ? all : [patientB(mark, day), ...all];
}

function patientB(mark: string, day: string): Planted {
  const word = `${mark}Patient`;
  return planted('b', 'Patient', word, {
    ...{
      active: true,
      gender: 'female',
      birthDate: `19${day.slice(2)}`,
      name: [{ family: word, given: [word], text: word }],
    },
    ...{ telecom: [{ system: 'phone', value: word }], address: [{ line: [word], city: word, text: word }] },
    generalPractitioner: [{ reference: 'Practitioner/zz-s-practitioner' }],
  });
}

/** All of it in one transaction Bundle that stores each resource under its own id. */
export const asTransaction = (all: readonly Planted[]) => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: all.map(({ type, id, resource }) => ({ resource, request: { method: 'PUT', url: `${type}/${id}` } })),
});
