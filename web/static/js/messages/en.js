// All texts of the page in English. `make types` checks that other languages have the same keys.

export default {
  names: {
    angry: 'Angry', disgust: 'Disgusted', fear: 'Scared', happy: 'Happy', neutral: 'Neutral', sad: 'Sad',
    surprise: 'Surprised', unsure: 'Not sure', 'no-face': 'No face',
  },
  // By id: the emoji packs and the sample pictures that come with Emojify. A sample has a name and a description.
  packs: { default: 'Sprouts', cats: 'Ink cats', robots: 'Robots' },
  samples: {
    astronaut: ['Astronaut', 'A photograph of a smiling astronaut in an orange suit, a flag behind her'],
    smiling: ['Big smile', 'A drawing of a person with brown hair who laughs'],
    surprised: ['Surprise', 'A drawing of a person with black curls who looks surprised, the mouth wide open'],
  },
  phases: {
    idle: {
      connection: 'Not started',
      headline: 'Make a face.',
      title: 'Show a face, get an emoji',
      text: 'Press Start and allow the camera. The emoji follows your expression.',
      points: [
        ['Why the camera?', 'An AI model on this server reads your expression from a few pictures a second.'],
        ['Where do they go?', 'Only to this server. It analyses each picture in memory and never stores it.'],
        ['And when I stop?', 'The camera turns off and the connection closes at once.'],
      ],
      // On the server's own computer.
      pointsHere: [
        ['Why the camera?', 'An AI model on this computer reads your expression from a few pictures a second.'],
        ['Where do they go?', 'Nowhere else: this computer analyses each picture in memory and never stores it.'],
        ['And when I stop?', 'The camera turns off at once.'],
      ],
      action: 'Start',
    },
    asking: {
      connection: 'Waiting',
      headline: 'Waiting.',
      title: 'Allow the camera',
      text: 'Your browser asks whether this page may use the camera. Choose Allow. '
        + 'The question usually appears near the address bar.',
    },
    denied: {
      connection: 'Camera blocked',
      headline: 'Blocked.',
      title: 'The camera is blocked for this page',
      text: 'To allow it again:',
      points: [
        ['In the browser', 'Click the camera or lock icon beside the address, set Camera to Allow, then try again.'],
        ['In the system', 'If it stays blocked, allow the browser to use the camera in the system’s privacy settings.'],
      ],
      action: 'Try again',
    },
    'no-camera': {
      connection: 'No camera',
      headline: 'No camera.',
      title: 'No camera was found',
      text: 'Connect a camera; the page then starts by itself. Some laptops have a key or a slider that turns the '
        + 'built-in camera off.',
      action: 'Try again',
    },
    'in-use': {
      connection: 'Camera in use',
      headline: 'In use.',
      title: 'Another program is using the camera',
      text: 'The camera could not be opened. Close other programs and tabs that use it, such as a video call, then try '
        + 'again.',
      action: 'Try again',
    },
    lost: {
      connection: 'Camera stopped',
      headline: 'Stopped.',
      title: 'The camera stopped',
      text: 'It was disconnected, turned off, or taken by another program. When you connect it again, the page continues '
        + 'by itself.',
      action: 'Start again',
    },
    insecure: {
      connection: 'Not secure',
      headline: 'Not secure.',
      title: 'The camera needs a secure address',
      text: 'Browsers allow the camera only on pages loaded over https or from localhost. This page was loaded over http.',
      points: [
        ['On this computer', 'If the server runs here, open http://localhost followed by its port.'],
        ['From another device', 'Ask the operator of the server to use https (option --tls).'],
      ],
    },
    unsupported: {
      connection: 'No camera',
      headline: 'Not here.',
      title: 'This browser gives pages no camera',
      text: 'Open this page in another browser, such as Firefox, Chrome or Safari. Browsers inside of apps (chats, social '
        + 'networks) often have no camera; their menu can open the page in the browser of the device.',
    },
    connecting: {
      connection: 'Connecting',
      headline: 'One moment.',
      title: 'Connecting to the server',
      text: 'No picture is sent before the server answers.',
    },
    live: { connection: 'Live', headline: 'Searching …', title: 'Live', text: '' },
    reconnecting: {
      connection: 'Reconnecting',
      headline: 'No answer.',
      title: 'The server does not answer',
      text: 'Nothing is sent. The page keeps trying and continues by itself when the server answers.',
      action: 'Try now',
    },
    blocked: {
      connection: 'Blocked',
      headline: 'Blocked.',
      title: 'The page is here, the connection is not',
      text: 'Nothing is sent. The page keeps trying and continues by itself.',
      action: 'Try now',
    },
    full: {
      connection: 'Server full',
      headline: 'Full.',
      title: 'The server is full',
      text: 'It has as many users as it accepts. Nothing is sent. The page keeps trying and starts when another user '
        + 'leaves.',
      action: 'Try now',
    },
    refused: {
      connection: 'Refused',
      headline: 'Refused.',
      title: 'The server refused this page',
      text: 'The camera is off. The page does not try again by itself.',
      action: 'Try again',
    },
  },
  // A second sentence when the question of the browser is not answered.
  unanswered: 'No question to be seen? Look for a camera symbol beside the address, or reload the page.',
  paused: 'Paused',
  badToken: 'The server needs its access token, and this browser has none or an old one. Open the link that the server '
    + 'printed when it started, or ask its operator for it.',
  phone: {
    asking: 'One moment …',
    scan: 'Scan this code with the camera of your phone. It must be in the same network.',
    minutes: 'The link is valid for {n} minutes. After that, the phone remembers that it may use this server.',
    authority: 'The phone warns of the certificate until it trusts this computer: docs/hosting.md has the steps.',
    loopback: 'The server can be reached from this computer only. Start it like this, then press Open on a phone again:',
    no_tls: 'Other devices reach the server without https only, and then browsers do not give the page the camera. Start it '
      + 'like this:',
    no_address: 'This computer has no address in a network. Connect it to a network, for instance to the Wi-Fi of your phone, '
      + 'and start the server again.',
    noAnswer: 'The server does not answer.',
    code: 'QR code of the link',
  },
  problems: {
    origin: 'The server does not know the address of this page as its own. If you run the server, start it with this '
      + 'option:',
    host: 'The server does not answer to the name under which a proxy asks for it. If you run the server, start it with '
      + 'this option:',
    upgrade: 'The server answers, but a proxy in front of it does not pass on the Upgrade headers, without which there is '
      + 'no live connection. These lines help in nginx; docs/hosting.md has more:',
    path: 'The page loads, but no Emojify server answers at the address below. A proxy must forward it to the server, too:',
    authority: 'The page loads, but this browser refuses the live connection. iPhones and iPads do that until they trust '
      + 'the certificate authority of this server: open the certificate, install the profile, switch it on under Settings, '
      + 'General, About, Certificate Trust Settings, then reload this page.',
    blocked: 'The server answers, but the live connection (WebSocket) does not reach it. Something in between blocks it: a '
      + 'proxy, a firewall or VPN, or an extension of this browser.',
  },
  crowded: 'Too many pages of this server are open in your network. Close another tab or window that shows it.',
  outdated: 'The server uses a newer protocol than this page. Reload the page.',
  retryIn: 'Next attempt in {n} s',
  retryNow: 'Trying now',
  // Shown when there is no expression.
  tips: {
    'no-face': 'Look at the camera, with light on your face.',
    unsure: 'No expression is clear enough to name.',
  },
  hints: {
    dark: 'It is dark: light from the front helps.',
    far: 'You are too far from the camera: come closer.',
    turned: 'Your head is turned: look at the camera.',
    blurred: 'Your face is blurred: wipe the lens, or come closer.',
    several: 'Several people: the large emoji follows the largest face.',
    muted: 'The camera is muted: turn it on with its switch or key, or in the settings of browser or system.',
    black: 'The picture is black: open the camera’s shutter or cap, or turn the virtual camera on.',
    plain: 'The picture is one colour: uncover the camera, or turn the virtual camera on.',
    falsified: 'This browser changes the pictures that pages read, so no face can be found. Allow this page to use '
      + 'canvas data: the picture symbol beside the address.',
  },
  // Shown for a few seconds. The page continues after each of them.
  notices: {
    slow: 'The server is slow',
    noPicture: 'No new picture from the camera',
    busy: 'The server is busy: sending fewer pictures',
    badFrame: 'The server could not read a picture',
    serverError: 'The server could not process a picture',
    badFile: 'This file cannot be read as a picture or a video',
    soundOnly: 'There is no picture in this file, only sound',
    saved: 'Saved: {name}',
    noSnapshot: 'The snapshot failed. Try again, or make the window smaller.',
    snapshotIn: 'Snapshot in {n} seconds',
    noRecorder: 'This browser cannot record video. Take a snapshot, or open the page in another browser.',
    recording: 'Recording {time}',
    noGame: 'The game could not be loaded. Try again, or reload the page.',
    nothingRecorded: 'No video was recorded. Record for more than a second; if that does not help, use another browser.',
  },
  sheet: {
    snapshot: 'Your snapshot', recording: 'Your recording', game: 'Your game',
    unsaved: 'So far it is only in this browser.',
    part: 'The recording broke off: the browser’s encoder failed. This is the part until then.',
    shareFailed: 'It could not be shared. Save it, and share the file from there.',
  },
  game: {
    title: 'Mirror game',
    intro: 'You see an emoji, you make its face. The sooner and the clearer you make it, the more points: ten rounds.',
    needTwo: 'For two, sit side by side: both faces in the picture.',
    isTwo: 'Two faces: you can play against each other.',
    alone: 'Play', two: 'Play as two', again: 'Play again', share: 'Picture to share',
    best: 'Best so far: {n}.',
    round: 'Round {n} of {of}', points: 'Points', left: 'Left', right: 'Right',
    got: 'Points: {n}',
    verdicts: { perfect: 'Perfect!', great: 'Great!', good: 'Good!', close: 'Close.', missed: 'Missed.' },
    tie: 'A tie.', leftFirst: 'Left was first!', rightFirst: 'Right was first!',
    waiting: 'The game waits. Look at the camera.', waitingFor: 'The game waits for: {name}',
    total: '{n} of {most} points.', record: 'A new best!', draw: 'A draw!', wins: '{name} wins!',
    ends: { star: 'What a face!', strong: 'So expressive!', fine: 'Well played!', start: 'Warmed up!' },
    signature: 'Mirror game · Emojify', relax: 'Relax your face …',
  },
  overlay: {
    title: 'Waiting for Emojify in another window',
    waiting: 'Open Emojify in another window of this browser, press Start, and keep that window in sight.',
    obs: 'In OBS: start it with --enable-media-stream --use-fake-ui-for-media-stream (docs/overlay.md).',
    pageTitle: 'Emojify: overlay',
  },
  readout: '{ms} ms · {fps} fps',
  reduced: {
    server: 'busy server, fewer pictures', network: 'slow network, less data',
    device: 'this device is busy',
  },
  calibration: {
    off: 'Does this page often call you sad or angry when you are not? Show your resting face once; it then counts as '
      + 'neutral.',
    running: 'Look at the camera as you normally do, and keep still.',
    done: 'Your resting face looked {name} ({share}). It now counts as neutral.',
    wasNeutral: 'Your resting face already looks neutral ({share}). Little changes.',
    on: 'Your resting face counts as neutral. Expressions are read relative to it.',
    away: 'Your face left the picture for a moment. Try again.',
    several: 'Only one person may be in view. Try again alone.',
    turned: 'Your head was turned. Look straight at the camera and try again.',
    moved: 'You moved. Keep still until the ring is full, and try again.',
    unavailable: 'Start the camera first.',
  },
  chart: 'The last two minutes. Most frequent: {name}.',
  chartEmpty: 'The last two minutes. No data yet.',
  rowCount: '{n} rows, at most four a second',
  // Name, unit and explanation of each figure. The stages of the server are those of its answers.
  timing: {
    fps: ['Frames per second', '', 'Answers received in a second.'],
    age: ['Age of the answer', 'ms', 'From taking the picture to receiving its answer. The sum of the times below, without drawing.'],
    capture: ['Capture', 'ms', 'From the camera to a JPEG: waiting for the picture, scaling and encoding it, in your browser.'],
    network: ['Network', 'ms', 'To the server and back.'],
    queue: ['Queue', 'ms', 'Waiting in the server’s queue.'],
    decode: ['Decode', 'ms', 'From JPEG to pixels.'],
    detect: ['Detect', 'ms', 'Finding the faces.'],
    classify: ['Classify', 'ms', 'Reading the expression of each face.'],
    track: ['Track', 'ms', 'Following each face over time and smoothing its expression.'],
    draw: ['Draw', 'ms', 'Showing the answer on this page.'],
    dropped: ['Dropped', '', 'Frames that the server skipped since you started. A few do no harm.'],
    sent: ['Sent', 'kB/s', 'Size of the pictures sent.'],
  },
  // Why the emoji does not live although it is turned on.
  living: {
    reduced: 'The emoji is a still picture: this device asks for reduced motion.',
    server: 'The emoji is a still picture: the server does not measure how faces move, or has too much to do.',
    pictures: 'This emoji pack has pictures only. They tilt with your head; its faces cannot move.',
    missing: 'The emoji is a still picture: the server has no time to measure how your face moves, or cannot see it well.',
    slow: 'The emoji is a still picture: a moving one was too much for this device. It tries again after a while.',
  },
  cameraName: 'Camera {n}',
  page: {
    title: 'Emojify: your face as an emoji, live',
    cancel: 'Cancel', tryAgain: 'Try again', undo: 'Undo', share: 'Share', save: 'Save', again: 'Again',
    onPhone: 'Open on a phone', game: 'Mirror game', play: 'Game',
    openCertificate: 'Open the certificate',
    settings: 'Settings', close: 'Close', camera: 'Camera', connection: 'Connection:', stop: 'Stop',
    video: 'The picture of your camera',
    tools: 'Tools', mask: 'Mask', mode: 'Mask: the emoji on my face', photo: 'Photo', snapshot: 'Photo: take a snapshot',
    film: 'Video', record: 'Record a video', calibrate: 'Calibrate', myFace: 'Calibrate to my face', expression: 'Expression', otherFaces: 'Other faces', scores: 'How likely each expression is',
    trustBefore: 'Pictures go to', trustAfter: ', are analysed in memory and not stored.',
    trustHere: 'Pictures stay on this computer and are not stored.', privacy: 'Privacy',
    noCamera: 'No camera?', choose: 'Choose a photo or video', drop: 'Drop a photo or a video',
    samplePictures: 'Samples', filmPlay: 'Play', filmPause: 'Pause', filmTime: 'Position in the video',
    appearance: 'Emoji and appearance', show: 'Show the emoji', beside: 'Beside the picture', face: 'As a mask', pack: 'Emojis',
    living: 'Living emoji: it moves with your face',
    theme: 'Colours', system: 'System default', light: 'Light', dark: 'Dark',
    cameraOrFile: 'Camera or file', device: 'Camera', facing: 'Facing', front: 'Front', back: 'Back',
    resolution: 'Resolution', res480: 'Small', res720: 'Standard', res1080: 'Large', mirror: 'Mirror the picture',
    learn: 'Learn my resting face', forget: 'Forget it',
    recognition: 'Recognition', smoothing: 'Smoothing', smoothingHelp: 'Longer is steadier, shorter reacts faster.',
    margin: 'Minimum lead', marginHelp: 'How far another expression must lead before the emoji changes.',
    expressiveness: 'Expressiveness',
    expressivenessHelp: 'Higher also names faint expressions, lower keeps calm faces neutral.',
    floor: 'Minimum confidence', floorHelp: 'Below this the emoji shows “Not sure”.',
    fps: 'Frames per second, at most', size: 'Width of the pictures sent, at most',
    history: 'History', csv: 'Save as CSV', json: 'Save as JSON', clear: 'Clear history',
    timing: 'Timing', reset: 'Reset all settings',
    localOnly: 'It stays in this browser. Nothing is stored on the server.',
    disclaimer: 'The page names an expression, not a feeling.', canBeWrong: 'It can be wrong.',
    accuracy: 'On test photos it agrees with people in {n} % of cases.',
    emojis: 'Emojis: {credit}',
  },
};
