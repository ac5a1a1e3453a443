// The messages of protocol 1, generated from server/live/messages.py: `python -m tests.support.message_types`.
// Browsers never load this file.

/** The taught expression that an example looks like. */
type Closest = {
  label: string;
  /** 0 to 1; small if the example looks like nothing that was taught. */
  share: number;
};

/** Sent by clients, with the fields to change. Unknown fields are ignored. */
type ConfigureMessage = {
  type: 'configure';
  /** Clamped to 0 to 5. */
  smoothing_s?: number;
  /** Clamped to 0 to 1. */
  margin?: number;
  /** Clamped to 0 to 1. */
  floor?: number;
  /** Clamped to -1 to 1. */
  expressiveness?: number;
  /** Mean scores of the client's resting face, one for each label; null undoes it. */
  resting?: readonly number[] | null;
  /** Whether to add motion values; stays false if `hello.motion` is false. */
  motion?: boolean;
  /** Whether to get to know each face while it is at rest; a change forgets it again. */
  adapt?: boolean;
  /** Forget the tracked faces. */
  reset?: boolean;
};

/** The answer to `configure`. */
type ConfiguredMessage = {
  type: 'configured';
  /** Now in force. */
  settings: ExpressionSettings;
};

/** The answer to a frame that was not analysed. */
type DroppedMessage = {
  type: 'dropped';
  frame: number;
  reason: 'superseded' | 'rate' | 'overload';
  /** Send no frame before. */
  retry_after_ms: number;
};

/** The answer to a message with an error, or the reason for a close. */
type ErrorMessage = {
  type: 'error';
  /** Null if the error is not about a frame. */
  frame: number | null;
  /** For programs. */
  code: string;
  /** What was wrong, what was expected, what to do. */
  message: string;
};

/** The answer to a request for an example, sent after the `result` of the frame that ended the hold. */
type ExampleMessage = {
  type: 'example';
  /** Base64, to be sent with `teach`; null if none could be measured. */
  example: string | null;
  /** Why there is no example; null if there is one. */
  reason: 'no_face' | 'several' | 'turned' | 'blurred' | 'moved' | 'replaced' | null;
  /** Frames that counted. */
  frames: number;
  /** Null while nothing is taught, and without an example. */
  closest: Closest | null;
};

/** Asks for an example of the only face in the frames of some seconds. Unknown fields are ignored. */
type ExampleRequest = {
  type: 'example';
  /** 0 to 5, from the next frame on; 0: the next frame alone. */
  seconds?: number;
};

/** Settings that a client may change with `configure`. */
type ExpressionSettings = {
  /** Time constant of the smoothing, seconds. */
  smoothing_s: number;
  /** How far another expression must lead to replace the shown one, 0 to 1. */
  margin: number;
  /** Smoothed score below which the label is `unsure`, 0 to 1. */
  floor: number;
  /** How easily neutral gives way to the other labels, -1 to 1. */
  expressiveness: number;
  /** Scores of the client's resting face; null without calibration. */
  resting: readonly number[] | null;
  /** Whether the largest faces get motion values in `outputs`. */
  motion: boolean;
  /** Whether the server gets to know each face while it is at rest. */
  adapt: boolean;
};

/** A face in a frame. */
type Face = {
  /** From 1; the same for a person as long as the track lives. */
  id: number;
  /** Fractions of the frame: x, y, width, height. */
  box: readonly [number, number, number, number];
  /** Fractions of the frame, x and y of: eye at the left of the frame, eye at the right, nose tip, mouth, ear at the left, ear at the right; null from a detector without landmarks. */
  landmarks: readonly (readonly [number, number])[] | null;
  /** One of the labels, or `unsure`. */
  label: string;
  /** Probabilities of this frame alone, in the order of the labels. */
  scores: readonly number[];
  /** Scores smoothed over time, relative to the resting face and to what was taught; in the order of the labels of the last `taught`, before the first of the labels of `hello`. */
  smoothed: readonly number[];
  /** Smoothed score of the label; if unsure, of the likeliest expression. */
  confidence: number;
  quality: Quality;
  /** Motion values (docs/motion.md), if asked for, and further values of the server, by name; missing if there are none. */
  outputs?: Readonly<Record<string, readonly number[]>>;
};

/** Forgets the examples of one label, or of all. Unknown fields are ignored. */
type ForgetMessage = {
  type: 'forget';
  /** Without it, everything taught is forgotten. */
  label?: string | null;
};

/** The first message of a connection. */
type HelloMessage = {
  type: 'hello';
  protocol: 1;
  /** In the order of the scores. */
  labels: readonly string[];
  model: ServedModel;
  detector: string;
  limits: Limits;
  /** In force at the start. */
  settings: ExpressionSettings;
  /** Whether the server gives motion values to clients that configure `motion`. */
  motion: boolean;
  /** Null if this server cannot be taught. */
  teaching: Teaching | null;
  /** Id of the connection in the server's log. */
  connection: string;
};

/** The limits of a connection. */
type Limits = {
  /** Maximum bytes of a frame. */
  frame_bytes: number;
  /** Maximum pixels of a frame. */
  frame_pixels: number;
  /** Maximum frames per second. */
  fps: number;
  /** Maximum frames without an answer. */
  credits: number;
};

/** How well a face can be read. */
type Quality = {
  /** Mean grey of the face, 0 black to 1 white. */
  light: number;
  /** Of the box, as a fraction of the frame's width. */
  width: number;
  /** -1 to 1, 0 faces the camera; null from a detector without landmarks. */
  turn: number | null;
  /** 0 flat, 10 to 30 a sharp face; with little, the face is blurred or too small. */
  detail: number;
};

/** The answer to a frame. */
type ResultMessage = {
  type: 'result';
  /** Number of the frame on its connection, from 1. */
  frame: number;
  /** Largest first. */
  faces: readonly Face[];
  timing_ms: TimingMs;
};

/** The expression model. */
type ServedModel = {
  name: string;
  /** Of the weight file. */
  sha256: string;
  /** 0 to 1; null if it was not measured. */
  accuracy: number | null;
};

/** The answer to `teach` and `forget`. The results after it follow it. */
type TaughtMessage = {
  type: 'taught';
  /** In the order of `smoothed`: those of the model, then own ones in the order of teaching. */
  labels: readonly string[];
  /** How many examples each label has. */
  examples: readonly number[];
};

/** Teaches one more example of a label. Unknown fields are ignored. */
type TeachMessage = {
  type: 'teach';
  /** Of the model or an own one: 1 to 40 printable characters. */
  label: string;
  /** Base64, from an answer to a request for an example. */
  example: string;
};

/** How much a client may teach. */
type Teaching = {
  /** Maximum own expressions, which are labels that the model lacks. */
  labels: number;
  /** Maximum examples of one label, own or the model's. */
  examples: number;
};

/** Milliseconds in each stage; `queue` is the wait for a thread, `total` from receipt to answer. */
type TimingMs = {
  queue: number;
  decode: number;
  detect: number;
  classify: number;
  track: number;
  total: number;
};

type Message = HelloMessage | ResultMessage | DroppedMessage | ErrorMessage | ConfiguredMessage | ExampleMessage | TaughtMessage;
type ClientMessage = ConfigureMessage | ExampleRequest | TeachMessage | ForgetMessage;
