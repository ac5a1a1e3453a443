// The types that the page's modules share, for `make types`. Browsers never load this file. Those of the messages are in
// messages.d.ts.
// Times are milliseconds of performance.now() unless stated otherwise; shares and scores are 0 to 1.

/// Sending (connection/: flow.js, adapt.js, frame-sender.js)

/** What limits the page: the server's time, the network, or the device that the page runs on. */
type Cause = 'server' | 'network' | 'device';

/** Of a result. */
interface AnswerTiming {
  /** From sending the frame to its answer. */
  tripMs: number;
  /** Includes `queueMs`. */
  serverMs: number;
  queueMs: number;
  encodeMs: number;
  /** Part of `tripMs` in which the page's own thread was busy. */
  lagMs: number;
}

/** What adapt.js takes from a result. */
interface AnswerTimes {
  queueMs: number;
  restMs: number;
  ownMs: number;
}

/** Counts of the current second. */
interface Tally {
  since: number;
  /** One for each result. */
  answers: readonly AnswerTimes[];
  drops: number;
  /** Checks of the send buffer, and how many of them found the previous frame in it. */
  checks: number;
  blocked: number;
}

interface Pace {
  /** Maximum of the server or of the user. */
  limitFps: number;
  /** The server runs on this device. */
  isLocal: boolean;
  /** Target frame rate. */
  fps: number;
  /** Index into SCALES. */
  step: number;
  /** Calm seconds in a row. */
  calm: number;
  bestRestMs: number;
  /** Of the last reduction; null when nothing is reduced. */
  cause: Cause | null;
  /** Null before the answer that starts it. */
  tally: Tally | null;
}

interface Flow {
  limits: Limits;
  /** Frames sent on this connection: the number of the last one. */
  sent: number;
  /** Frames without an answer, and when they were sent; oldest first. */
  inFlight: readonly { frame: number; at: number }[];
  /** In use: one, or all that the server grants. */
  credits: number;
  /** No frame before this time. */
  due: number;
  /** Smoothed; null before the first result. */
  roundTripMs: number | null;
  /** The part of it that the server did not spend. */
  networkMs: number;
  /** One credit until this time, because a frame was dropped. */
  oneUntil: number;
  pace: Pace;
  /** Answers to frames sent earlier are not measured: the tab was hidden. */
  learnFrom: number;
}

interface FrameAnswer {
  frame: number;
  /** Of a result. */
  timing?: Omit<AnswerTiming, 'tripMs'>;
  retryMs?: number;
  dropped?: boolean;
}

interface SentFrame {
  /** When the camera took the picture. */
  at: number;
  /** When the page showed the picture. */
  shownAt: number;
  sentAt: number;
  bytes: number;
}

/** The user's own limits. */
interface SendLimits {
  fps: number | null;
  /** Smallest index into SCALES. */
  size: number;
}

/** The way to the server. */
interface Uplink {
  /** False without an open connection. */
  send(jpeg: ArrayBuffer): boolean;
  /** Whether the send buffer holds data. */
  isBlocked(): boolean;
  /** Whether the server runs on this device. */
  isLocal: boolean;
}

interface SocketListener {
  onMessage(message: Message): void;
  /** The connection closed; the next attempt is at `retryAt`. */
  onLost(why: 'full' | 'again', retryAt: number): void;
  /** The handshake failed. Called after `onLost`. */
  onNotOpened(): void;
  /** The server closed an idle connection. */
  onIdle(): void;
  /** Close code 1008: there is no next attempt. */
  onRefused(): void;
}

/**
 * Why the WebSocket does not open. `host`, `origin`, `token`: the server refuses this page. `upgrade`: a proxy removes
 * the Upgrade headers. `path`: nothing answers at its address. `authority`: probably the device does not trust the
 * server's certificate authority. `blocked`: something else in between.
 */
interface ConnectionProblem {
  cause: 'host' | 'origin' | 'token' | 'upgrade' | 'path' | 'authority' | 'blocked';
  /** The option of the server that would help, as the server sees it; '' if there is none. */
  option: string;
}

interface FrameExchangeOwner {
  update(patch: Partial<State>): void;
  uplink: Uplink;
  /** The server has stopped answering. */
  giveUp(): void;
  notice(text: string): void;
  /** Called with every result. */
  onFaces(faces: readonly Face[]): void;
  /** Mean time to draw the page. */
  drawMs(): number;
}

interface ServerConnectionOwner extends Omit<FrameExchangeOwner, 'uplink' | 'giveUp'> {
  state(): State;
  /** The server greeted, and has the settings. */
  onHello(): void;
  onTeaching(message: ExampleMessage | TaughtMessage): void;
  /** An error about a text message; returns whether it was about the teaching. */
  onError(message: string): boolean;
  onRefused(): void;
}

/// Answers (expression-hold.js, hints.js, measurements.js)

interface ShownExpression {
  /** A label, `unsure` or `no-face`; null before the first answer. */
  expression: string | null;
  /** The smoothed scores that belong to it. */
  scores: readonly number[] | null;
  /** Since when there is no face; null while there is one. */
  goneAt: number | null;
}

/** What is wrong with the picture: the camera is muted; the browser does not let the page read it; nothing is on it. */
type PictureFault = 'muted' | 'falsified' | 'black' | 'plain';

type Hint = 'dark' | 'far' | 'turned' | 'blurred' | 'several' | PictureFault;

interface Hinting {
  shown: Hint | null;
  /** Needed since `since`, not yet shown. */
  next: Hint | null;
  since: number;
}

/** A time in which the face is to keep still: hold-ring.js. */
interface Hold {
  since: number;
  ms: number;
  /** Without the emojis on the faces, to see one's own. */
  isBare: boolean;
}

/// Teaching (teaching/)

/** An expression to be shown in a round. */
interface RoundTarget {
  /** Of the model, or the name of an own expression. */
  label: string;
  /** As the user wrote it; the label itself for those of the model. */
  name: string;
  /** A label of the shown pack, or a picture as a data: URL; null for the label's own emoji, or none. */
  emoji: string | null;
}

interface TaughtExpression extends RoundTarget {
  /** Base64, as the server measured them; oldest first. */
  examples: readonly string[];
  /** Sha256 of the model that measured them: no other can use them. */
  model: string;
}

interface RoundStep extends RoundTarget {
  result: 'taught' | 'skipped' | null;
}

type RefusalReason = NonNullable<ExampleMessage['reason']> | 'no_answer';

type ExampleAnswer = Pick<ExampleMessage, 'example' | 'reason' | 'closest'>;

/**
 * `ready`: look at the emoji and make its face. `holding`: the server measures. `alike`: the example looks like another
 * label's, the user decides. `felt`: it was taught, the page shows what it reads now.
 */
type RoundPhase = 'ready' | 'holding' | 'alike' | 'refused' | 'felt' | 'done';

interface TeachingRound {
  steps: readonly RoundStep[];
  /** Of the step; the number of steps at the end. */
  index: number;
  phase: RoundPhase;
  /** Of the phase. */
  since: number;
  readyMs: number;
  holdMs: number;
  /** The examples are added to those that are there. */
  adds: boolean;
  /** Refusals of this step in a row. */
  tries: number;
  /** Of the last refusal. */
  reason: RefusalReason | null;
  /** Of this step, in the phases `alike` and `felt`. */
  example: string | null;
  /** The label that it looks like, in the phase `alike`. */
  alike: string | null;
}

type ExpressionFault = 'name' | 'picture' | 'examples';

/** What is wrong with an imported file; `label` of the expression that it is about. */
interface FileFault {
  kind: 'noJson' | 'otherFormat' | 'otherModel' | 'empty' | 'tooMany' | 'twice' | ExpressionFault;
  label?: string;
}

/** What teacher.js uses of the page. */
interface TeacherHost {
  state(): State;
  update(patch: Partial<State>): void;
  notice(text: string, isAnswer?: boolean): void;
  /** False without a connection. */
  send(message: Readonly<Record<string, unknown>>): boolean;
  /** Sends the settings. */
  configure(): void;
  /** The resting face of an earlier version. */
  forgetCalibration(): void;
  /** For the next visit: whether something is taught. */
  remember(isTaught: boolean): void;
  /** Null where nothing can be taught: the overlay. */
  page: TeachingPage | null;
}

/** The page on which faces are taught. */
interface TeachingPage {
  openDrawer(): void;
  closeDrawer(): void;
  redraw(): void;
  renderer: EmojiRenderer;
  packs: Packs;
}

/** Of one result: when it came, the age of its picture, and the times by stage. */
interface Sample {
  at: number;
  ms: number;
  captureMs: number;
  bytes: number;
  timing: Readonly<Record<string, number>>;
}

interface TimingFigures {
  fps: number;
  age: number;
  capture: number;
  network: number;
  /** By stage of the server. */
  stages: Readonly<Record<string, number>>;
  draw: number;
  /** Frames since the start. */
  dropped: number;
  /** kB a second. */
  sent: number;
}

interface Readout {
  /** Age of an answer. */
  ms: number;
  /** Answers a second. */
  fps: number;
  /** Why less is sent than the server allows; null when it is not. */
  reducedBy: Cause | null;
}

/// Settings (settings.js)

interface Settings {
  mode: 'beside' | 'face';
  /** Id of an emoji pack; '' is the server's default. */
  pack: string;
  theme: 'system' | 'light' | 'dark';
  /** A device id; '' is any camera that faces as `facing` says. */
  camera: string;
  facing: 'user' | 'environment';
  /** Preferred height of the camera's picture. */
  resolution: number;
  mirror: boolean;
  /** Seconds. Null is the server's default, here and in the next two. */
  smoothing_s: number | null;
  margin: number | null;
  floor: number | null;
  expressiveness: number | null;
  /** Maximum frame rate; null is the server's. */
  fps: number | null;
  /** Smallest index into SCALES. */
  size: number;
  /** Stored by an earlier version; in force while nothing is taught. */
  calibration: Calibration | null;
  /** The emoji moves with the face, where possible. */
  living: boolean;
  /** The server gets to know each face while it is at rest. */
  adapt: boolean;
}

/** Scores of the resting face, and the sha256 of the model that computed them. */
interface Calibration {
  model: string;
  scores: readonly number[];
}

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/// Configuration (config.js, emoji-packs.js)

interface Pack {
  id: string;
  name: string;
  author: string;
  licence: string;
  description?: string;
  /** URL of the picture of a label, `no-face`, `unsure`. */
  emojis: Readonly<Record<string, string>>;
  /** URL of its rig, if it has one. */
  rig?: string;
}

interface Packs {
  default: string;
  packs: readonly Pack[];
}

interface Config {
  version: string;
  /** Address of the WebSocket, relative to the page. */
  socket: string;
  labels: readonly string[];
  model: { accuracy: number | null };
  packs: Packs;
}

/// Pictures (capture/, geometry.js, pose.js)

interface Source {
  kind: 'camera' | 'photo' | 'video';
  /** Whether it may show the user as in a mirror. */
  mirrorable: boolean;
  /** Id of the camera; '' of a file. */
  device: string;
  /** Plays it; rejects if it cannot be played. `onEnded` is called when it ends by itself. */
  attach(video: HTMLVideoElement, onEnded: () => void): Promise<void>;
  /** Releases all that it took. */
  end(): void;
}

interface Device {
  id: string;
  label: string;
}

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
  /** The middle between eyes and mouth. */
  cx: number;
  cy: number;
  /** Side of an emoji that covers face and hair. */
  size: number;
  /** Radians, clockwise; 0 is upright. */
  angle: number;
}

/** Where a face was when a picture was shown, in pixels. */
interface MotionSample {
  at: number;
  x: number;
  y: number;
}

/** How a face moves. */
interface Motion {
  /** Of the last answer. */
  pose: Pose;
  /** Oldest first; at least one. */
  samples: readonly MotionSample[];
  /** Pixels a millisecond; 0 for a still face. */
  vx: number;
  vy: number;
  /** Time constant with which the drawn pose follows. */
  followMs: number;
}

/// Living emojis (scene/living-*.js, motion-track.js, settings/living.js)

/** By name: motion values (docs/protocol.md), -1 to 1, or parts of expressions, 0 to 1. */
type Values = Readonly<Record<string, number>>;

/** Of one answer: when its picture was shown. */
interface ValueSample {
  at: number;
  values: Values;
}

/** How the values of a face change. */
interface ValueTrack {
  /** Oldest first; at least one. */
  samples: readonly ValueSample[];
  /** By name. Speed: change in a millisecond, 0 for a value that is still. */
  changes: Readonly<Record<string, { speed: number; followMs: number }>>;
}

/** Where a drawn value goes, with which time constant, and where it starts if it was not drawn before. */
interface Goal {
  value: number;
  followMs: number;
  from?: number;
}

/** How an emoji looks: parts of each expression, and motion. Without weights only a picture can be moved by it. */
interface Look {
  weights: Values;
  motion: Values;
}

interface LivingFace {
  /** As drawn; null if the face has no motion values. */
  look: Look | null;
  /** Of the last answer. */
  weights: Values;
  /** Null if nobody is there. */
  track: ValueTrack | null;
  isMoving: boolean;
}

type LivingState = Pick<
  State, 'phase' | 'living' | 'faces' | 'facesAt' | 'expression' | 'labels' | 'mirrored' | 'settings'
>;

/** What living-faces.js needs to know beside a face. */
interface LivingView {
  /** When the picture of the answer was shown. */
  at: number;
  /** In the order of the smoothed scores. */
  labels: readonly string[];
  mirrored: boolean;
  /** Of the frame, width by height. */
  shape: number;
  /** The pack has a rig; if not, its pictures tilt with the head. */
  hasRig: boolean;
}

/**
 * Whether emojis live, and why not: the user turned them off; the system asks for reduced motion; the server does not give
 * motion values; nothing is known of it yet; it was too much for this device. `pictures`: the pack has no rig, its pictures
 * tilt with the head.
 */
type LivingStatus = 'on' | 'pictures' | 'off' | 'reduced' | 'server' | 'waiting' | 'slow';

interface LivingLoad {
  /** Since when it costs too much; null while it does not. */
  slowSince: number | null;
  /** Until then nothing lives; and how often that was so. */
  restUntil: number;
  rests: number;
  isTooMuch: boolean;
}

/** The edge of a sticker: width in pixels. */
interface StickerEdge {
  colour: string;
  width: number;
}

/** On a square of `side` pixels around the origin. */
type DrawEmoji = (context: CanvasRenderingContext2D, side: number, edgeWidth: number) => void;

/** How an emoji is drawn while it enters or leaves. */
interface EmojiLook {
  scale: number;
  opacity: number;
}

/** Where the parts of a snapshot or a recording lie. Without an emoji, name and other faces it is the picture alone. */
interface Composition extends Size {
  picture: Rect;
  /** Radius of the picture's corners. */
  corner: number;
  /** Its middle and its side. */
  emoji: { x: number; y: number; size: number } | null;
  /** The middle or the left of a line of text, its maximum width, and the size of the letters. */
  name?: { x: number; y: number; width: number; size: number; align: 'center' | 'left' };
  others?: Rect;
}

/** What the main emoji showed from this time on. */
interface StickerRecord {
  /** From 0. */
  ms: number;
  label: string;
  look: Look|null;
}

/** A picture of a sticker. */
interface StickerFrame {
  label: string;
  look: Look|null;
  /** For how long it is shown. */
  ms: number;
  /** The label before, and how long ago it changed; null and Infinity without one. */
  old: string|null;
  changeMs: number;
}

/** How the pictures of a sticker are encoded: side in pixels, quality 0 to 1. */
interface StickerPlan {
  side: number;
  quality: number;
}

/** An encoded picture of a sticker. */
interface StickerStill {
  bytes: Uint8Array;
  /** Media type. */
  type: string;
  ms: number;
}

/** A snapshot, a recording, a sticker, or the picture of a game. */
interface Capture {
  kind: 'snapshot' | 'recording' | 'sticker' | 'game';
  file: File;
  /** The encoder failed: the file has the part until then. */
  isPart: boolean;
}

interface Recording {
  /** Null if the encoder delivered nothing. */
  file: Blob | null;
  extension: string;
  hasFailed: boolean;
}

/// The page (state.js, phrases.js)

/** What the page does. `lost`: the camera worked and then stopped. */
type Phase =
  | 'idle' | 'asking' | 'denied' | 'no-camera' | 'in-use' | 'lost' | 'insecure' | 'unsupported'
  | 'connecting' | 'live' | 'reconnecting' | 'blocked' | 'full' | 'refused';

interface State {
  phase: Phase;
  /** The camera permission has been asked for, and not answered for ten seconds. */
  isUnanswered: boolean;
  /** The server's message about a refusal. */
  serverMessage: string | null;
  /** Why there is no connection, in the phases `blocked` and `refused`; null where nothing is known. */
  problem: ConnectionProblem | null;
  /** Until the next attempt to connect; null when none is pending. */
  retrySeconds: number | null;
  /** In the order of `smoothed`: those of the model, then own expressions. */
  labels: readonly string[];
  /** Those of the model. */
  modelLabels: readonly string[];
  /** Sha256 of the server's model; '' before its first hello. */
  model: string;
  /** How much the server can be taught; null if it cannot, undefined before its first hello. */
  teaching: Teaching | null | undefined;
  /** What is kept in this browser, of any model. */
  taught: readonly TaughtExpression[];
  round: TeachingRound | null;
  /** Of the last answer, largest first. */
  faces: readonly Face[];
  /** When the page showed the picture of that answer. */
  facesAt: number;
  /** By face id. */
  faceNumbers: ReadonlyMap<number, number>;
  /** A label, `unsure` or `no-face`; null before the first answer. */
  expression: string | null;
  /** Smoothed, in the order of the labels; null without a face. */
  scores: readonly number[] | null;
  hint: Hint | null;
  /** Answers since the page was loaded: results, drops and errors of frames. */
  frames: number;
  /** Shown for a few seconds. */
  notice: string | null;
  readout: Readout | null;
  timing: TimingFigures | null;
  /** The tab is hidden, no frames are sent. */
  paused: boolean;
  settings: Settings;
  /** Of the server; null before its first hello. */
  defaults: ExpressionSettings | null;
  /** Of the server. */
  maxFps: number;
  /** Whether the server gives motion values; null before its first hello. */
  hasMotion: boolean | null;
  living: LivingStatus;
  hold: Hold | null;
  devices: readonly Device[];
  /** Id of the camera in use. */
  device: string;
  source: Source['kind'];
  mirrored: boolean;
  history: ExpressionHistory;
  /** Duration so far; null when nothing is recorded. */
  recordingMs: number | null;
  /** A file is dragged over the page. */
  dragging: boolean;
}

type Messages = typeof import('./static/js/messages/en.js').default;

/** The response of `GET /api/phone`. */
interface PhoneLink {
  link?: string;
  /** Its QR code as a data: URI. */
  code?: string;
  /** For which the link is valid; null for ever. */
  minutes?: number | null;
  /** Why there is no link. */
  obstacle: 'loopback' | 'no_tls' | 'no_address' | null;
  /** Whether the server's certificate is of its own authority. */
  authority: boolean;
}

interface ProblemTexts {
  text: string;
  /** What to type or to copy; '' for nothing. */
  code: string;
  /** An address to open; '' for none. */
  link: string;
}

interface PhaseTexts {
  /** State of the connection in one or two words. */
  connection: string;
  /** In large type beside the picture; a live page shows the expression instead. */
  headline: string;
  title: string;
  text: string;
  /** Terms with their explanations. */
  points?: readonly (readonly string[])[];
  /** The same on the server's own computer. */
  pointsHere?: readonly (readonly string[])[];
  /** Text of the button; without it there is no button. */
  action?: string;
}

/// Overlay (overlay/)

/** Of the address: docs/overlay.md. */
interface OverlayOptions {
  show: 'emoji' | 'face' | 'picture';
  feed: 'camera' | 'tab';
  away: 'emoji' | 'nothing';
  /** The edge of a sticker around the emoji. */
  edge: boolean;
  /** Null for the setting of this browser, here and in the next one. */
  mirror: boolean | null;
  pack: string | null;
  /** Of the window's shorter side, in hundredths. */
  size: number;
  /** A CSS colour; null is transparent. */
  ground: string | null;
}

/** What a page sends to an overlay in another tab. */
interface Feed extends Pick<State, 'phase' | 'expression' | 'labels' | 'faces' | 'mirrored' | 'living'> {
  /** When the picture of the faces was shown, in milliseconds since 1970. */
  at: number;
  /** Id of the emoji pack. */
  pack: string;
}

/// Mirror game (game/)

/** A face as the game needs it. */
interface GameFace {
  id: number;
  /** Middle of its box, from the left of the picture as the player sees it: 0 to 1. */
  x: number;
  /** In the order of the labels. */
  smoothed: readonly number[];
}

interface Player {
  /** The last that was seen. */
  face: GameFace;
  /** Where it was seen last. */
  x: number;
  /** For how long it has been missing; 0 while it is seen. */
  missingMs: number;
}

/** What a player has made of the round. */
interface Try {
  /** Of the asked expression now, 0 to 1. */
  height: number;
  /** The best so far. */
  points: number;
  /** When the expression counted as made; null before. */
  reachedMs: number | null;
}

interface Round {
  label: string;
  /** Of each player, with the bonus. */
  points: readonly number[];
  /** Index of the player who was sooner; null for neither, and for a player alone. */
  winner: number | null;
}

interface Match {
  labels: readonly string[];
  /** From left to right. */
  players: readonly Player[];
  phase: 'ready' | 'show' | 'result' | 'over';
  /** From 0. */
  round: number;
  /** In the phase. */
  elapsed: number;
  /** The expression of the round; while `ready` the one before. */
  label: string | null;
  /** Labels that have not had their turn. */
  bag: readonly string[];
  /** A player is missing: the time stands still. */
  isPaused: boolean;
  /** For how long all have been back. */
  backMs: number;
  tries: readonly Try[];
  totals: readonly number[];
  /** That are over. */
  rounds: readonly Round[];
}

/** How a player is drawn over the camera's picture. */
interface StagePlayer {
  /** Of the face. */
  id: number;
  colour: string;
  /** Of the ring that is filled, 0 to 1. */
  part: number;
  isMade: boolean;
  /** Above the ring, since `textMs`; '' for nothing. */
  text: string;
  textMs: number;
  /** Below the ring. */
  name: string;
}

/** What the game takes from the page. */
interface GamePage {
  view: PageView;
  /** Offers a picture of the game in the sheet. */
  share(picture: Blob): void;
}

/// Classes and types of modules that others take as parameters

type LivingFaces = import('./static/js/scene/living-faces.js').LivingFaces;
type EmojiView = import('./static/js/scene/emoji-view.js').EmojiView;
type EmojiRenderer = import('./static/js/scene/emoji-view.js').EmojiRenderer;
type FaceOverlay = import('./static/js/scene/face-overlay.js').FaceOverlay;
type ExpressionHistory = import('./static/js/export/history.js').ExpressionHistory;
type PageView = import('./static/js/page-view.js').PageView;
type Teacher = import('./static/js/teaching/teacher.js').Teacher;

/// Rigs (scene/rig/): emojis that move

/** A value that depends on the expression. */
interface RigBlend<Value> {
  /** The different ones, all of the same length. */
  values: readonly Value[];
  /** For each label the index of its value; -1: zeros. */
  of: readonly number[];
}

interface RigFileGradient {
  /** x1, y1, x2, y2 of a linear one; x, y, radius of a radial one. */
  geometry: RigBlend<readonly number[]>;
  /** Share of the way, index of a colour. */
  stops: readonly (readonly [number, number])[];
}

/** A pack's `rig.json` as the server sends it; server/packs/rig/drawing.py explains the fields. */
interface RigFile {
  format: number;
  /** Units of the square on which it is drawn. */
  side: number;
  labels: readonly string[];
  ball: readonly [number, number, number, number];
  turn: readonly [number, number];
  roll: number;
  pivot: readonly [number, number];
  /** #rrggbb by label. */
  colours: readonly (readonly string[])[];
  shapes: readonly {
    points: RigBlend<readonly number[]>;
    closed: boolean;
    depth: number;
    round: boolean;
    opacity: readonly number[];
    width: readonly number[];
    fill: number | RigFileGradient | null;
    stroke: number | RigFileGradient | null;
    dash: readonly [number, number, number] | null;
    clip: number | null;
    moves: readonly {
      by: string;
      side: number;
      points?: RigBlend<readonly number[]>;
      opacity?: readonly number[];
      width?: readonly number[];
    }[];
  }[];
}

type RigPaint =
  | number
  | { geometry: RigBlend<Float64Array>; stops: RigFileGradient['stops']; /** A buffer. */ at: Float64Array }
  | null;

interface RigMove {
  by: string;
  /** 1: above rest, -1: below, 0: both ways. */
  side: number;
  points: RigBlend<Float64Array> | null;
  opacity: Float64Array | null;
  width: Float64Array | null;
}

interface RigShape {
  index: number;
  points: RigBlend<Float64Array>;
  closed: boolean;
  depth: number;
  round: boolean;
  opacity: Float64Array;
  width: Float64Array;
  fill: RigPaint;
  stroke: RigPaint;
  dash: readonly [number, number, number] | null;
  clip: number | null;
  moves: readonly RigMove[];
  /** A buffer: the points as drawn. */
  at: Float64Array;
  /** The frame for which `at` was computed. */
  drawnIn: number;
}

/** A rig ready to be drawn, with buffers that drawing overwrites. */
interface Rig extends Omit<RigFile, 'shapes' | 'colours'> {
  shapes: readonly RigShape[];
  colours: readonly { labs: Float64Array; /** In all expressions. */ constant: string | null; /** As drawn. */ text: string }[];
  /** Of the labels, adding up to 1. */
  shares: Float64Array;
  frame: number;
}
