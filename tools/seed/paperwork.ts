// What a clinic works with besides visits: an intake form and its answers, tasks, care teams, messages, documents.
import type { Clinic } from './clinic.ts';
import { concept, LOINC, NAMESPACE, type Resource, SNOMED, term, to } from './model.ts';
import type { Chance } from './random.ts';
import { addDays, at } from './time.ts';

const QUESTIONS = [
  ['reason', 'What brings you here today?', 'text'],
  ['smoker', 'Do you smoke?', 'boolean'],
  ['pain', 'How strong is your pain, from 0 to 10?', 'integer'],
] as const;

export function paperwork(clinic: Clinic, patients: readonly Resource[], today: string, chance: Chance): Resource[] {
  const { slug, zone } = clinic.plan;
  const now = at(today, 480, zone);
  const doctor = clinic.doctors[0] as Resource;
  const form: Resource = {
    resourceType: 'Questionnaire',
    id: `${slug}-intake`,
    url: `${NAMESPACE}/${slug}/Questionnaire/intake`,
    version: '1',
    name: 'Intake',
    title: 'Before your visit',
    status: 'active',
    subjectType: ['Patient'],
    date: addDays(today, -200),
    publisher: clinic.plan.name,
    item: QUESTIONS.map(([linkId, text, type]) => ({ linkId, text, type })),
  };
  const made: Resource[] = [form];
  patients.slice(0, 8).forEach((patient, n) => {
    made.push(
      answers(form, patient, n, now, chance),
      task(clinic, patient, n, today),
      careTeam(patient, doctor, clinic.nurses[0] as Resource),
    );
  });
  made.push(message(patients[0] as Resource, doctor, slug, now), note(patients[0] as Resource, doctor, slug, now));
  return made;
}

function answers(form: Resource, patient: Resource, n: number, now: string, chance: Chance): Resource {
  return {
    resourceType: 'QuestionnaireResponse',
    id: `${form.id}-${n + 1}`,
    questionnaire: `${form['url']}|${form['version']}`,
    status: 'completed',
    subject: to(patient),
    authored: now,
    source: to(patient),
    item: [
      { linkId: 'reason', text: QUESTIONS[0][1], answer: [{ valueString: 'Yearly check-up' }] },
      { linkId: 'smoker', text: QUESTIONS[1][1], answer: [{ valueBoolean: chance.happens(0.2) }] },
      { linkId: 'pain', text: QUESTIONS[2][1], answer: [{ valueInteger: chance.between(0, 6) }] },
    ],
  };
}

function task(clinic: Clinic, patient: Resource, n: number, today: string): Resource {
  const status = (['requested', 'accepted', 'in-progress', 'completed'] as const)[n % 4] as string;
  return {
    resourceType: 'Task',
    id: `${clinic.plan.slug}-task-${n + 1}`,
    status,
    intent: 'order',
    priority: n % 3 === 0 ? 'urgent' : 'routine',
    code: { text: 'Call back with results' },
    for: to(patient),
    authoredOn: addDays(today, -2),
    lastModified: addDays(today, -1),
    owner: to(clinic.nurses[n % clinic.nurses.length] as Resource),
    restriction: { period: { end: addDays(today, n - 2) } },
  };
}

function careTeam(patient: Resource, doctor: Resource, nurse: Resource): Resource {
  return {
    resourceType: 'CareTeam',
    id: `${patient.id}-team`,
    status: 'active',
    subject: to(patient),
    participant: [
      { role: [concept(SNOMED, '17561000', 'Cardiologist')], member: to(doctor) },
      { role: [concept(SNOMED, '224535009', 'Registered nurse')], member: to(nurse) },
    ],
  };
}

function message(patient: Resource, doctor: Resource, slug: string, now: string): Resource {
  return {
    resourceType: 'Communication',
    id: `${slug}-message-1`,
    status: 'completed',
    category: [term('communication-category', 'notification', 'Notification')],
    subject: to(patient),
    recipient: [to(patient)],
    sender: to(doctor),
    sent: now,
    payload: [{ contentString: 'Your results are ready. Please sign in to read them.' }],
  };
}

function note(patient: Resource, doctor: Resource, slug: string, now: string): Resource {
  return {
    resourceType: 'DocumentReference',
    id: `${slug}-document-1`,
    status: 'current',
    type: concept(LOINC, '11506-3', 'Progress note'),
    subject: to(patient),
    date: now,
    author: [to(doctor)],
    content: [
      {
        attachment: {
          contentType: 'text/plain',
          data: btoa('Feels well. Blood pressure within target. Next check-up in a year.'),
          title: 'Progress note',
        },
      },
    ],
  };
}
