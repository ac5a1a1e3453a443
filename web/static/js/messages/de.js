// Alle Texte der Seite auf Deutsch, mit denselben Schlüsseln wie in en.js.

/** @type {Messages} */
export default {
  names: {
    angry: 'Wütend', disgust: 'Angeekelt', fear: 'Ängstlich', happy: 'Fröhlich', neutral: 'Neutral', sad: 'Traurig',
    surprise: 'Überrascht', unsure: 'Unsicher', 'no-face': 'Kein Gesicht',
  },
  packs: { default: 'Sprösslinge', cats: 'Tuschekatzen', robots: 'Roboter' },
  samples: {
    astronaut: ['Astronautin', 'Ein Foto einer lächelnden Astronautin im orangen Anzug, hinter ihr eine Flagge'],
    smiling: ['Lachen', 'Eine Zeichnung einer Person mit braunem Haar, die lacht'],
    surprised: ['Überraschung', 'Eine Zeichnung einer Person mit schwarzen Locken, die überrascht schaut, den Mund weit offen'],
  },
  phases: {
    idle: {
      connection: 'Nicht gestartet',
      headline: 'Lächle mal.',
      title: 'Zeig dein Gesicht, sieh ein Emoji',
      text: 'Drück Start und erlaube die Kamera. Das Emoji folgt deinem Gesichtsausdruck.',
      points: [
        ['Wozu die Kamera?', 'Eine KI auf diesem Server liest deinen Ausdruck in einigen Bildern pro Sekunde.'],
        ['Wohin gehen sie?', 'Nur an diesen Server. Er wertet jedes Bild im Arbeitsspeicher aus und speichert es nie.'],
        ['Und nach dem Stopp?', 'Die Kamera geht aus und die Verbindung wird sofort getrennt.'],
      ],
      // Auf dem Rechner, auf dem der Server läuft.
      pointsHere: [
        ['Wozu die Kamera?', 'Eine KI auf diesem Rechner liest deinen Ausdruck in einigen Bildern pro Sekunde.'],
        ['Wohin gehen sie?', 'Nirgendwohin: Dieser Rechner wertet jedes Bild im Arbeitsspeicher aus und speichert es nie.'],
        ['Und nach dem Stopp?', 'Die Kamera geht sofort aus.'],
      ],
      action: 'Start',
    },
    asking: {
      connection: 'Warte',
      headline: 'Warte.',
      title: 'Erlaube die Kamera',
      text: 'Dein Browser fragt, ob diese Seite die Kamera benutzen darf. Wähle „Zulassen“. '
        + 'Die Frage steht meist bei der Adresszeile.',
    },
    denied: {
      connection: 'Kamera gesperrt',
      headline: 'Gesperrt.',
      title: 'Die Kamera ist für diese Seite gesperrt',
      text: 'So erlaubst du sie wieder:',
      points: [
        ['Im Browser', 'Klick auf das Kamera- oder Schlosssymbol neben der Adresse, erlaube die Kamera und versuch es noch einmal.'],
        ['Im System', 'Bleibt sie gesperrt, erlaube dem Browser die Kamera in den Datenschutzeinstellungen des Systems.'],
      ],
      action: 'Noch einmal',
    },
    'no-camera': {
      connection: 'Keine Kamera',
      headline: 'Keine Kamera.',
      title: 'Keine Kamera gefunden',
      text: 'Schließ eine Kamera an, dann startet die Seite von selbst. Manche Laptops haben eine Taste oder einen '
        + 'Schieber, der die eingebaute Kamera abschaltet.',
      action: 'Noch einmal',
    },
    'in-use': {
      connection: 'Kamera belegt',
      headline: 'Belegt.',
      title: 'Ein anderes Programm benutzt die Kamera',
      text: 'Die Kamera ließ sich nicht öffnen. Schließ andere Programme und Tabs, die sie benutzen, etwa ein '
        + 'Videogespräch, und versuch es noch einmal.',
      action: 'Noch einmal',
    },
    lost: {
      connection: 'Kamera aus',
      headline: 'Angehalten.',
      title: 'Die Kamera liefert keine Bilder mehr',
      text: 'Sie wurde abgezogen, ausgeschaltet oder von einem anderen Programm übernommen. Wenn du sie wieder anschließt, '
        + 'geht es von selbst weiter.',
      action: 'Neu starten',
    },
    insecure: {
      connection: 'Nicht sicher',
      headline: 'Nicht sicher.',
      title: 'Die Kamera braucht eine sichere Adresse',
      text: 'Browser erlauben die Kamera nur auf Seiten, die über https oder von localhost geladen sind. Diese Seite wurde '
        + 'über http geladen.',
      points: [
        ['An diesem Rechner', 'Läuft der Server hier, öffne http://localhost mit seinem Port.'],
        ['Von einem anderen Gerät', 'Bitte den Betreiber des Servers, https einzuschalten (Option --tls).'],
      ],
    },
    unsupported: {
      connection: 'Keine Kamera',
      headline: 'Nicht hier.',
      title: 'Dieser Browser gibt Seiten keine Kamera',
      text: 'Öffne diese Seite in einem anderen Browser, etwa Firefox, Chrome oder Safari. Browser innerhalb von Apps '
        + '(Chats, soziale Netze) haben oft keine Kamera; über ihr Menü lässt sich die Seite im Browser des Geräts öffnen.',
    },
    connecting: {
      connection: 'Verbinde',
      headline: 'Moment.',
      title: 'Verbinde mit dem Server',
      text: 'Bevor der Server antwortet, wird kein Bild gesendet.',
    },
    live: { connection: 'Live', headline: 'Suche …', title: 'Live', text: '' },
    reconnecting: {
      connection: 'Verbinde neu',
      headline: 'Keine Antwort.',
      title: 'Der Server antwortet nicht',
      text: 'Es wird nichts gesendet. Die Seite versucht es weiter und macht von selbst weiter, sobald der Server antwortet.',
      action: 'Jetzt versuchen',
    },
    blocked: {
      connection: 'Blockiert',
      headline: 'Blockiert.',
      title: 'Die Seite ist da, die Verbindung nicht',
      text: 'Es wird nichts gesendet. Die Seite versucht es weiter und macht von selbst weiter.',
      action: 'Jetzt versuchen',
    },
    full: {
      connection: 'Server voll',
      headline: 'Voll.',
      title: 'Der Server ist voll',
      text: 'Er nimmt im Moment niemanden mehr an. Es wird nichts gesendet. Die Seite versucht es weiter und startet, '
        + 'sobald jemand anders aufhört.',
      action: 'Jetzt versuchen',
    },
    refused: {
      connection: 'Abgelehnt',
      headline: 'Abgelehnt.',
      title: 'Der Server hat diese Seite abgelehnt',
      text: 'Die Kamera ist aus. Die Seite versucht es nicht von selbst noch einmal.',
      action: 'Noch einmal',
    },
  },
  unanswered: 'Keine Frage zu sehen? Such ein Kamerasymbol neben der Adresse oder lade die Seite neu.',
  paused: 'Pause',
  badToken: 'Der Server verlangt sein Zugangstoken, und dieser Browser hat keins oder ein altes. Öffne den Link, den der '
    + 'Server beim Start ausgegeben hat, oder bitte den Betreiber darum.',
  phone: {
    asking: 'Einen Moment …',
    scan: 'Scanne diesen Code mit der Kamera deines Handys. Es muss im selben Netz sein.',
    minutes: 'Der Link gilt {n} Minuten. Danach merkt sich das Handy, dass es diesen Server benutzen darf.',
    authority: 'Das Handy warnt vor dem Zertifikat, bis es diesem Rechner vertraut: Die Schritte stehen in docs/hosting.md.',
    loopback: 'Der Server ist nur von diesem Rechner aus erreichbar. Starte ihn so und wähle dann noch einmal „Auf dem Handy '
      + 'öffnen“:',
    no_tls: 'Andere Geräte erreichen den Server nur ohne https, und dann geben Browser der Seite keine Kamera. Starte ihn so:',
    no_address: 'Dieser Rechner hat keine Adresse in einem Netz. Verbinde ihn mit einem, etwa mit dem WLAN deines Handys, und '
      + 'starte den Server neu.',
    noAnswer: 'Der Server antwortet nicht.',
    code: 'QR-Code des Links',
  },
  problems: {
    origin: 'Der Server erkennt die Adresse dieser Seite nicht als seine eigene. Wenn du den Server betreibst, starte ihn mit '
      + 'dieser Option:',
    host: 'Der Server antwortet nicht unter dem Namen, mit dem ein Proxy ihn anspricht. Wenn du den Server betreibst, starte '
      + 'ihn mit dieser Option:',
    upgrade: 'Der Server antwortet, aber ein Proxy vor ihm leitet die Upgrade-Header nicht weiter. Ohne sie gibt es keine '
      + 'Live-Verbindung. Diese Zeilen helfen in nginx; mehr steht in docs/hosting.md:',
    path: 'Die Seite lädt, aber unter der Adresse unten antwortet kein Emojify-Server. Ein Proxy muss auch sie an den Server '
      + 'weiterleiten:',
    authority: 'Die Seite lädt, aber dieser Browser lehnt die Live-Verbindung ab. iPhones und iPads tun das, bis sie der '
      + 'Zertifizierungsstelle dieses Servers vertrauen: Öffne das Zertifikat, installiere das Profil, schalte es unter '
      + 'Einstellungen, Allgemein, Info, Zertifikats\u00advertrauens\u00adeinstellungen ein und lade diese Seite neu.',
    blocked: 'Der Server antwortet, aber die Live-Verbindung (WebSocket) kommt nicht bei ihm an. Etwas dazwischen blockiert '
      + 'sie: ein Proxy, eine Firewall, ein VPN oder eine Erweiterung dieses Browsers.',
  },
  crowded: 'In deinem Netz sind zu viele Seiten dieses Servers offen. Schließ einen anderen Tab oder ein anderes Fenster.',
  outdated: 'Der Server benutzt ein neueres Protokoll als diese Seite. Lade die Seite neu.',
  retryIn: 'Nächster Versuch in {n} s',
  retryNow: 'Versuche es jetzt',
  tips: {
    'no-face': 'Sieh in die Kamera, mit Licht im Gesicht.',
    unsure: 'Kein Ausdruck ist deutlich genug.',
  },
  hints: {
    dark: 'Es ist dunkel: Licht von vorn hilft.',
    far: 'Du bist zu weit von der Kamera entfernt: Komm näher.',
    turned: 'Dein Kopf ist gedreht: Sieh in die Kamera.',
    blurred: 'Dein Gesicht ist unscharf: Wisch die Linse ab oder komm näher.',
    several: 'Mehrere Personen: Das große Emoji folgt dem größten Gesicht.',
    muted: 'Die Kamera ist stummgeschaltet: Schalte sie mit ihrem Schalter oder ihrer Taste ein oder in den '
      + 'Einstellungen von Browser oder System.',
    black: 'Das Bild ist schwarz: Öffne die Blende oder Kappe der Kamera oder schalte die virtuelle Kamera ein.',
    plain: 'Das Bild ist einfarbig: Nimm weg, was vor der Kamera ist, oder schalte die virtuelle Kamera ein.',
    falsified: 'Dieser Browser verändert die Bilder, die Seiten lesen, daher lässt sich kein Gesicht finden. Erlaube dieser '
      + 'Seite, Canvas-Daten zu verwenden: das Bildsymbol neben der Adresse.',
  },
  notices: {
    slow: 'Der Server ist langsam',
    noPicture: 'Kein neues Bild von der Kamera',
    busy: 'Der Server ist ausgelastet: Es werden weniger Bilder gesendet',
    badFrame: 'Der Server konnte ein Bild nicht lesen',
    serverError: 'Der Server konnte ein Bild nicht verarbeiten',
    badFile: 'Diese Datei lässt sich nicht als Bild oder Video lesen',
    soundOnly: 'In dieser Datei ist kein Bild, nur Ton',
    saved: 'Gespeichert: {name}',
    noSnapshot: 'Das Foto ist misslungen. Versuch es noch einmal, oder verkleinere das Fenster.',
    snapshotIn: 'Foto in {n} Sekunden',
    noRecorder: 'Dieser Browser kann kein Video aufnehmen. Mach ein Foto, oder öffne die Seite in einem anderen Browser.',
    recording: 'Aufnahme {time}',
    noGame: 'Das Spiel konnte nicht geladen werden. Versuche es noch einmal oder lade die Seite neu.',
    nothingRecorded: 'Es wurde kein Video aufgenommen. Nimm länger als eine Sekunde auf; hilft das nicht, nimm einen anderen Browser.',
  },
  sheet: {
    snapshot: 'Dein Foto', recording: 'Deine Aufnahme', game: 'Dein Spiel',
    unsaved: 'Bisher gibt es das nur in diesem Browser.',
    part: 'Die Aufnahme ist abgebrochen: Der Encoder des Browsers ist ausgefallen. Das ist der Teil bis dahin.',
    shareFailed: 'Das Teilen hat nicht geklappt. Speichere die Datei und teile sie von dort.',
  },
  game: {
    title: 'Spiegelspiel',
    intro: 'Du siehst ein Emoji und machst sein Gesicht nach. Je schneller und je deutlicher, desto mehr Punkte: zehn Runden.',
    needTwo: 'Zu zweit: Setzt euch nebeneinander, beide Gesichter ins Bild.',
    isTwo: 'Zwei Gesichter: Ihr könnt gegeneinander spielen.',
    alone: 'Spielen', two: 'Zu zweit spielen', again: 'Noch einmal', share: 'Bild zum Teilen',
    best: 'Bisher am besten: {n}.',
    round: 'Runde {n} von {of}', points: 'Punkte', left: 'Links', right: 'Rechts',
    got: 'Punkte: {n}',
    verdicts: { perfect: 'Perfekt!', great: 'Klasse!', good: 'Gut!', close: 'Knapp.', missed: 'Daneben.' },
    tie: 'Unentschieden.', leftFirst: 'Links war schneller!', rightFirst: 'Rechts war schneller!',
    waiting: 'Das Spiel wartet. Schau in die Kamera.', waitingFor: 'Das Spiel wartet auf: {name}',
    total: '{n} von {most} Punkten.', record: 'Neuer Rekord!', draw: 'Unentschieden!', wins: '{name} gewinnt!',
    ends: { star: 'Was für ein Gesicht!', strong: 'Sehr ausdrucksstark!', fine: 'Gut gespielt!', start: 'Aufgewärmt!' },
    signature: 'Spiegelspiel · Emojify', relax: 'Entspann dein Gesicht …',
  },
  overlay: {
    title: 'Warten auf Emojify in einem anderen Fenster',
    waiting: 'Öffne Emojify in einem anderen Fenster dieses Browsers, drücke Start und lass dieses Fenster sichtbar.',
    obs: 'In OBS: Starte es mit --enable-media-stream --use-fake-ui-for-media-stream (docs/overlay.md).',
    pageTitle: 'Emojify: Overlay',
  },
  readout: '{ms} ms · {fps} fps',
  reduced: {
    server: 'Server ausgelastet, weniger Bilder', network: 'langsames Netz, weniger Daten',
    device: 'dieses Gerät ist ausgelastet',
  },
  calibration: {
    off: 'Nennt die Seite dich oft traurig oder wütend, obwohl du es nicht bist? Zeig einmal dein entspanntes Gesicht, dann '
      + 'zählt es als neutral.',
    running: 'Schau wie sonst auch in die Kamera und halte still.',
    done: 'Dein entspanntes Gesicht sah so aus: {name} ({share}). Es zählt jetzt als neutral.',
    wasNeutral: 'Dein entspanntes Gesicht sieht schon neutral aus ({share}). Es ändert sich wenig.',
    on: 'Dein entspanntes Gesicht zählt als neutral. Ausdrücke werden im Vergleich dazu erkannt.',
    away: 'Dein Gesicht war kurz nicht im Bild. Versuch es noch einmal.',
    several: 'Es darf nur eine Person im Bild sein. Versuch es noch einmal allein.',
    turned: 'Dein Kopf war gedreht. Schau gerade in die Kamera und versuch es noch einmal.',
    moved: 'Du hast dich bewegt. Halte still, bis der Ring voll ist, und versuch es noch einmal.',
    unavailable: 'Starte zuerst die Kamera.',
  },
  chart: 'Die letzten zwei Minuten. Am häufigsten: {name}.',
  chartEmpty: 'Die letzten zwei Minuten. Noch keine Daten.',
  rowCount: '{n} Zeilen, höchstens vier pro Sekunde',
  timing: {
    fps: ['Bilder pro Sekunde', '', 'Antworten, die in einer Sekunde ankamen.'],
    age: ['Alter der Antwort', 'ms', 'Von der Aufnahme des Bildes bis zu seiner Antwort: die Summe der Zeiten darunter ohne das Zeichnen.'],
    capture: ['Aufnehmen', 'ms', 'Von der Kamera bis zum JPEG: auf das Bild warten, es verkleinern und kodieren, in deinem Browser.'],
    network: ['Netz', 'ms', 'Zum Server und zurück.'],
    queue: ['Warteschlange', 'ms', 'Warten in der Warteschlange des Servers.'],
    decode: ['Dekodieren', 'ms', 'Vom JPEG zu Pixeln.'],
    detect: ['Gesichter finden', 'ms', 'Die Gesichter im Bild suchen.'],
    classify: ['Ausdruck erkennen', 'ms', 'Den Ausdruck jedes Gesichts bestimmen.'],
    track: ['Verfolgen', 'ms', 'Jedem Gesicht über die Zeit folgen und seinen Ausdruck glätten.'],
    draw: ['Zeichnen', 'ms', 'Die Antwort auf dieser Seite zeigen.'],
    dropped: ['Ausgelassen', '', 'Bilder, die der Server seit dem Start übersprungen hat. Einige wenige stören nicht.'],
    sent: ['Gesendet', 'kB/s', 'Größe der gesendeten Bilder.'],
  },
  living: {
    reduced: 'Das Emoji ist ein stehendes Bild: Dieses Gerät wünscht weniger Bewegung.',
    server: 'Das Emoji ist ein stehendes Bild: Der Server misst nicht, wie sich Gesichter bewegen, oder hat zu viel zu tun.',
    pictures: 'Dieser Satz Emojis besteht nur aus Bildern. Sie neigen sich mit deinem Kopf, ihre Gesichter bewegen sich nicht.',
    missing: 'Das Emoji ist ein stehendes Bild: Der Server hat keine Zeit, die Bewegung deines Gesichts zu messen, oder sieht '
      + 'es nicht gut genug.',
    slow: 'Das Emoji ist ein stehendes Bild: Ein bewegtes war zu viel für dieses Gerät. Nach einer Weile versucht die Seite '
      + 'es wieder.',
  },
  cameraName: 'Kamera {n}',
  page: {
    title: 'Emojify: dein Gesicht als Emoji, live',
    cancel: 'Abbrechen', tryAgain: 'Noch einmal', undo: 'Rückgängig', share: 'Teilen', save: 'Speichern', again: 'Neu aufnehmen',
    onPhone: 'Auf dem Handy öffnen', game: 'Spiegelspiel', play: 'Spiel',
    openCertificate: 'Zertifikat öffnen',
    settings: 'Einstellungen', close: 'Schließen', camera: 'Kamera', connection: 'Verbindung:', stop: 'Stopp',
    video: 'Das Bild deiner Kamera',
    tools: 'Werkzeuge', mask: 'Maske', mode: 'Maske: das Emoji auf meinem Gesicht', photo: 'Foto', snapshot: 'Foto machen',
    film: 'Video', record: 'Video aufnehmen', calibrate: 'Anpassen', myFace: 'An mein Gesicht anpassen', expression: 'Ausdruck', otherFaces: 'Weitere Gesichter',
    scores: 'Wie wahrscheinlich jeder Ausdruck ist',
    trustBefore: 'Bilder gehen an', trustAfter: ', werden im Arbeitsspeicher ausgewertet und nicht gespeichert.',
    trustHere: 'Bilder bleiben auf diesem Rechner und werden nicht gespeichert.',
    privacy: 'Datenschutz',
    noCamera: 'Keine Kamera?', choose: 'Foto oder Video wählen', drop: 'Foto oder Video hier ablegen',
    samplePictures: 'Beispiele', filmPlay: 'Abspielen', filmPause: 'Pause', filmTime: 'Stelle im Video',
    appearance: 'Emoji und Aussehen', show: 'Emoji zeigen', beside: 'Neben dem Bild', face: 'Als Maske', pack: 'Emojis',
    living: 'Lebendiges Emoji: bewegt sich mit dir',
    theme: 'Farben', system: 'Wie das System', light: 'Hell', dark: 'Dunkel',
    cameraOrFile: 'Kamera oder Datei', device: 'Kamera', facing: 'Kameraseite', front: 'Vorn', back: 'Hinten',
    resolution: 'Auflösung', res480: 'Klein', res720: 'Normal', res1080: 'Groß', mirror: 'Bild spiegeln',
    learn: 'Mein entspanntes Gesicht lernen', forget: 'Vergessen',
    recognition: 'Erkennung', smoothing: 'Glättung', smoothingHelp: 'Länger ist ruhiger, kürzer reagiert schneller.',
    margin: 'Mindestvorsprung', marginHelp: 'Wie weit ein anderer Ausdruck vorn liegen muss, bis das Emoji wechselt.',
    expressiveness: 'Empfindlichkeit',
    expressivenessHelp: 'Höher erkennt auch schwache Ausdrücke, niedriger lässt ruhige Gesichter neutral.',
    floor: 'Mindestkonfidenz', floorHelp: 'Darunter zeigt das Emoji „Unsicher“.',
    fps: 'Bilder pro Sekunde, höchstens', size: 'Breite der gesendeten Bilder, höchstens',
    history: 'Verlauf', csv: 'Als CSV speichern', json: 'Als JSON speichern', clear: 'Verlauf löschen',
    timing: 'Zeiten', reset: 'Alle Einstellungen zurücksetzen',
    localOnly: 'Er bleibt in diesem Browser. Auf dem Server wird nichts gespeichert.',
    disclaimer: 'Die Seite benennt einen Ausdruck, kein Gefühl.', canBeWrong: 'Sie kann sich irren.',
    accuracy: 'Bei Testfotos stimmt sie in {n} % der Fälle mit Menschen überein.',
    emojis: 'Emojis: {credit}',
  },
};
