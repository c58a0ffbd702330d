// This file measures, in the page, whether text stands out from what is behind it: WCAG 2.2, success criterion 1.4.3.
import type { Page } from 'playwright-core';

/** One visible text. */
export interface MeasuredText {
  readonly text: string;
  /** 1 to 21. */
  readonly ratio: number;
}

export type Rgb = readonly [red: number, green: number, blue: number];

/** Contrast of two opaque colours, channels 0 to 255. */
export function contrastRatio(first: Rgb, second: Rgb): number {
  const [darker, lighter] = [luminance(first), luminance(second)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** All visible texts of the page with the contrast of their colour to the nearest background behind them. */
export async function measureTextContrast(page: Page): Promise<MeasuredText[]> {
  const texts = await page.evaluate(collectTexts);
  return texts.map(({ text, color, background }) => ({ text, ratio: contrastRatio(parse(color), parse(background)) }));
}

/** Relative luminance as WCAG defines it. */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Opaque colours only: a translucent one has no contrast of its own. */
function parse(color: string): Rgb {
  const channels = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color)?.slice(1).map(Number);
  if (channels === undefined) throw new Error(`"${color}" is not an opaque colour.`);
  return channels as unknown as Rgb;
}

/** Runs in the page, so it may name nothing outside itself. */
function collectTexts(): { text: string; color: string; background: string }[] {
  const backgroundOf = (element: Element | null): string => {
    for (let behind = element; behind !== null; behind = behind.parentElement) {
      const { backgroundColor } = getComputedStyle(behind);
      if (backgroundColor !== 'rgba(0, 0, 0, 0)') return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const found: { text: string; color: string; background: string }[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? '';
    const element = node.parentElement;
    if (text === '' || element === null || !element.checkVisibility()) continue;
    found.push({ text, color: getComputedStyle(element).color, background: backgroundOf(element) });
  }
  return found;
}
