// A page with a phone by JsSIP, as a customer would write it, with what a test wants to see of it. JsSIP is global.
const MICROPHONE = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } };
const state = { events: [], tones: {}, sessions: [], ua: undefined };
globalThis.phone = state;

const note = (...words) => state.events.push(words.filter((word) => word !== undefined).join(' '));

/** Begins to be the phone of a token, as REST has made it. */
state.start = (token, wsUrl) => {
  const socket = new JsSIP.WebSocketInterface(wsUrl);
  const ua = new JsSIP.UA({
    sockets: [socket],
    uri: token.uri,
    authorization_user: token.username,
    password: token.password,
    realm: token.realm,
    session_timers: false,
    connection_recovery_min_interval: 1,
    connection_recovery_max_interval: 2,
  });
  ua.on('connected', () => note('connected'));
  ua.on('disconnected', ({ code }) => note('disconnected', code));
  ua.on('registered', () => note('registered'));
  ua.on('unregistered', () => note('unregistered'));
  ua.on('registrationFailed', ({ response, cause }) => note('refused', response?.status_code ?? cause));
  ua.on('newRTCSession', ({ originator, session }) => watchSession(originator, session));
  state.ua = ua;
  ua.start();
};

/** Registers with another token, as a page does before the first one expires. */
state.renew = (token) => {
  state.ua.set('authorization_user', token.username);
  state.ua.set('password', token.password);
  state.ua.register();
};

state.call = async (target) => {
  const mediaStream = await navigator.mediaDevices.getUserMedia(MICROPHONE);
  state.ua.call(target, { mediaStream, pcConfig: { iceServers: [] } });
};

state.answer = async () => {
  const mediaStream = await navigator.mediaDevices.getUserMedia(MICROPHONE);
  state.sessions.at(-1).answer({ mediaStream, pcConfig: { iceServers: [] } });
};

/** Resolves when the other side has agreed: `hold` or `unhold`. */
state.reoffer = (how) =>
  new Promise((resolve) => {
    state.sessions.at(-1)[how]({}, resolve);
  });

/** Bytes of RTP that have come, over all calls. */
state.bytesReceived = async () => {
  let bytes = 0;
  for (const { connection } of state.sessions) {
    const stats = (await connection?.getStats()) ?? [];
    stats.forEach((entry) => {
      if (entry.type === 'inbound-rtp') bytes += entry.bytesReceived;
    });
  }
  return bytes;
};

state.codecs = async () => {
  const names = new Set();
  const stats = await state.sessions.at(-1).connection.getStats();
  stats.forEach((entry) => {
    if (entry.type === 'codec') names.add(entry.mimeType);
  });
  return [...names];
};

function watchSession(originator, session) {
  state.sessions.push(session);
  note('call', originator, originator === 'remote' ? session.remote_identity.uri.user : undefined);
  session.on('confirmed', () => note('confirmed'));
  session.on('ended', ({ cause }) => note('ended', cause));
  session.on('failed', ({ cause, message }) => note('failed', message?.status_code, cause));
  session.on('hold', ({ originator: who }) => note('hold', who));
  session.on('unhold', ({ originator: who }) => note('unhold', who));
  const listen = (connection) => connection.addEventListener('track', ({ track }) => hear(track));
  if (session.connection) listen(session.connection);
  else session.on('peerconnection', ({ peerconnection }) => listen(peerconnection));
}

/** Counts the frequencies that are heard, ten times a second. */
function hear(track) {
  const stream = new MediaStream([track]);
  // Chromium decodes only what an element plays.
  const element = new Audio();
  element.muted = true;
  element.srcObject = stream;
  void element.play();
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  context.createMediaStreamSource(stream).connect(analyser);
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  const timer = setInterval(() => {
    analyser.getFloatFrequencyData(spectrum);
    const loudest = spectrum.reduce((best, value, bin) => (value > spectrum[best] ? bin : best), 0);
    if (spectrum[loudest] < -60) return;
    const hz = Math.round((loudest * context.sampleRate) / analyser.fftSize / 10) * 10;
    state.tones[hz] = (state.tones[hz] ?? 0) + 1;
  }, 100);
  track.addEventListener('ended', () => clearInterval(timer));
}
