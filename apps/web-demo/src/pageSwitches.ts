// This file reads the page's address: the documented switches that tests and the curious add to it.

/** What `?mic=raw&debug&…` asked for. The README lists the switches. */
export interface PageSwitches {
  /** `?mic=raw`: microphone processing starts switched off. */
  readonly isMicrophoneRaw: boolean;
  /** `?debug`: the session is reachable as `window.voicewire`, and what is played is recorded. */
  readonly isDebug: boolean;
  /** `?debug&contextRate=12345`: opens the AudioContext at this rate, in Hz, instead of the device's. */
  readonly contextRate: number | null;
  /** Query of the token request, `?` included, or empty: what is not for the page goes on to the local sandbox. */
  readonly tokenQuery: string;
}

const OWN_SWITCHES = ['mic', 'debug', 'contextRate'];

/** @param search As in `location.search`. */
export function readPageSwitches(search: string): PageSwitches {
  const query = new URLSearchParams(search);
  const isDebug = query.has('debug');
  const contextRate = Number(query.get('contextRate'));
  const isMicrophoneRaw = query.get('mic') === 'raw';
  for (const name of OWN_SWITCHES) query.delete(name);
  return {
    isMicrophoneRaw,
    isDebug,
    contextRate: isDebug && contextRate > 0 ? contextRate : null,
    tokenQuery: query.size > 0 ? `?${query.toString()}` : '',
  };
}
