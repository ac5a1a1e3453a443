// The dialog with the link and the QR code for a phone, or with what the server needs before there can be one.

import { need, setText } from '../dom.js';
import { format, t } from '../text/i18n.js';

/** Starts the server for phones: reachable, with https for the camera, and not open to everybody in the network. */
const COMMAND = 'python -m server --host 0.0.0.0 --tls --token auto';

export class PhonePanel {
  #root = need('phone', HTMLDialogElement);
  #text = need('phone-text', HTMLElement);
  #code = need('phone-code', HTMLImageElement);
  #link = need('phone-link', HTMLElement);
  #command = need('phone-command', HTMLElement);
  #note = need('phone-note', HTMLElement);

  /** Opens it and asks the server, each time anew: a link is valid for some minutes. */
  async open() {
    this.#render(null);
    this.#root.showModal();
    try {
      const response = await fetch('api/phone', { cache: 'no-store' });
      if (!response.ok) throw new Error(`api/phone: ${response.status}`);
      this.#render(await response.json());
    } catch {
      setText(this.#text, t.phone.noAnswer);
    }
  }

  /** @param {PhoneLink|null} answer  null before there is one */
  #render(answer) {
    const { link = '', code = '', minutes, obstacle = null, authority = false } = answer ?? {};
    setText(this.#text, answer ? t.phone[obstacle ?? 'scan'] : t.phone.asking);
    this.#code.hidden = !code;
    this.#code.src = code;
    this.#code.alt = t.phone.code;
    this.#link.hidden = !link;
    setText(this.#link, link);
    this.#command.hidden = obstacle !== 'loopback' && obstacle !== 'no_tls';
    setText(this.#command, COMMAND);
    const notes = [minutes ? format(t.phone.minutes, { n: minutes }) : '', link && authority ? t.phone.authority : ''];
    setText(this.#note, notes.filter(Boolean).join(' '));
  }
}
