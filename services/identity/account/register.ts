// A patient registers without asking anybody. What is answered does not depend on whether the address is known, and no
// account exists until its mailbox answers; the password is chosen then, so that nobody prepares one for somebody else.
import { orderForStranger } from '../commands/order-letter.ts';
import { emailAddress } from '../domain/email-address.ts';
import { REGISTER } from '../oidc/routes.ts';
import { donePage, formPage } from '../pages/form-page.ts';
import { type ClinicDoor, openDoors } from '../queries/clinic-doors.ts';
import { type AccountPage, ok, type Person, wrong } from './visit.ts';

interface Given {
  readonly name: string;
  readonly email: string;
  readonly clinic: string;
}

const page = (doors: readonly ClinicDoor[], { name, email, clinic }: Given, trouble: string | null = null) =>
  formPage({
    title: 'Register as a patient',
    intro: 'We send a link to your e-mail address. With it you choose a password.',
    action: REGISTER,
    button: 'Register',
    fields: [
      { name: 'name', label: 'Your name', type: 'text', autocomplete: 'name', value: name },
      { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'email', value: email },
    ],
    choices: [
      {
        name: 'clinic',
        label: 'Your clinic',
        many: false,
        options: doors.map((door) => [String(door.clinic), door.name]),
        chosen: [clinic],
      },
    ],
    trouble,
  });

export const register: AccountPage<Person | null> = {
  async answer({ store }, { query, form, from }) {
    const doors = await openDoors(store);
    if (doors.length === 0)
      return ok(donePage('Register at your clinic', 'Here, the clinic registers its patients. Please ask there.'));
    const field = (name: string) => (form ?? query).get(name)?.slice(0, 200).trim() ?? '';
    const given = { name: field('name'), email: field('email'), clinic: field('clinic') };
    if (form === null) return ok(page(doors, given));
    const address = emailAddress(given.email);
    const door = doors.find(({ clinic }) => String(clinic) === given.clinic);
    if (given.name === '') return wrong(page(doors, given, 'Please tell us your name.'));
    if (address === null) return wrong(page(doors, given, 'That is no e-mail address. Please check it.'));
    if (door === undefined) return wrong(page(doors, given, 'Please choose your clinic.'));
    const details = { clinic: door.clinic, name: given.name, roles: ['patient'], fhirUser: null, patient: null };
    if (!(await orderForStranger(store, { kind: 'registration', address, details }, from)))
      return wrong(page(doors, given, 'Too many letters were asked for from here. Please wait an hour.'), 429);
    return ok(donePage('Look at your e-mail', 'A letter on how to go on is on its way to that address.'));
  },
};
