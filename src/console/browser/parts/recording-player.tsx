import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Peaks, waveOf } from '../../data/peaks.ts';
import { durationText } from '../../data/times.ts';
import { ChannelChoice, channelPeaks, type Heard } from '../platform/sound.ts';
import { Choices } from './tabs.tsx';

interface RecordingPlayerProps {
  readonly sid: string;
  /** Of the recording, without `.wav`. */
  readonly url: string;
}

const SIZE = { width: 320, height: 36 };
const HEARD: readonly Heard[] = ['both', 'left', 'right'];

/** A recording to be heard. Its sound is fetched when somebody plays it, and drawn, each channel apart. */
export function RecordingPlayer({ sid, url }: RecordingPlayerProps): JSX.Element {
  const player = useRef<HTMLAudioElement>(null);
  const [isWanted, setWanted] = useState(false);
  const [at, setAt] = useState(0);
  const peaks = usePeaks(`${url}.wav`, isWanted);
  const seek = (share: number) => {
    const { current } = player;
    if (current !== null && Number.isFinite(current.duration)) current.currentTime = share * current.duration;
  };
  const follow = ({ currentTarget: { currentTime, duration } }: { currentTarget: HTMLAudioElement }) =>
    setAt(duration > 0 ? currentTime / duration : 0);
  return (
    <div class="player">
      <audio
        ref={player}
        controls
        preload="none"
        src={`${url}.wav`}
        aria-label={`Recording ${sid}`}
        onPlay={() => setWanted(true)}
        onTimeUpdate={follow}
        onSeeked={follow}
      />
      {peaks !== undefined && <Waves peaks={peaks} at={at} seek={seek} />}
      {peaks?.length === 2 && <ChannelButtons player={player} />}
    </div>
  );
}

function usePeaks(url: string, isWanted: boolean): readonly Peaks[] | undefined {
  const [peaks, setPeaks] = useState<readonly Peaks[]>();
  useEffect(() => {
    if (!isWanted) return undefined;
    const gone = new AbortController();
    // Without its picture it is heard all the same.
    channelPeaks(url, gone.signal).then(setPeaks, () => undefined);
    return () => gone.abort();
  }, [url, isWanted]);
  return peaks;
}

interface WavesProps {
  readonly peaks: readonly Peaks[];
  /** How much of it has been played, from 0 to 1. */
  readonly at: number;
  readonly seek: (share: number) => void;
}

/** The channels one below the other; a click plays from there. The keyboard has the player's own slider. */
function Waves({ peaks, at, seek }: WavesProps): JSX.Element {
  const words = peaks.length === 2 ? 'Left and right channel' : 'The sound';
  const height = SIZE.height * peaks.length;
  return (
    <svg
      class="waves"
      viewBox={`0 0 ${SIZE.width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${words} as a wave, played to ${Math.round(at * 100)} %`}
      onClick={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        seek((event.clientX - left) / width);
      }}
    >
      {peaks.map((channel, index) => (
        <g key={index} transform={`translate(0 ${index * SIZE.height})`}>
          <path class={index === 0 ? 'wave left' : 'wave right'} d={waveOf(channel, SIZE)} />
        </g>
      ))}
      <line class="played" x1={at * SIZE.width} x2={at * SIZE.width} y1={0} y2={height} />
    </svg>
  );
}

function ChannelButtons({ player }: { readonly player: { readonly current: HTMLAudioElement | null } }) {
  const choice = useRef<ChannelChoice | undefined>(undefined);
  const [heard, setHeard] = useState<Heard>('both');
  useEffect(() => () => choice.current?.close(), []);
  const choose = (one: Heard) => {
    if (player.current === null) return;
    choice.current ??= new ChannelChoice(player.current);
    choice.current.choose(one);
    setHeard(one);
  };
  return <Choices label="Channels" among={HEARD} chosen={heard} choose={choose} />;
}

/** `12.3 s`, of a recording's seconds. */
export function recordedText(seconds: string | null): string {
  return seconds === null ? '' : durationText(Number(seconds) * 1000);
}
