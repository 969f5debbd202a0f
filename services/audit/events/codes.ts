// The codes of IHE's Basic Audit Log Patterns. https://profiles.ihe.net/ITI/BALP/content.html

// Displays only where a person reads them first: there are as many events as there are accesses.
export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const dcm = (code: string, display: string): Coding => ({ system: DCM, code, display });
const ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const ENTITY = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';

export const RESTFUL: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
  code: 'rest',
  display: 'Restful Operation',
};
export const AUTHENTICATION = dcm('110114', 'User Authentication');
export const LOGIN = dcm('110122', 'Login');
export const LOGOUT = dcm('110123', 'Logout');
export const SOURCE_ROLE = dcm('110153', 'Source Role ID');
export const DESTINATION_ROLE = dcm('110152', 'Destination Role ID');

export const restful = (interaction: string): Coding => ({
  system: 'http://hl7.org/fhir/restful-interaction',
  code: interaction,
  display: interaction,
});

const participation = (code: string): Coding => ({
  system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  code,
});
/** Information recipient. */
export const RECIPIENT = participation('IRCP');
export const AUTHOR = participation('AUT');

export const APPLICATION_SERVER: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
  code: '4',
};
export const PERSON: Coding = { system: ENTITY, code: '1' };
export const SYSTEM_OBJECT: Coding = { system: ENTITY, code: '2' };
export const PATIENT_ROLE: Coding = { system: ROLE, code: '1' };
export const RESOURCE_ROLE: Coding = { system: ROLE, code: '4' };
export const QUERY_ROLE: Coding = { system: ROLE, code: '24' };
export const REQUEST_ID: Coding = {
  system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
  code: 'XrequestId',
};
