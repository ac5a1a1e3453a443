// The shapes that the page's modules hand to each other, for `tsc --checkJs`. Browsers never load this file.
// Times are milliseconds on the clock of performance.now() unless said otherwise; shares are 0 to 1.

/// Protocol 1 (server/live/protocol.py)

interface Limits {
  frame_bytes: number;
  frame_pixels: number;
  fps: number;
  credits: number;
}

/** How well a face can be read. */
interface Quality {
  /** Mean grey of the face, 0 to 1. */
  light: number;
  /** Of the face, as a part of the frame's. */
  width: number;
  /** -1 to 1: profile, frontal, the other profile; null when it is not known. */
  turn: number | null;
}

interface Tuning {
  smoothing_s: number;
  margin: number;
  floor: number;
  /** Raw scores of the resting face; missing from servers that know of none. */
  resting?: readonly number[] | null;
}

interface Face {
  id: number;
  /** x, y, width, height as fractions of the frame. */
  box: readonly [number, number, number, number];
  /** Six points as fractions of the frame: the eye at the left of the image, that at its right, nose tip, mouth, ears. */
  landmarks?: readonly (readonly [number, number])[] | null;
  /** One of the labels, or `unsure`. */
  label: string;
  /** Probabilities of this frame alone, in the order of the labels. */
  scores: readonly number[];
  /** The same over time, relative to the resting face. */
  smoothed: readonly number[];
  confidence: number;
  quality?: Quality;
}

interface Hello {
  type: 'hello';
  protocol: number;
  labels: readonly string[];
  limits: Limits;
  settings: Tuning;
  model: { sha256: string };
}
interface Result {
  type: 'result';
  frame: number;
  faces: readonly Face[];
  timing_ms: Record<string, number>;
}
interface Dropped {
  type: 'dropped';
  frame: number;
  reason: string;
  retry_after_ms: number;
}
interface Trouble {
  type: 'error';
  frame: number | null;
  code: string;
  message: string;
}
interface Configured {
  type: 'configured';
  settings: Tuning;
}
type Message = Hello | Result | Dropped | Trouble | Configured;

/// Sending (flow.js, adapt.js, sender.js)

/** What there is too little of: time of the server, or room on the way to it. */
type Cause = 'server' | 'way';

/** Of a result. `serverMs` includes `queueMs`. */
interface Timing {
  ageMs: number;
  serverMs: number;
  queueMs: number;
}

interface Tally {
  since: number;
  results: number;
  drops: number;
  /** Sums over the results. */
  lateMs: number;
  restMs: number;
  /** Looks at the way, and those at which the last frame had not left the browser. */
  looks: number;
  blocked: number;
}

interface Pace {
  /** What the server allows, or somebody's own ceiling. */
  limitFps: number;
  /** To aim at. */
  fps: number;
  /** An index of SCALES. */
  step: number;
  /** Calm seconds in a row. */
  calm: number;
  bestRestMs: number;
  /** Of the last step down; null after all is as it was. */
  cause: Cause | null;
  /** Null before the answer that begins it. */
  tally: Tally | null;
}

interface Flow {
  limits: Limits;
  /** Frames sent on this connection, so also the number of the last one. */
  sent: number;
  /** Frames without an answer, and when they were sent; oldest first. */
  held: readonly { frame: number; at: number }[];
  /** In use now: one, or all that the server grants. */
  credits: number;
  /** No frame before this time. */
  due: number;
  /** Smoothed; null before the first result. */
  roundTripMs: number | null;
  /** The part of it that the server did not spend. */
  networkMs: number;
  /** After a drop: stay with one credit until this time. */
  oneUntil: number;
  pace: Pace;
  /** Answers to frames sent before this time teach nothing: the tab was hidden. */
  learnFrom: number;
}

interface FrameAnswer {
  frame: number;
  /** Of a result. */
  timing?: Timing;
  retryMs?: number;
  dropped?: boolean;
}

/** When a picture was taken, how long it took until its JPEG was sent, and what that weighed. */
interface Taken {
  at: number;
  captureMs: number;
  bytes: number;
}

/** Somebody's own limits: frames a second, and an index of SCALES. */
interface Ceiling {
  fps: number | null;
  size: number;
}

/** To the server. */
interface Way {
  /** False when there is no connection to send on. */
  send(jpeg: Blob): boolean;
  /** What was sent has yet to leave the browser. */
  isBlocked(): boolean;
}

interface ConnectionListener {
  onMessage(message: Message): void;
  /** When the next attempt is. */
  onLost(why: 'full' | 'again', retryAt: number): void;
  /** 1008: it will not be tried again. */
  /** The server ended a connection that was not used. */
  onIdle(): void;
  onRefused(): void;
}

interface LiveOwner {
  update(patch: Partial<State>): void;
  way: Way;
  /** The server has stopped answering. */
  giveUp(): void;
  notice(words: string): void;
  /** Of every result. */
  onFaces(faces: readonly Face[]): void;
  /** What a drawing of the page takes. */
  drawMs(): number;
}

interface LinkOwner extends Omit<LiveOwner, 'way' | 'giveUp'> {
  /** As it is now. */
  state(): State;
  /** A few times a second. */
  onLook(): void;
  /** The server will not have this page. */
  onRefused(): void;
}

/// Answers (settle.js, hints.js, resting.js, meter.js)

interface Settled {
  /** A label, `unsure` or `no-face`; null before the first answer. */
  expression: string | null;
  /** The smoothed scores that belong to it. */
  bars: readonly number[] | null;
  /** Since when there is no face; null while there is one. */
  goneAt: number | null;
}

type Hint = 'dark' | 'far' | 'turned' | 'several';

interface Hinting {
  shown: Hint | null;
  /** Seen since `since`, not yet shown. */
  next: Hint | null;
  since: number;
}

type Refusal = 'away' | 'several';

/** Of a resting face. */
interface Learning {
  since: number;
  /** Of answers. */
  count: number;
  /** Of the scores. */
  sums: readonly number[];
  refused: Refusal | null;
}

type LearningShown = { kind: 'looking'; left: number } | { kind: Refusal | 'unavailable' } | null;

/** Of one result: when it came, how old its picture was, and what was spent where. */
interface Sample {
  at: number;
  ms: number;
  captureMs: number;
  bytes: number;
  /** Milliseconds by stage, as the server gave them. */
  server: Readonly<Record<string, number>>;
}

type Messages = typeof import('./static/js/messages/en.js').default;
type Stage = keyof Messages['hood'];

/** Milliseconds, but for `fps`, `dropped` (since the start) and `bytes` (kB a second). */
type HoodFigures = Readonly<Record<Stage, number>>;

interface Readout {
  /** Age of an answer, from capture to answer. */
  ms: number;
  /** Answers a second. */
  fps: number;
  /** Why less is sent than the server allows; null when it is not. */
  reducedBy: Cause | null;
}

/// What somebody chose (settings.js)

interface Settings {
  mode: 'beside' | 'face';
  /** Id of an emoji pack; '' is the server's default. */
  pack: string;
  theme: 'system' | 'light' | 'dark';
  /** A device id; '' is any that faces as `facing` says. */
  camera: string;
  facing: 'user' | 'environment';
  /** Height of the camera's picture that is wished for. */
  resolution: number;
  mirror: boolean;
  /** Seconds; this and the next two: null is the server's default. */
  smoothing_s: number | null;
  margin: number | null;
  floor: number | null;
  /** Ceiling of the frame rate; null is the server's limit. */
  fps: number | null;
  /** Ceiling of the picture's size: an index of SCALES. */
  size: number;
  resting: Resting | null;
}

/** Raw scores, and the sha256 of the model that gave them. */
interface Resting {
  model: string;
  scores: readonly number[];
}

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/// What the server wrote into the page (config.js, packs.js)

interface Pack {
  id: string;
  name: string;
  author: string;
  licence: string;
  description?: string;
  /** Address of the picture of a label, `no-face`, `unsure`. */
  emojis: Readonly<Record<string, string>>;
}

interface Packs {
  default: string;
  packs: readonly Pack[];
}

interface Config {
  version: string;
  /** Path of the WebSocket. */
  socket: string;
  labels: readonly string[];
  model: { accuracy: number | null };
  packs: Packs;
}

/// Pictures (source.js, geometry.js, pose.js)

interface Source {
  kind: 'camera' | 'photo' | 'video';
  /** It shows somebody who looks at themselves. */
  mirrorable: boolean;
  /** Id of the camera; '' of a file. */
  device: string;
  /** Plays it; rejects when it cannot be played. `ended` is called when it ends by itself. */
  attach(video: HTMLVideoElement, ended: () => void): Promise<void>;
  /** Releases all that it took. */
  end(): void;
}

interface Device {
  id: string;
  label: string;
}

/** A picture that comes with the page, for somebody without a camera. */
interface SamplePicture {
  file: string;
  name: string;
  alt: string;
}

interface Size {
  w: number;
  h: number;
}
interface Rect extends Size {
  x: number;
  y: number;
}

/** Where a face is drawn, in pixels: its box, and an emoji that covers it. */
interface Pose extends Rect {
  /** The middle between the eyes and the mouth. */
  cx: number;
  cy: number;
  /** Of an emoji that hides the face with its hair. */
  size: number;
  /** Radians, clockwise; 0 is upright. */
  angle: number;
}
type Poses = ReadonlyMap<number, Pose>;

/// The page (state.js, words.js)

/** What the page is doing. `lost` is the camera that worked and then stopped. */
type Phase =
  | 'idle' | 'asking' | 'denied' | 'no-camera' | 'in-use' | 'lost' | 'insecure'
  | 'connecting' | 'live' | 'reconnecting' | 'full' | 'refused';

interface State {
  phase: Phase;
  /** The server's own words about a refusal. */
  said: string | null;
  /** Until the next attempt to connect; null when none is waiting. */
  seconds: number | null;
  /** In the order of the scores. */
  labels: readonly string[];
  /** Largest first, as the last answer had them. */
  faces: readonly Face[];
  /** Id of a face to its colour. */
  slots: ReadonlyMap<number, number>;
  /** A label, `unsure` or `no-face`; null before the first answer. */
  expression: string | null;
  /** Probabilities in the order of the labels; null without a face. */
  bars: readonly number[] | null;
  hint: Hint | null;
  /** Answers received since the page was loaded: results, drops and errors of frames. */
  frames: number;
  /** One calm line about a passing trouble. */
  notice: string | null;
  readout: Readout | null;
  hood: HoodFigures | null;
  /** The tab is hidden, no frames are sent. */
  paused: boolean;
  settings: Settings;
  /** The server's; null before its first hello. */
  defaults: Tuning | null;
  /** The server's limit. */
  mostFps: number;
  /** The server can take a resting face into account. */
  canRest: boolean;
  learning: LearningShown;
  devices: readonly Device[];
  /** Id of the camera in use. */
  device: string;
  source: Source['kind'];
  mirrored: boolean;
  session: Session;
  /** How long the recording has gone on; null without one. */
  recordingMs: number | null;
  /** A file is held over the page. */
  dragging: boolean;
}

interface Words {
  /** The state of the connection, a word or two. */
  pill: string;
  /** The big word beside the picture; a live page shows the expression instead. */
  poster: string;
  /** What is the matter. */
  title: string;
  /** What it means and what to do. */
  text: string;
  /** A term and what is to be said about it. */
  points?: readonly (readonly string[])[];
  /** The name of the button; without it there is no button. */
  action?: string;
}

/// Classes that others are handed

type Pictures = import('./static/js/scene/pictures.js').Pictures;
type Overlay = import('./static/js/scene/overlay.js').Overlay;
type Session = import('./static/js/export/session.js').Session;
type View = import('./static/js/scene/view.js').View;
