/** An element of SVG, with the elements in it. */
export interface Shape {
  readonly name: 'g' | 'rect' | 'line' | 'path' | 'text' | 'title';
  readonly is: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly inside?: readonly Shape[];
}

/** The height of a row of the ladder. */
export const ROW_HEIGHT = 26;
/** About the width of a letter of a label. */
export const CHARACTER_WIDTH = 6.3;
