// This file hands a session's level to a meter, frame by frame of the screen, without rendering anything.
import { useEffect, useRef } from 'react';
import type { VoiceSession } from '../session/session.ts';

/**
 * Calls `draw` once per frame of the screen with the loudness of the microphone or the agent: 0 at −60 dBFS and below, 1 at
 * full scale. Set a style of an element in it, rather than a state.
 */
export function useAudioLevel(session: VoiceSession, side: 'input' | 'output', draw: (level: number) => void): void {
  const newest = useRef(draw);
  useEffect(() => {
    newest.current = draw;
  });
  useEffect(() => {
    let frame = 0;
    const step = (): void => {
      newest.current(side === 'input' ? session.getInputLevel() : session.getOutputLevel());
      frame = requestAnimationFrame(step);
    };
    step();
    return () => cancelAnimationFrame(frame);
  }, [session, side]);
}
