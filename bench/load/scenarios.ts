/** How a SIPp scenario's calls go. */
export interface CallPlan {
  /** From the answer until the caller hangs up. */
  readonly talkMs: number;
  /** A raw µ-law file that is sent over and over; without one there is no RTP. */
  readonly sound?: string;
}

const HEADERS_OF_REPLY = `[last_Via:]
    [last_From:]
    [last_To:];tag=[pid]callee[call_number]
    [last_Call-ID:]
    [last_CSeq:]
    Contact: <sip:[local_ip]:[local_port]>`;

/**
 * Calls, waits for the answer, talks, and hangs up. Each caller has a name of its own (its run and its number), by which the
 * application server's records are matched with the log: `answered` and `bye`, with the time.
 */
export function callerScenario({ talkMs, sound }: CallPlan): string {
  return scenario(
    'caller',
    `<send retrans="500" start_rtd="1"><![CDATA[
    INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
    ${callerHeaders('INVITE', 1)}
    Contact: <sip:[local_ip]:[local_port]>
    Content-Type: application/sdp
    Content-Length: [len]

    ${sdp(sound)}
  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="503" optional="true" next="refused"/>
  <recv response="200" rtd="1" rrs="true"><action><log message="answered [run][call_number] [timestamp]"/></action></recv>
  <send><![CDATA[
    ACK [next_url] SIP/2.0
    ${callerHeaders('ACK', 1, '[peer_tag_param]')}
    Content-Length: 0

  ]]></send>
  ${streamOf(sound)}
  <pause milliseconds="${talkMs}"/>
  <nop><action><log message="bye [run][call_number] [timestamp]"/></action></nop>
  <send retrans="500"><![CDATA[
    BYE [next_url] SIP/2.0
    ${callerHeaders('BYE', 2, '[peer_tag_param]')}
    Content-Length: 0

  ]]></send>
  <recv response="200" next="end"/>
  <label id="refused"/>
  <send><![CDATA[
    ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
    [last_Via:]
    ${partiesOf('ACK', 1, '[peer_tag_param]')}
    Content-Length: 0

  ]]></send>
  <nop><action><log message="refused [run][call_number] [timestamp]"/></action></nop>
  <label id="end"/>`,
  );
}

/** Rings, answers at once, and waits until it is hung up; logs `invited`, whom it was for, and the time. */
export function calleeScenario({ sound }: Pick<CallPlan, 'sound'>): string {
  return scenario(
    'callee',
    `<recv request="INVITE"><action>
    <ereg regexp="sip:([^@]*)@" search_in="hdr" header="To:" assign_to="1,2"/>
    <log message="invited [$2] [timestamp]"/>
  </action></recv>
  <send><![CDATA[
    SIP/2.0 180 Ringing
    ${HEADERS_OF_REPLY}
    Content-Length: 0

  ]]></send>
  <send retrans="500"><![CDATA[
    SIP/2.0 200 OK
    ${HEADERS_OF_REPLY}
    Content-Type: application/sdp
    Content-Length: [len]

    ${sdp(sound)}
  ]]></send>
  <recv request="ACK"/>
  ${streamOf(sound)}
  <recv request="BYE"/>
  <send><![CDATA[
    SIP/2.0 200 OK
    [last_Via:]
    [last_From:]
    [last_To:]
    [last_Call-ID:]
    [last_CSeq:]
    Content-Length: 0

  ]]></send>
  <Reference variables="1"/>`,
  );
}

function scenario(name: string, steps: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${name}">\n  ${steps}\n</scenario>\n`;
}

function callerHeaders(method: string, sequence: number, tag = ''): string {
  return `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
    ${partiesOf(method, sequence, tag)}
    Max-Forwards: 70`;
}

function partiesOf(method: string, sequence: number, tag: string): string {
  return `From: <sip:[run][call_number]@[local_ip]:[local_port]>;tag=[pid]caller[call_number]
    To: <sip:[service]@[remote_ip]:[remote_port]>${tag}
    Call-ID: [call_id]
    CSeq: ${sequence} ${method}`;
}

function sdp(sound: string | undefined): string {
  const port = sound === undefined ? '[media_port]' : '[rtpstream_audio_port]';
  return `v=0
    o=bench 1 1 IN IP4 [local_ip]
    s=-
    c=IN IP4 [media_ip]
    t=0 0
    m=audio ${port} RTP/AVP 0
    a=rtpmap:0 PCMU/8000`;
}

function streamOf(sound: string | undefined): string {
  if (sound === undefined) return '';
  return `<nop><action><exec rtp_stream="${sound},-1,0,PCMU/8000"/></action></nop>`;
}
