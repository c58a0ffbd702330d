// This file draws the strip: the user's voice upwards, the agent's downwards, now at the right edge.
import { COLUMN_MS, SPAN_MS, type Timeline } from './timeline.ts';

/** Taken from the style sheet, so that themes live in one place. */
interface Palette {
  readonly user: string;
  readonly agent: string;
  readonly speech: string;
  readonly line: string;
}

/** A mark every so often, in ms. */
const GRID_MS = 5000;
/** With reduced motion the strip steps instead of gliding, in ms. */
const STEP_MS = 1000;
/** Narrower bars blur into one another, in CSS pixels. */
const MIN_BAR_WIDTH_PX = 3;
/** Share of its time that a bar fills; the rest is the gap to the next. */
const BAR_RATIO = 0.68;
/**
 * Levels drawn as nothing and as a full bar: −48 dBFS and −6 dBFS on the scale of 60 dB. Room noise lies below the one,
 * the loudest syllables of close speech at the other.
 */
const EMPTY_LEVEL = 0.2;
const FULL_LEVEL = 0.9;
/** Quiet sounds still leave a dot, in CSS pixels. */
const MIN_BAR_HEIGHT_PX = 1.5;
/** Room between the middle line and the bars, in CSS pixels. */
const LANE_GAP_PX = 2;

export class TimelineCanvas {
  private readonly context: CanvasRenderingContext2D | null;
  private palette: Palette;
  private width = 0;
  private height = 0;
  private shownMs: number | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly timeline: Timeline,
  ) {
    this.context = canvas.getContext('2d');
    this.palette = readPalette(canvas);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', () => {
      this.palette = readPalette(canvas);
      this.redraw();
    });
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  draw(nowMs: number, isMotionReduced: boolean): void {
    const shownMs = isMotionReduced ? Math.floor(nowMs / STEP_MS) * STEP_MS : nowMs;
    if (isMotionReduced && shownMs === this.shownMs) return;
    this.shownMs = shownMs;
    this.redraw();
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    const ratio = devicePixelRatio;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.width = clientWidth;
    this.height = clientHeight;
    this.redraw();
  }

  private redraw(): void {
    const { context } = this;
    if (context === null) return;
    context.clearRect(0, 0, this.width, this.height);
    this.drawGrid(context);
    if (this.shownMs === null) return;
    this.drawAgentSpeech(context, this.shownMs);
    this.drawBars(context, this.shownMs);
  }

  private drawGrid(context: CanvasRenderingContext2D): void {
    const middle = Math.round(this.height / 2);
    context.fillStyle = this.palette.line;
    context.fillRect(0, middle, this.width, 1);
    for (let agoMs = GRID_MS; agoMs < SPAN_MS; agoMs += GRID_MS) {
      context.fillRect(Math.round(this.width * (1 - agoMs / SPAN_MS)), middle - 3, 1, 7);
    }
  }

  private drawAgentSpeech(context: CanvasRenderingContext2D, nowMs: number): void {
    context.fillStyle = this.palette.speech;
    const top = this.height / 2 + LANE_GAP_PX;
    for (const { startMs, endMs } of this.timeline.agentSpeech(nowMs)) {
      const left = this.xOf(startMs, nowMs);
      const right = this.xOf(Math.min(endMs ?? nowMs, nowMs), nowMs);
      if (right <= left) continue;
      context.beginPath();
      context.roundRect(left, top, right - left, this.height / 2 - LANE_GAP_PX, 5);
      context.fill();
    }
  }

  private drawBars(context: CanvasRenderingContext2D, nowMs: number): void {
    const columnWidth = (this.width * COLUMN_MS) / SPAN_MS;
    // Before the first layout there is no width to share out.
    const columnsPerBar = columnWidth > 0 ? Math.ceil(MIN_BAR_WIDTH_PX / columnWidth) : 1;
    const barWidth = columnWidth * columnsPerBar * BAR_RATIO;
    const middle = this.height / 2;
    const reach = middle - LANE_GAP_PX;
    const bars = this.timeline.bars(nowMs, columnsPerBar);
    context.fillStyle = this.palette.user;
    for (const { startMs, userLevel } of bars) {
      const length = barLength(userLevel, reach);
      context.fillRect(this.xOf(startMs, nowMs), middle - LANE_GAP_PX - length, barWidth, length);
    }
    context.fillStyle = this.palette.agent;
    for (const { startMs, agentLevel } of bars) {
      const length = barLength(agentLevel, reach);
      context.fillRect(this.xOf(startMs, nowMs), middle + LANE_GAP_PX, barWidth, length);
    }
  }

  private xOf(atMs: number, nowMs: number): number {
    return this.width * (1 - (nowMs - atMs) / SPAN_MS);
  }
}

function barLength(level: number, reach: number): number {
  const ratio = Math.min((level - EMPTY_LEVEL) / (FULL_LEVEL - EMPTY_LEVEL), 1);
  return level > 0 ? Math.max(MIN_BAR_HEIGHT_PX, ratio * reach) : 0;
}

function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  return {
    user: color('--user'),
    agent: color('--agent'),
    speech: color('--agent-soft'),
    line: color('--line-strong'),
  };
}
