// Every text of the page that depends on its state, and the friendly names of the labels.

/** @typedef {import('./state.js').Phase} Phase */

/**
 * @typedef {object} Words
 * @property {string} pill  the state of the connection, a word or two
 * @property {string} poster  the big word beside the picture; a live page shows the expression instead
 * @property {string} title  what is the matter
 * @property {string} text  what it means and what to do
 * @property {readonly (readonly [string, string])[]} [points]  a term and what is to be said about it
 * @property {string} [action]  the name of the button; without it there is no button
 * @property {string} face  the emoji that stands for the state
 */

/** @type {Readonly<Record<string, string>>} */
const NAMES = {
  angry: 'Angry',
  disgust: 'Disgusted',
  fear: 'Scared',
  happy: 'Happy',
  neutral: 'Neutral',
  sad: 'Sad',
  surprise: 'Surprised',
  unsure: 'Not sure',
  'no-face': 'No face',
};

/** @type {Readonly<Record<Phase, Words>>} */
const WORDS = {
  idle: {
    pill: 'Not started',
    poster: 'Make a face.',
    title: 'Show a face, get an emoji',
    text: 'Press Start and allow the camera: the emoji follows your expression.',
    points: [
      ['Why the camera?', 'An expression is read from pictures of your face, a few every second.'],
      ['Where do they go?', 'To this server, and nowhere else. It looks at each one in memory and never stores it.'],
      ['And when I stop?', 'The camera goes off and the connection closes, at once.'],
    ],
    action: 'Start',
    face: 'happy',
  },
  asking: {
    pill: 'Asking',
    poster: 'May I look?',
    title: 'Allow the camera',
    text: 'Your browser is asking whether this page may use the camera. Choose Allow. '
      + 'The question usually appears near the address bar.',
    face: 'happy',
  },
  denied: {
    pill: 'Camera blocked',
    poster: 'Eyes shut.',
    title: 'The camera is blocked for this page',
    text: 'Without it there is no face to read. To allow it again:',
    points: [
      ['In the browser', 'Click the camera or the lock beside the address, set Camera to Allow, then try again.'],
      ['In the system', 'If it stays blocked, allow your browser to use the camera in the privacy settings.'],
    ],
    action: 'Try again',
    face: 'sad',
  },
  'no-camera': {
    pill: 'No camera',
    poster: 'Can’t see.',
    title: 'No camera was found',
    text: 'Plug one in, or switch on the one that is built in (some laptops have a key or a slider for it). '
      + 'Then try again.',
    action: 'Try again',
    face: 'no-face',
  },
  'in-use': {
    pill: 'Camera in use',
    poster: 'Taken.',
    title: 'Something else is using the camera',
    text: 'The camera is there, but it will not open. Close other programs and tabs that may hold it, '
      + 'such as a video call, then try again.',
    action: 'Try again',
    face: 'neutral',
  },
  lost: {
    pill: 'Camera stopped',
    poster: 'Lights out.',
    title: 'The camera stopped',
    text: 'No more pictures come from it. It may have been unplugged, switched off, or taken by another program. '
      + 'Check it, then start again.',
    action: 'Start again',
    face: 'fear',
  },
  insecure: {
    pill: 'Not secure',
    poster: 'Not here.',
    title: 'The camera needs a secure address',
    text: 'Browsers give the camera only to pages that come over https, or from localhost. '
      + 'This page came over plain http, so the camera cannot be used here.',
    points: [
      ['On this computer', 'If the server runs here, open it as http://localhost followed by its port.'],
      ['From another device', 'Ask whoever runs the server to serve it over https.'],
    ],
    face: 'unsure',
  },
  connecting: {
    pill: 'Connecting',
    poster: 'One moment.',
    title: 'Connecting to the server',
    text: 'The camera is on. No picture is sent before the server answers.',
    face: 'happy',
  },
  live: { pill: 'Live', poster: 'Looking…', title: 'Live', text: '', face: 'no-face' },
  reconnecting: {
    pill: 'Reconnecting',
    poster: 'Back soon.',
    title: 'The server does not answer',
    text: 'Nothing is being sent. The page keeps trying and goes on by itself when the server is back.',
    action: 'Try now',
    face: 'unsure',
  },
  full: {
    pill: 'Server full',
    poster: 'Full house.',
    title: 'The server is full',
    text: 'Every place is taken. Nothing is being sent. The page keeps asking and begins when a place is free.',
    action: 'Try now',
    face: 'surprise',
  },
  refused: {
    pill: 'Refused',
    poster: 'No entry.',
    title: 'The server refused this page',
    text: 'The camera is off, and the page will not try again by itself.',
    action: 'Try again',
    face: 'angry',
  },
};

/** What helps when there is no expression to show. */
const HINTS = {
  'no-face': 'Turn to the camera, with light on your face.',
  unsure: 'Several expressions are about equally likely.',
};

/** One calm line about a passing trouble; the page goes on by itself after each of them. */
export const NOTICES = {
  slow: 'The server takes its time',
  still: 'No new picture from the camera',
  busy: 'The server is busy, sending less often',
  unusable: 'The server could not use a picture, going on',
  stumbled: 'The server stumbled over a picture, going on',
};

/** Why less is sent than the server allows: it goes on so by itself until there is room again. */
const REDUCED = { server: 'busy server, sending less', way: 'slow network, smaller pictures' };

/** @param {import('./state.js').Readout} readout */
export function readoutWords({ ms, fps, reducedBy }) {
  return [`${ms} ms`, `${fps} a second`, ...(reducedBy ? [REDUCED[reducedBy]] : [])].join(' · ');
}

/** For a server of another version than the page. */
export const OUTDATED = 'The server speaks a newer protocol than this page. Reload the page.';

/** @param {Phase} phase */
export function wordsFor(phase) {
  return WORDS[phase];
}

/**
 * The name of a label for people. A label of another model is shown as it is, with a capital.
 * @param {string} label
 */
export function nameOf(label) {
  return Object.hasOwn(NAMES, label) ? NAMES[label] : label.charAt(0).toUpperCase() + label.slice(1);
}

/** @param {string|null} expression */
export function hintFor(expression) {
  return expression === 'no-face' || expression === 'unsure' ? HINTS[expression] : '';
}

/** @param {number} seconds */
export function countdown(seconds) {
  return seconds > 0 ? `Next attempt in ${seconds} s` : 'Trying now';
}
